// Parzen-window log-likelihood: how probable are test images under Gaussians around samples (Goodfellow et al. 2014,
// section 5; Breuleux et al. 2011)? It favours blurred and memorised samples (Theis et al. 2016, "A note on the
// evaluation of generative models"): report it together with the value for training images used as samples.
#pragma once

#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::metrics {

/// The log of the mean, over samples mu (M, D), of the Gaussian density with deviation sigma around mu, at each x (N,
/// D) → (N), in nats. Throws ValueError for an empty set, for numbers that are not finite and unless sigma > 0,
/// ShapeError if the widths differ.
Tensor<double> parzen_log_likelihoods(const Samples& samples, const Samples& x, double sigma);

struct ParzenOptions {
  /// Candidates; by default ten in geometric progression from 0.1 to 1.
  std::vector<double> sigmas = {};
};

struct ParzenResult {
  double mean = 0;                       ///< log-likelihood of the test images, in nats
  double error = 0;                      ///< its standard error over the test images: deviation / sqrt(n)
  double sigma = 0;                      ///< the candidate that was best on the validation images
  std::vector<double> sigmas;            ///< the candidates
  std::vector<double> validation_means;  ///< mean log-likelihood of the validation images for each
  i64 samples = 0, validation = 0, test = 0;
};

/// The paper's protocol: choose the candidate sigma under which `validation` is most probable, then evaluate `test`
/// with it. The paper uses 10,000 samples, the first 1,000 validation images (MNIST's training images 50,000 to 50,999)
/// and all test images, with pixels in [0, 1]; results for other ranges or counts are not comparable. Throws as
/// parzen_log_likelihoods.
ParzenResult parzen(const Samples& samples, const Samples& validation, const Samples& test,
                    const ParzenOptions& options = {});

struct MultiScaleParzenOptions {
  i64 levels = 3;                   ///< of the pyramid, the coarsest image included
  std::vector<double> sigmas = {};  ///< at every level; default: twenty in geometric progression from 0.01 to 1
};
struct MultiScaleParzenResult {
  double mean = 0, error = 0;        ///< of the sum over levels per test image, as in ParzenResult
  std::vector<ParzenResult> levels;  ///< finest first
};

/// The estimate of Denton et al. 2015 (LAPGAN, section 4.2): images (N, H, W, C) are decomposed by laplacian_pyramid,
/// every level has its own Parzen windows and sigma, and the densities are multiplied. The pyramid has more numbers
/// than the image, so these are not densities of images: never compare them with those of `parzen`. Throws as both.
MultiScaleParzenResult multi_scale_parzen(const Samples& samples, const Samples& validation, const Samples& test,
                                          const MultiScaleParzenOptions& options = {});

}  // namespace gan::metrics
