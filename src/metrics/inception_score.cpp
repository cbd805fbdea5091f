// Inception Score.
#include "gan/metrics/inception_score.hpp"

#include <cmath>

#include "src/metrics/rows.hpp"

namespace gan::metrics {
namespace {

InceptionScore score(const Matrix& p, i64 splits) {
  std::vector<double> scores;
  for (i64 split = 0; split < splits; ++split) {
    const i64 first = split * p.rows / splits, last = (split + 1) * p.rows / splits;
    const double n = static_cast<double>(last - first);
    std::vector<double> mean(static_cast<std::size_t>(p.columns));
    for (i64 i = first; i < last; ++i)
      for (i64 k = 0; k < p.columns; ++k) mean[static_cast<std::size_t>(k)] += p.row(i)[k] / n;
    double divergence = 0;
    for (i64 i = first; i < last; ++i)
      for (i64 k = 0; k < p.columns; ++k) {
        const double q = p.row(i)[k];
        if (q > 0) divergence += q * (std::log(q) - std::log(mean[static_cast<std::size_t>(k)])) / n;
      }
    scores.push_back(std::exp(divergence));
  }
  const Moments m = moments(scores);
  return {m.mean, m.deviation, splits, p.rows};
}

void check(const Samples& x, const char* what, i64 splits) {
  if (splits < 1) throw ValueError("[inception_score] " + std::to_string(splits) + " splits; at least 1 is needed");
  check_samples("inception_score", what, x, splits);
}

}  // namespace

InceptionScore inception_score(const Samples& probabilities, const InceptionScoreOptions& options) {
  check(probabilities, "probabilities", options.splits);
  const Matrix p = read_all(probabilities);
  for (i64 i = 0; i < p.rows; ++i) {
    double sum = 0, least = 0;
    for (i64 k = 0; k < p.columns; ++k) {
      sum += p.row(i)[k];
      least = std::min(least, p.row(i)[k]);
    }
    if (least < 0 || std::abs(sum - 1) > 1e-3)
      throw ValueError("[inception_score] row " + std::to_string(i) + " of " + to_string(probabilities.shape()) +
                       " is no probabilities: its sum is " + std::to_string(sum) + ", its least number " +
                       std::to_string(least) + "; logits go to inception_score_of_logits");
  }
  return score(p, options.splits);
}

InceptionScore inception_score_of_logits(const Samples& logits, const InceptionScoreOptions& options) {
  check(logits, "logits", options.splits);
  Matrix p = read_all(logits);
  for (i64 i = 0; i < p.rows; ++i) {
    double* const row = p.row(i);
    const double largest = *std::max_element(row, row + p.columns);
    double sum = 0;
    for (i64 k = 0; k < p.columns; ++k) sum += row[k] = std::exp(row[k] - largest);
    for (i64 k = 0; k < p.columns; ++k) row[k] /= sum;
  }
  return score(p, options.splits);
}

}  // namespace gan::metrics
