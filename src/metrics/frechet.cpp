// Fréchet distance. The trace of (C1 C2)^(1/2) is the sum of the singular values of F1^T F2, where C = F F^T. The
// eigenvalues of sqrt(C1) C2 sqrt(C1) are their squares; using those would lose half of the digits of small values, of
// which singular covariances have many.
#include "gan/metrics/frechet.hpp"

#include <Eigen/Core>
#include <Eigen/SVD>
#include <cmath>

#include "src/metrics/rows.hpp"

namespace gan::metrics {
namespace {

using Square = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic>>;

/// F with C = F F^T up to rounding, with as many columns as the rank of C: Cholesky decomposition with the largest
/// remaining variance first (Higham 1990, "Analysis of the Cholesky decomposition of a semi-definite matrix").
Eigen::MatrixXd factor(const Square& c) {
  const Eigen::Index d = c.rows();
  Eigen::VectorXd left = c.diagonal();
  const double least = left.maxCoeff() * static_cast<double>(d) * 2.2e-16;
  Eigen::MatrixXd f(d, d);
  Eigen::Index rank = 0;
  for (; rank < d; ++rank) {
    Eigen::Index pivot = 0;
    const double variance = left.maxCoeff(&pivot);
    if (!(variance > least)) break;
    auto column = f.col(rank);
    column = c.col(pivot);
    column.noalias() -= f.leftCols(rank) * f.row(pivot).head(rank).transpose();
    column /= std::sqrt(variance);
    for (Eigen::Index i = 0; i < d; ++i)  // rows that were pivots have no variance left
      if (left[i] == 0) column[i] = 0;
    column[pivot] = std::sqrt(variance);
    left = (left - column.cwiseAbs2()).cwiseMax(0.0);
    left[pivot] = 0;
  }
  f.conservativeResize(d, rank);
  return f;
}

double distance(i64 d, const double* mean_a, const double* covariance_a, const double* mean_b,
                const double* covariance_b) {
  const Square a(covariance_a, d, d), b(covariance_b, d, d);  // symmetric: row-major is column-major
  double means = 0;
  for (i64 k = 0; k < d; ++k) means += (mean_a[k] - mean_b[k]) * (mean_a[k] - mean_b[k]);
  const Eigen::MatrixXd fa = factor(a), fb = factor(b);
  double root = 0;
  if (fa.cols() > 0 && fb.cols() > 0) {
    const Eigen::MatrixXd cross = fa.transpose() * fb;
    root = Eigen::BDCSVD<Eigen::MatrixXd>(cross).singularValues().sum();
  }
  return std::max(0.0, means + a.trace() + b.trace() - 2 * root);
}

void check_gaussian(const char* which, const Tensor<double>& mean, const Tensor<double>& covariance) {
  const i64 d = mean.defined() ? mean.size() : 0;
  GAN_CHECK_SHAPE(d > 0 && mean.rank() == 1 && covariance.defined() && covariance.shape() == (Shape{d, d}), "frechet",
                  "a Gaussian needs a mean (d) and a covariance (d, d)", mean.shape(), covariance.shape());
  const std::vector<double> m = mean.to_vector(), c = covariance.to_vector();
  double largest = 0;
  for (const double v : c) largest = std::max(largest, std::abs(v));
  const auto fail = [&](const std::string& what) {
    throw ValueError(std::string("[frechet] ") + which + ": " + what + "; a mean and a covariance are needed");
  };
  for (i64 i = 0; i < d; ++i) {
    if (!std::isfinite(m[static_cast<std::size_t>(i)])) fail("mean " + std::to_string(i) + " is not finite");
    for (i64 j = 0; j < d; ++j) {
      const double v = c[static_cast<std::size_t>(i * d + j)];
      const std::string place = "(" + std::to_string(i) + ", " + std::to_string(j) + ")";
      if (!std::isfinite(v)) fail("covariance " + place + " is not finite");
      if (std::abs(v - c[static_cast<std::size_t>(j * d + i)]) > 1e-6 * largest)
        fail("the covariance is not symmetric at " + place);
      if (i == j && v < 0) fail("variance " + std::to_string(i) + " is negative");
    }
  }
}

}  // namespace

void FeatureStatistics::add(const Samples& features) {
  check_samples("frechet", "features", features, 0);
  const i64 d = features.width(), block = std::clamp<i64>((i64{1} << 20) / d, 16, 4096);
  GAN_CHECK_SHAPE(mean_.empty() || d == width(), "frechet", "features of another width than those before",
                  features.shape(), Shape{count_, width()});
  Matrix product;
  for (i64 first = 0; first < features.count(); first += block) {
    Matrix x(std::min(block, features.count() - first), d);
    features.read(first, x.rows, x.values.data());
    std::vector<double> mean(static_cast<std::size_t>(d));
    for (i64 i = 0; i < x.rows; ++i)
      for (i64 k = 0; k < d; ++k) mean[static_cast<std::size_t>(k)] += x.row(i)[k];
    for (double& m : mean) m /= static_cast<double>(x.rows);
    for (i64 i = 0; i < x.rows; ++i)
      for (i64 k = 0; k < d; ++k) x.row(i)[k] -= mean[static_cast<std::size_t>(k)];
    multiply(x, true, x, false, product);
    merge(x.rows, mean, product.values);
  }
}

void FeatureStatistics::merge(const FeatureStatistics& other) {
  if (other.count_ == 0) return;
  GAN_CHECK_SHAPE(count_ == 0 || width() == other.width(), "frechet", "statistics of features of different widths",
                  Shape{count_, width()}, Shape{other.count_, other.width()});
  if (&other == this) {
    const FeatureStatistics copy = other;
    return merge(copy.count_, copy.mean_, copy.scatter_);
  }
  merge(other.count_, other.mean_, other.scatter_);
}

// Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance".
void FeatureStatistics::merge(i64 count, const std::vector<double>& mean, const std::vector<double>& scatter) {
  if (count_ == 0) {
    count_ = count;
    mean_ = mean;
    scatter_ = scatter;
    return;
  }
  const std::size_t d = mean_.size();
  const double n = static_cast<double>(count_), m = static_cast<double>(count);
  std::vector<double> apart(d);
  for (std::size_t k = 0; k < d; ++k) apart[k] = mean[k] - mean_[k];
  for (std::size_t i = 0; i < d; ++i) {
    const double weight = n * m / (n + m) * apart[i];
    for (std::size_t j = 0; j < d; ++j) scatter_[i * d + j] += scatter[i * d + j] + weight * apart[j];
  }
  for (std::size_t k = 0; k < d; ++k) mean_[k] += m / (n + m) * apart[k];
  count_ += count;
}

Tensor<double> FeatureStatistics::mean() const {
  if (count_ < 1) throw ValueError("[frechet] the mean of no samples; at least 1 is needed");
  return Tensor<double>::from(mean_, Shape{width()});
}

Tensor<double> FeatureStatistics::covariance() const {
  if (count_ < 2)
    throw ValueError("[frechet] the covariance of " + std::to_string(count_) + " samples; at least 2 are needed");
  std::vector<double> c(scatter_.size());
  const std::size_t d = mean_.size();
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j)
      c[i * d + j] = (scatter_[i * d + j] + scatter_[j * d + i]) / (2 * static_cast<double>(count_ - 1));
  return Tensor<double>::from(c, Shape{width(), width()});
}

