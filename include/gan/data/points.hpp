// Points that need no file: mixtures of Gaussians, and spirals.
#pragma once

#include "gan/data/dataset.hpp"

namespace gan::data {

// Mixtures of Gaussians: points (N, D) whose labels are the numbers of their modes. Point i depends on (seed, split, i)
// only, to the bit, on every machine; the two splits share no random number. centres() tells where the modes are, as
// (modes, D): what counts covered modes compares with it. All throw ValueError for options out of range.

struct RingOptions {
  i64 count = 10000;
  i64 modes = 8;
  double radius = 2;
  double deviation = 0.02;
  u64 seed = 1;
  Split split = Split::train;
};
/// Gaussians of equal weight on a circle in the plane; mode k at the angle 2 pi k / modes.
Dataset ring(RingOptions options = {});
Tensor<float> centres(const RingOptions& options);

struct GridOptions {
  i64 count = 10000;
  i64 side = 5;        ///< modes in a row and in a column
  double spacing = 2;  ///< between neighbours; the grid is centred on the origin
  double deviation = 0.05;
  u64 seed = 1;
  Split split = Split::train;
};
/// Gaussians of equal weight on a square grid in the plane; mode k in row k / side and column k % side.
Dataset grid(GridOptions options = {});
Tensor<float> centres(const GridOptions& options);

struct MixtureOptions {
  i64 count = 10000;
  std::vector<double> means = {-4, 0, 4};
  std::vector<double> deviations = {0.5};  ///< one for each mean, or one for all
  std::vector<double> weights = {};        ///< one for each mean, in any unit, or none: all alike
  u64 seed = 1;
  Split split = Split::train;
};
/// Gaussians on the line.
Dataset mixture(const MixtureOptions& options = {});
Tensor<float> centres(const MixtureOptions& options);

struct SpiralsOptions {
  i64 count = 10000;
  i64 arms = 2;
  double turns = 1.5;  ///< of each arm, from the origin to the radius
  double radius = 2;
  double deviation = 0.02;  ///< of Gaussian noise around the arm
  u64 seed = 1;
  Split split = Split::train;
};
/// Archimedean spirals around the origin, each point's label the number of its arm; points lie evenly in the angle.
Dataset spirals(SpiralsOptions options = {});

}  // namespace gan::data
