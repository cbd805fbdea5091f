// Fréchet distance between Gaussians fitted to two sets of features: FID when the features are Inception-v3's (Heusel
// et al. 2017, "GANs trained by a two time-scale update rule converge to a local Nash equilibrium", section 3).
#pragma once

#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::metrics {

/// Mean and covariance of features that arrive in batches, in memory of D^2 doubles.
class FeatureStatistics {
 public:
  /// Empty; the first batch determines the width.
  FeatureStatistics() = default;
  explicit FeatureStatistics(const Samples& features) { add(features); }

  /// Adds features (N, D), N >= 0. Throws ShapeError if D differs from earlier batches, ValueError for numbers that are
  /// not finite; then nothing is added.
  void add(const Samples& features);
  /// Adds the samples of another. Throws ShapeError if the widths differ.
  void merge(const FeatureStatistics& other);

  /// Number of samples added, and numbers per sample (0 before the first).
  i64 count() const { return count_; }
  i64 width() const { return static_cast<i64>(mean_.size()); }
  /// (D). Throws ValueError if there are no samples.
  Tensor<double> mean() const;
  /// (D, D), unbiased: divided by N - 1. Throws ValueError for fewer than two samples.
  Tensor<double> covariance() const;

 private:
  void merge(i64 count, const std::vector<double>& mean, const std::vector<double>& scatter);

  i64 count_ = 0;
  std::vector<double> mean_, scatter_;  // scatter: sum of (x - mean)(x - mean)^T
};

/// A distance with the numbers of samples behind it. It is biased upwards for few samples, so compare only at equal
/// numbers.
struct FrechetDistance {
  double distance = 0;
  i64 samples_a = 0, samples_b = 0;
};

/// |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)) of features (N, D) and (M, D), with unbiased covariances, which may be
/// singular. Throws ValueError for fewer than two samples or numbers that are not finite, ShapeError if the widths
/// differ.
FrechetDistance frechet_distance(const FeatureStatistics& a, const FeatureStatistics& b);
inline FrechetDistance frechet_distance(const Samples& a, const Samples& b) {
  return frechet_distance(FeatureStatistics(a), FeatureStatistics(b));
}

/// The same for two Gaussians, given by mean (D) and covariance (D, D). Throws ShapeError for other shapes, ValueError
/// for numbers that are not finite and for a covariance that is not symmetric or has a negative variance.
double frechet_distance(const Tensor<double>& mean_a, const Tensor<double>& covariance_a, const Tensor<double>& mean_b,
                        const Tensor<double>& covariance_b);

}  // namespace gan::metrics
