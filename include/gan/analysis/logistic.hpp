// Logistic regression of two classes.
#pragma once

#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::analysis {

struct LogisticOptions {
  double c = 1;             ///< weight of the errors; |w|^2 / 2 has weight 1, and the bias none
  double tolerance = 1e-8;  ///< ends when no part of the gradient is further from 0 than this, times c if c > 1
  i64 iterations = 100;     ///< at most
};

/// Minimises |w|^2 / 2 + c sum of log(1 + exp(-y (w.x + b))), y = 1 where `positive` is true and -1 elsewhere, by
/// Newton's method with halved steps: what scikit-learn's LogisticRegression minimises. For some hundreds of features:
/// an iteration costs N D^2 + D^3 / 3.
struct LogisticRegression {
  std::vector<double> weight;
  double bias = 0;
  i64 iterations = 0;
  bool converged = false;

  /// Of features (N, D). Throws ValueError for another number of classes than samples, samples of one class only,
  /// options out of range, and numbers that are not finite.
  LogisticRegression(const metrics::Samples& features, const std::vector<bool>& positive, const LogisticOptions& options = {});
  /// w.x + b of each of (N, D). Throws ShapeError for another width.
  std::vector<double> scores(const metrics::Samples& features) const;
};

}  // namespace gan::analysis
