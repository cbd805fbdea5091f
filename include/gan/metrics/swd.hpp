// Sliced Wasserstein distance between patches of images at every scale (Karras et al. 2018, "Progressive growing of
// GANs for improved quality, stability, and variation", section 5): are local structures alike, fine ones and coarse
// ones?
#pragma once

#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::metrics {

/// The Laplacian pyramid of images (N, H, W, C), finest first: each level less its own blurred half, the last as it is.
/// Blurs with (1 4 6 4 1) / 16 along both axes, mirrored at the borders (OpenCV's pyrDown and pyrUp). Throws ShapeError
/// for other ranks and where a side of a level that is halved is odd or less than 4, ValueError unless levels >= 1.
std::vector<Tensor<double>> laplacian_pyramid(const Samples& images, i64 levels);

/// The mean over directions (D, P) of the distance between the projections of a and b (N, D), sorted: their Wasserstein
/// distance of order 1. Throws ShapeError when a and b differ in shape or the directions in D, ValueError for no
/// samples or directions and numbers that are not finite.
double sliced_wasserstein(const Samples& a, const Samples& b, const Tensor<double>& directions);

/// The paper's numbers.
struct SlicedWassersteinOptions {
  i64 smallest = 16;  ///< the shorter side of the coarsest level
  i64 patch = 7;      ///< pixels across a patch; odd
  i64 patches_per_image = 128;
  i64 directions = 512;
  u64 seed = 1;  ///< of places and directions
};

struct SlicedWassersteinDistance {
  std::vector<i64> sizes;         ///< the shorter side of each level, finest first
  std::vector<double> distances;  ///< times 1000, as the paper prints them
  double mean = 0;
  i64 images = 0;
};

/// Of images (N, H, W, C), both sets of one size and number, in any range: at every level random patches, each channel
/// brought to mean 0 and deviation 1 over its own set, then sliced_wasserstein. The places of patches are those of both
/// sets, so that the distance of a set to itself is 0. The paper takes 16,384 images. Memory: N x patches_per_image x
/// patch^2 x C floats for each set, and 128 MB of projections. Throws ShapeError for different shapes and other ranks,
/// ValueError for no images, numbers that are not finite, options out of range and images smaller than `smallest` or a
/// patch.
SlicedWassersteinDistance sliced_wasserstein_distance(const Samples& a, const Samples& b,
                                                      const SlicedWassersteinOptions& options = {});

}  // namespace gan::metrics
