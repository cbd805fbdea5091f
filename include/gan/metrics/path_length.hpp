// Perceptual path length: how much images change along a path between two latent vectors (Karras et al. 2019, "A
// style-based generator architecture", section 4.1). Small where the generator's space is smooth.
#pragma once

#include <functional>
#include <vector>

#include "gan/metrics/features.hpp"
#include "gan/metrics/latent.hpp"

namespace gan::metrics {

struct PathLengthOptions {
  i64 pairs = 10000;  ///< of latent vectors; the paper takes 100,000
  i64 batch = 50;     ///< pairs at once
  double epsilon = 1e-4;
  LatentPath path = LatentPath::spherical;  ///< as the paper in Z, whose vectors StyleGAN brings to one length
  double discard =
      0.01;  ///< share of the smallest and of the largest lengths that the mean leaves out, as the authors' code
  u64 seed = 1;
};

struct PathLength {
  double mean = 0, deviation = 0;  ///< over what was not left out; the deviation divides by its number
  i64 pairs = 0, kept = 0;
};

/// The mean of lengths without those below the `discard` quantile and above the 1 - discard quantile (numpy's "lower"
/// and "higher"), ends kept. Throws ValueError for no lengths, numbers that are not finite, unless 0 <= discard < 0.5.
PathLength path_length_of(std::vector<double> lengths, double discard);

/// distance(G(z(t)), G(z(t + epsilon))) / epsilon^2 for pairs of latent vectors and t uniform in [0, 1]. `generate`
/// makes images (n, ...) of latents (n, latent.size), `distance` numbers (n) of two sets of images: Lpips, for which
/// they must be (n, H, W, 3) in [-1, 1]. Throws ValueError for options out of range and what the two throw.
PathLength path_length(const std::function<Var(const Var& latents)>& generate, Latent latent,
                       const std::function<Var(const Var& a, const Var& b)>& distance,
                       const PathLengthOptions& options = {});

}  // namespace gan::metrics