FrechetDistance frechet_distance(const FeatureStatistics& a, const FeatureStatistics& b) {
  const Tensor<double> ca = a.covariance(), cb = b.covariance();
  GAN_CHECK_SHAPE(a.width() == b.width(), "frechet",
                  "features of different widths; both sets must go through one network", Shape{a.count(), a.width()},
                  Shape{b.count(), b.width()});
  return {distance(a.width(), a.mean().data(), ca.data(), b.mean().data(), cb.data()), a.count(), b.count()};
}

double frechet_distance(const Tensor<double>& mean_a, const Tensor<double>& covariance_a, const Tensor<double>& mean_b,
                        const Tensor<double>& covariance_b) {
  check_gaussian("the first Gaussian", mean_a, covariance_a);
  check_gaussian("the second Gaussian", mean_b, covariance_b);
  GAN_CHECK_SHAPE(mean_a.size() == mean_b.size(), "frechet", "Gaussians of different widths", mean_a.shape(),
                  mean_b.shape());
  const auto ma = mean_a.to_vector(), ca = covariance_a.to_vector(), mb = mean_b.to_vector(),
             cb = covariance_b.to_vector();
  return distance(mean_a.size(), ma.data(), ca.data(), mb.data(), cb.data());
}

}  // namespace gan::metrics
