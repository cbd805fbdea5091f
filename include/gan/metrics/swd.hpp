// Sliced Wasserstein distance between patches of images at every scale (Karras et al. 2018, "Progressive growing of
// GANs for improved quality, stability, and variation", section 5): are local structures similar, from fine to coarse?
#pragma once

#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::metrics {

/// The Laplacian pyramid of images (N, H, W, C), finest first: each level minus its blurred and halved version scaled
/// up again; the last level is kept as it is. Blurs with (1 4 6 4 1) / 16 along both axes, mirrored at the borders
/// (OpenCV's pyrDown and pyrUp). Throws ShapeError for other ranks and if a level to be halved has a side that is odd
/// or less than 4, ValueError unless levels >= 1.
std::vector<Tensor<double>> laplacian_pyramid(const Samples& images, i64 levels);

/// The mean, over directions (D, P), of the Wasserstein distance of order 1 between the projections of a and b (N, D),
/// computed by sorting them. Throws ShapeError if a and b differ in shape or the directions in D, ValueError if there
/// are no samples or no directions, and for numbers that are not finite.
double sliced_wasserstein(const Samples& a, const Samples& b, const Tensor<double>& directions);

/// The defaults are the paper's.
struct SlicedWassersteinOptions {
  i64 smallest = 16;  ///< halving stops before the shorter side falls below this
  i64 patch = 7;      ///< pixels across a patch; odd
  i64 patches_per_image = 128;
  i64 directions = 512;
  u64 seed = 1;  ///< for patch positions and directions
};

struct SlicedWassersteinDistance {
  std::vector<i64> sizes;         ///< the shorter side of each level, finest first
  std::vector<double> distances;  ///< times 1000, as in the paper
  double mean = 0;
  i64 images = 0;
};

/// The distance between two sets of images (N, H, W, C) of the same size and number, in any range: at every level
/// random patches are taken, each channel is normalised to mean 0 and deviation 1 over its own set, then
/// sliced_wasserstein is applied. Both sets use the same patch positions, so the distance of a set to itself is 0. The
/// paper uses 16,384 images. Memory: N x patches_per_image x patch^2 x C floats for each set, and 128 MB of
/// projections. Throws ShapeError for different shapes and other ranks, ValueError if there are no images, for numbers
/// that are not finite, options out of range and images smaller than `smallest` or a patch.
SlicedWassersteinDistance sliced_wasserstein_distance(const Samples& a, const Samples& b,
                                                      const SlicedWassersteinOptions& options = {});

}  // namespace gan::metrics
