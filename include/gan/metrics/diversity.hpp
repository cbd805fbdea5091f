// How different are the samples of one set from each other? Compared with the same numbers for real data, this reveals
// mode collapse.
#pragma once

#include "gan/metrics/ssim.hpp"

namespace gan::metrics {

struct Diversity {
  double spread = 0;   ///< mean distance between two different samples
  double nearest = 0;  ///< mean distance of a sample to its nearest neighbour: small if a few images keep recurring,
                       ///< however different those few are. Compare only at equal numbers of samples
  i64 samples = 0;
};

/// From the Euclidean distances within a set (N, ...): pixels, points, or features. Throws ValueError for fewer than
/// two samples and numbers that are not finite.
Diversity diversity(const Samples& samples);

/// The mean MS-SSIM of `pairs` random pairs of different images (N, H, W, C) of one set (Odena et al. 2017,
/// "Conditional image synthesis with auxiliary classifier GANs", section 4.2): near 1 if all are alike. Uses as many of
/// the five scales as fit the images, with weights rescaled to sum to 1; the same seed gives the same pairs. Throws as
/// ms_ssim, ShapeError for images of fewer than 11 x 11 pixels, and ValueError for fewer than two images or fewer than
/// one pair.
double self_similarity(const Samples& images, const ImageOptions& options = {}, i64 pairs = 64, u64 seed = 1);

}  // namespace gan::metrics
