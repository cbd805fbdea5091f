// Logistic regression by Newton's method.
#include "gan/analysis/logistic.hpp"

#include <Eigen/Cholesky>
#include <cmath>

#include "src/metrics/rows.hpp"

namespace gan::analysis {

using namespace metrics;  // for Samples and the functions that read them

namespace {

/// log(1 + e^-m), without overflow.
double loss(double margin) { return std::log1p(std::exp(-std::abs(margin))) + std::max(-margin, 0.0); }
double sigmoid(double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }

/// The optimisation problem over the D weights and, last, the bias.
struct Problem {
  Matrix x;  // with a last column of ones
  std::vector<double> y;
  double c;

  std::vector<double> margins(const std::vector<double>& w) const {
    std::vector<double> m(y.size());
    for (std::size_t i = 0; i < m.size(); ++i) {
      const double* const row = x.row(static_cast<i64>(i));
      for (std::size_t k = 0; k < w.size(); ++k) m[i] += row[k] * w[k];
      m[i] *= y[i];
    }
    return m;
  }
  double value(const std::vector<double>& w) const {
    double squares = 0, errors = 0;
    for (std::size_t k = 0; k + 1 < w.size(); ++k) squares += w[k] * w[k];
    for (const double m : margins(w)) errors += loss(m);
    return squares / 2 + c * errors;
  }
  /// The gradient at w; sets `weighted` to the rows of x times the curvature of their errors.
  std::vector<double> gradient(const std::vector<double>& w, Matrix& weighted) const {
    const std::vector<double> at = margins(w);
    std::vector<double> g(w);
    g.back() = 0;
    for (i64 i = 0; i < x.rows; ++i) {
      const auto row = static_cast<std::size_t>(i);
      const double q = sigmoid(-at[row]);
      for (std::size_t k = 0; k < w.size(); ++k) {
        g[k] -= c * q * y[row] * x.row(i)[k];
        weighted.row(i)[k] = c * q * (1 - q) * x.row(i)[k];
      }
    }
    return g;
  }
  /// The Newton step for a gradient.
  std::vector<double> newton_step(const std::vector<double>& g, const Matrix& weighted, Matrix& curvature) const {
    multiply(x, true, weighted, false, curvature);
    const i64 d = x.columns - 1;
    for (i64 k = 0; k < d; ++k) curvature.row(k)[k] += 1;
    curvature.row(d)[d] += 1e-12;  // if all predictions are certain, the bias has no curvature
    std::vector<double> step(g.size());
    const auto size = static_cast<Eigen::Index>(g.size());
    Eigen::Map<Eigen::VectorXd>(step.data(), size) =
        Eigen::Map<const Eigen::MatrixXd>(curvature.values.data(), size, size)  // symmetric: row-major is column-major
            .llt()
            .solve(Eigen::Map<const Eigen::VectorXd>(g.data(), size));
    return step;
  }
};

}  // namespace

LogisticRegression::LogisticRegression(const Samples& features, const std::vector<bool>& positive,
                                       const LogisticOptions& o) {
  if (!(o.c > 0) || !std::isfinite(o.c) || !(o.tolerance > 0) || o.iterations < 1)
    throw ValueError("[LogisticRegression] c " + std::to_string(o.c) + ", tolerance " + std::to_string(o.tolerance) +
                     ", " + std::to_string(o.iterations) + " iterations; all must be above 0");
  if (static_cast<i64>(positive.size()) != features.count())
    throw ValueError("[LogisticRegression] " + std::to_string(positive.size()) + " classes for samples " +
                     to_string(features.shape()));
  check_samples("LogisticRegression", "the features", features, 1);
  const i64 n = features.count(), d = features.width();
  const auto trues = std::count(positive.begin(), positive.end(), true);
  if (trues == 0 || trues == n)
    throw ValueError("[LogisticRegression] all " + std::to_string(n) + " samples are of one class; both are needed");

  Problem p{Matrix(n, d + 1), {}, o.c};
  for (i64 i = 0; i < n; ++i) {
    features.read(i, 1, p.x.row(i));
    p.x.row(i)[d] = 1;
    p.y.push_back(positive[static_cast<std::size_t>(i)] ? 1 : -1);
  }
  std::vector<double> w(static_cast<std::size_t>(d + 1));
  const double tolerance = o.tolerance * std::max(o.c, 1.0);
  Matrix weighted(n, d + 1), curvature;
  for (double value = p.value(w); iterations < o.iterations; ++iterations) {
    const std::vector<double> gradient = p.gradient(w, weighted);
    double largest = 0;
    for (const double g : gradient) largest = std::max(largest, std::abs(g));
    if (largest <= tolerance) {
      converged = true;
      break;
    }
    const std::vector<double> step = p.newton_step(gradient, weighted, curvature);
    double slope = 0;
    for (std::size_t k = 0; k < w.size(); ++k) slope += gradient[k] * step[k];
    double length = 1, reached = value;
    std::vector<double> next(w);
    for (; length > 1e-10; length /= 2) {
      for (std::size_t k = 0; k < w.size(); ++k) next[k] = w[k] - length * step[k];
      reached = p.value(next);
      if (reached <= value - 1e-4 * length * slope) break;
    }
    if (!(reached < value)) {  // as low as rounding allows
      converged = largest <= std::sqrt(tolerance);
      break;
    }
    w = next;
    value = reached;
  }
  bias = w.back();
  w.pop_back();
  weight = std::move(w);
}

std::vector<double> LogisticRegression::scores(const Samples& features) const {
  GAN_CHECK_SHAPE(features.width() == static_cast<i64>(weight.size()), "LogisticRegression",
                  "features of the width that it was fitted on are needed", features.shape(),
                  Shape{static_cast<i64>(weight.size())});
  std::vector<double> row(weight.size()), out;
  for (i64 i = 0; i < features.count(); ++i) {
    features.read(i, 1, row.data());
    double s = bias;
    for (std::size_t k = 0; k < row.size(); ++k) s += weight[k] * row[k];
    out.push_back(s);
  }
  return out;
}

}  // namespace gan::analysis
