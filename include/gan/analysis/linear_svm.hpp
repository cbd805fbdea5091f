// Linear classifiers on features: how much does what a network has learnt tell of classes that it was never shown?
// (Radford, Metz & Chintala 2015, section 5.1, on the features of a discriminator.)
#pragma once

#include <span>
#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::analysis {

struct SvmOptions {
  double c = 1;             ///< weight of the errors; the margin has weight 1
  bool bias = true;         ///< a constant feature 1 besides, whose weight is regularised as the others are
  double tolerance = 1e-3;  ///< ends when no projected gradient of the dual is further from 0 than this
  i64 passes = 200;         ///< over the samples, at most
  u64 seed = 1;             ///< of the order of samples in each pass
};

/// A linear support vector machine for each class against the rest: minimises |w|^2 / 2 + c sum of
/// max(0, 1 - y w.x)^2, by coordinate descent in the dual (Hsieh et al. 2008, "A dual coordinate descent method for
/// large-scale linear SVM", algorithm 1): what scikit-learn's LinearSVC and LIBLINEAR's solver 1 minimise. Features of
/// mean 0 and rows of length around 1 converge fast.
class LinearSvm {
 public:
  /// Of features (N, D) with N labels in [0, classes). Needs memory of N * classes + 64 * D doubles besides the
  /// features. Throws ValueError for labels that do not fit, fewer than two classes, options out of range and numbers
  /// that are not finite.
  LinearSvm(const metrics::Samples& features, std::span<const i64> labels, i64 classes, const SvmOptions& options = {});

  /// (N, classes): w.x + b. Throws ShapeError for another width.
  Tensor<double> scores(const metrics::Samples& features) const;
  /// The class of the highest score for each of (N, D).
  std::vector<i64> predict(const metrics::Samples& features) const;
  /// Share of predictions that are the label. Throws ValueError for another number of labels, or none.
  double accuracy(const metrics::Samples& features, std::span<const i64> labels) const;

  const Tensor<double>& weight() const { return weight_; }  ///< (classes, D)
  const Tensor<double>& bias() const { return bias_; }      ///< (classes)
  i64 passes() const { return passes_; }                    ///< over the samples that were made
  bool converged() const { return converged_; }             ///< to the tolerance

 private:
  Tensor<double> weight_, bias_;
  i64 passes_ = 0;
  bool converged_ = false;
};

/// Shifts and scales each feature to mean 0 and variance 1 / D, so that rows have a mean squared length of 1; a feature
/// that is constant becomes 0.
class Standardizer {
 public:
  /// Learns means and deviations from features (N, D). Throws ValueError for no samples and numbers that are not
  /// finite.
  explicit Standardizer(const metrics::Samples& features);
  /// In place, features (N, D). Throws ShapeError for another width.
  void apply(Tensor<float>& features) const;

 private:
  std::vector<double> mean_, scale_;
};

}  // namespace gan::analysis
