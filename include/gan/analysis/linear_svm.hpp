// Linear classifiers on features: how well do the features that a network has learnt separate classes that it was never
// shown? (Radford, Metz & Chintala 2015, section 5.1, with the features of a discriminator.)
#pragma once

#include <span>
#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::analysis {

struct SvmOptions {
  double c = 1;             ///< weight of the errors; the margin has weight 1
  bool bias = true;         ///< adds a constant feature 1, whose weight is regularised like the others
  double tolerance = 1e-3;  ///< stops when no projected gradient of the dual is further from 0 than this
  i64 passes = 200;         ///< maximum number of passes over the samples
  u64 seed = 1;             ///< for the order of the samples in each pass
};

/// One linear support vector machine per class, against the rest: minimises |w|^2 / 2 + c sum of max(0, 1 - y w.x)^2 by
/// coordinate descent in the dual (Hsieh et al. 2008, "A dual coordinate descent method for large-scale linear SVM",
/// algorithm 1), the same objective as scikit-learn's LinearSVC and LIBLINEAR's solver 1. Converges fast for features
/// of mean 0 and rows of length around 1.
class LinearSvm {
 public:
  /// Fits features (N, D) with N labels in [0, classes). Needs memory for N * classes + 64 * D doubles in addition to
  /// the features. Throws ValueError for labels that do not fit, fewer than two classes, options out of range and
  /// numbers that are not finite.
  LinearSvm(const metrics::Samples& features, std::span<const i64> labels, i64 classes, const SvmOptions& options = {});

  /// (N, classes): w.x + b. Throws ShapeError if the width differs.
  Tensor<double> scores(const metrics::Samples& features) const;
  /// The class with the highest score for each of (N, D).
  std::vector<i64> predict(const metrics::Samples& features) const;
  /// Share of predictions that equal the label. Throws ValueError if the number of labels does not match, or there are
  /// none.
  double accuracy(const metrics::Samples& features, std::span<const i64> labels) const;

  const Tensor<double>& weight() const { return weight_; }  ///< (classes, D)
  const Tensor<double>& bias() const { return bias_; }      ///< (classes)
  i64 passes() const { return passes_; }                    ///< number of passes made over the samples
  bool converged() const { return converged_; }             ///< whether the tolerance was reached

 private:
  Tensor<double> weight_, bias_;
  i64 passes_ = 0;
  bool converged_ = false;
};

/// Shifts and scales each feature to mean 0 and variance 1 / D, so that the mean squared length of rows is 1; a
/// constant feature becomes 0.
class Standardizer {
 public:
  /// Computes means and deviations from features (N, D). Throws ValueError if there are no samples, and for numbers
  /// that are not finite.
  explicit Standardizer(const metrics::Samples& features);
  /// Transforms features (N, D) in place. Throws ShapeError if the width differs.
  void apply(Tensor<float>& features) const;

 private:
  std::vector<double> mean_, scale_;
};

}  // namespace gan::analysis
