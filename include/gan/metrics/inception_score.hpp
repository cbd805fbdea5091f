// Inception Score: exp of the mean KL divergence of a classifier's predictions from their average (Salimans et al.
// 2016, "Improved techniques for training GANs", section 4). High if each sample clearly belongs to one class and all
// classes occur.
#pragma once

#include "gan/metrics/features.hpp"

namespace gan::metrics {

struct InceptionScoreOptions {
  i64 splits = 10;
};

/// Between 1 and the number of classes. Compare scores only for the same classifier and the same number of samples.
struct InceptionScore {
  double mean = 0, deviation = 0;  ///< over the splits; the deviation divides by their number
  i64 splits = 0, samples = 0;
};

/// From a classifier's probabilities (N, K), rows in [0, 1] that sum to 1 within 1e-3. Split i holds the samples from i
/// N / splits up to (i + 1) N / splits in the given order: shuffle samples that are sorted by class. Throws ValueError
/// for rows that are not probabilities, numbers that are not finite, fewer than one split and fewer samples than
/// splits.
InceptionScore inception_score(const Samples& probabilities, const InceptionScoreOptions& options = {});

/// The same from logits (N, K), to which softmax is applied.
InceptionScore inception_score_of_logits(const Samples& logits, const InceptionScoreOptions& options = {});

}  // namespace gan::metrics
