// Perceptual path length: how much do images change along a path between two latent vectors (Karras et al. 2019, "A
// style-based generator architecture", section 4.1)? Small if the latent space of the generator is smooth.
#pragma once

#include <functional>
#include <vector>

#include "gan/metrics/features.hpp"
#include "gan/metrics/latent.hpp"

namespace gan::metrics {

struct PathLengthOptions {
  i64 pairs = 10000;  ///< pairs of latent vectors; the paper uses 100,000
  i64 batch = 50;     ///< pairs per batch
  double epsilon = 1e-4;
  LatentPath path = LatentPath::spherical;  ///< as in the paper for Z, whose vectors StyleGAN normalises
  double discard =
      0.01;  ///< share of the smallest and of the largest lengths excluded from the mean, as in the authors' code
  u64 seed = 1;
};

struct PathLength {
  double mean = 0, deviation = 0;  ///< over the lengths kept; the deviation divides by their number
  i64 pairs = 0, kept = 0;
};

/// The mean of the lengths, excluding those below the `discard` quantile and above the 1 - discard quantile (numpy's
/// "lower" and "higher"); the quantiles themselves are kept. Throws ValueError if there are no lengths, for numbers
/// that are not finite, and unless 0 <= discard < 0.5.
PathLength path_length_of(std::vector<double> lengths, double discard);

/// distance(G(z(t)), G(z(t + epsilon))) / epsilon^2 for pairs of latent vectors and t uniform in [0, 1]. `generate`
/// makes images (n, ...) from latent vectors (n, latent.size); `distance` gives numbers (n) for two sets of images,
/// such as Lpips, which needs (n, H, W, 3) in [-1, 1]. Throws ValueError for options out of range, and whatever the two
/// callables throw.
PathLength path_length(const std::function<Var(const Var& latents)>& generate, Latent latent,
                       const std::function<Var(const Var& a, const Var& b)>& distance,
                       const PathLengthOptions& options = {});

}  // namespace gan::metrics
