// Logistic regression with two classes.
#pragma once

#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::analysis {

struct LogisticOptions {
  double c = 1;             ///< weight of the errors; |w|^2 / 2 has weight 1, and the bias is not regularised
  double tolerance = 1e-8;  ///< stops when no part of the gradient is further from 0 than this, times c if c > 1
  i64 iterations = 100;     ///< maximum number
};

/// Minimises |w|^2 / 2 + c sum of log(1 + exp(-y (w.x + b))), with y = 1 where `positive` is true and -1 elsewhere, by
/// Newton's method with step halving, the same objective as scikit-learn's LogisticRegression. Suited to a few hundred
/// features: an iteration costs N D^2 + D^3 / 3.
struct LogisticRegression {
  std::vector<double> weight;
  double bias = 0;
  i64 iterations = 0;
  bool converged = false;

  /// Fits features (N, D). Throws ValueError if `positive` does not have one entry per sample, if all samples are of
  /// one class, for options out of range, and for numbers that are not finite.
  LogisticRegression(const metrics::Samples& features, const std::vector<bool>& positive,
                     const LogisticOptions& options = {});
  /// w.x + b for each of (N, D). Throws ShapeError if the width differs.
  std::vector<double> scores(const metrics::Samples& features) const;
};

}  // namespace gan::analysis
