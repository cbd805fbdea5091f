// Synthetic points that need no file: mixtures of Gaussians, and spirals.
#pragma once

#include "gan/data/points.hpp"

namespace gan::data {

// Mixtures of Gaussians: points (N, D), labelled by mode. Point i depends only on (seed, split, i) and has the same
// bits on every machine; the two splits share no random numbers. centres() returns the centres of the modes, (modes,
// D), for example to measure mode coverage. All throw ValueError for options out of range.

struct RingOptions {
  i64 count = 10000;
  i64 modes = 8;
  double radius = 2;
  double deviation = 0.02;
  u64 seed = 1;
  Split split = Split::train;
};
/// Gaussians of equal weight on a circle in the plane; mode k at the angle 2 pi k / modes.
Points ring(RingOptions options = {});
Tensor<float> centres(const RingOptions& options);

struct GridOptions {
  i64 count = 10000;
  i64 side = 5;        ///< modes per row and per column
  double spacing = 2;  ///< distance between neighbours; the grid is centred on the origin
  double deviation = 0.05;
  u64 seed = 1;
  Split split = Split::train;
};
/// Gaussians of equal weight on a square grid in the plane; mode k in row k / side and column k % side.
Points grid(GridOptions options = {});
Tensor<float> centres(const GridOptions& options);

struct MixtureOptions {
  i64 count = 10000;
  std::vector<double> means = {-4, 0, 4};
  std::vector<double> deviations = {0.5};  ///< one for each mean, or one for all
  std::vector<double> weights = {};        ///< one for each mean, normalised by their sum; empty: all equal
  u64 seed = 1;
  Split split = Split::train;
};
/// Gaussians on the real line.
Points mixture(const MixtureOptions& options = {});
Tensor<float> centres(const MixtureOptions& options);

struct SpiralsOptions {
  i64 count = 10000;
  i64 arms = 2;
  double turns = 1.5;  ///< turns of each arm between the origin and the radius
  double radius = 2;
  double deviation = 0.02;  ///< standard deviation of the Gaussian noise around the arm
  u64 seed = 1;
  Split split = Split::train;
};
/// Archimedean spirals around the origin; the label of a point is the number of its arm. Points are distributed
/// uniformly over the angle.
Points spirals(SpiralsOptions options = {});

}  // namespace gan::data
