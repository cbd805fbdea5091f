// Parzen windows.
#include "gan/metrics/parzen.hpp"

#include <cmath>
#include <numbers>
#include <numeric>

#include "gan/core/parallel.hpp"
#include "gan/metrics/swd.hpp"
#include "src/metrics/rows.hpp"

namespace gan::metrics {
namespace {

/// log(mean_i exp(-squared_i / (2 sigma^2))) - d log(sigma sqrt(2 pi)).
double log_density(const double* squared, i64 n, double least, double d, double sigma) {
  const double scale = -1 / (2 * sigma * sigma);
  double sum = 0;
  for (i64 i = 0; i < n; ++i) {
    const double e = (squared[i] - least) * scale;
    if (e > -60) sum += std::exp(e);  // less than 1e-26 is negligible beside 1
  }
  return least * scale + std::log(sum / static_cast<double>(n)) - d * std::log(sigma * std::sqrt(2 * std::numbers::pi));
}

/// The log-likelihood of every x for every sigma: (sigmas, N).
Matrix log_likelihoods(const Samples& samples, const Samples& x, const std::vector<double>& sigmas) {
  Matrix values(static_cast<i64>(sigmas.size()), x.count());
  const i64 n = samples.count();
  for_distance_strips(x, samples, column_means(samples), [&](i64 first, i64 rows, const double* squared) {
    parallel_for(rows, 4, [&](i64 begin, i64 end) {
      for (i64 i = begin; i < end; ++i) {
        const double* const row = squared + i * n;
        const double least = *std::min_element(row, row + n);
        for (std::size_t s = 0; s < sigmas.size(); ++s)
          values.row(static_cast<i64>(s))[first + i] =
              log_density(row, n, least, static_cast<double>(x.width()), sigmas[s]);
      }
    });
  });
  return values;
}

void check(const Samples& samples, const Samples& x, const char* what, const std::vector<double>& sigmas) {
  check_widths("parzen", samples, x);
  check_samples("parzen", "the samples", samples, 1);
  check_samples("parzen", what, x, 1);
  for (const double sigma : sigmas)
    if (!(sigma > 0) || !std::isfinite(sigma))
      throw ValueError("[parzen] sigma " + std::to_string(sigma) + "; a positive number is needed");
}

}  // namespace

Tensor<double> parzen_log_likelihoods(const Samples& samples, const Samples& x, double sigma) {
  check(samples, x, "the images", {sigma});
  return Tensor<double>::from(log_likelihoods(samples, x, {sigma}).values, Shape{x.count()});
}

namespace {

/// Runs the protocol and returns the log-likelihood of each test image as well.
ParzenResult run(const Samples& samples, const Samples& validation, const Samples& test, std::vector<double> sigmas,
                 std::vector<double>& test_values) {
  ParzenResult r;
  r.sigmas = std::move(sigmas);
  check(samples, validation, "the validation images", r.sigmas);
  check(samples, test, "the test images", {});
  const Matrix values = log_likelihoods(samples, validation, r.sigmas);
  for (i64 s = 0; s < values.rows; ++s)
    r.validation_means.push_back(std::accumulate(values.row(s), values.row(s) + values.columns, 0.0) /
                                 static_cast<double>(values.columns));
  const auto best = std::max_element(r.validation_means.begin(), r.validation_means.end());
  r.sigma = r.sigmas[static_cast<std::size_t>(best - r.validation_means.begin())];
  test_values = log_likelihoods(samples, test, {r.sigma}).values;
  const Moments m = moments(test_values);
  r.mean = m.mean;
  r.error = m.deviation / std::sqrt(static_cast<double>(test.count()));
  r.samples = samples.count();
  r.validation = validation.count();
  r.test = test.count();
  return r;
}

/// `count` candidates in geometric progression from 10^low to 1.
std::vector<double> candidates(int count, double low) {
  std::vector<double> sigmas;
  for (int i = 0; i < count; ++i) sigmas.push_back(std::pow(10.0, low * (count - 1 - i) / (count - 1)));
  return sigmas;
}

}  // namespace

ParzenResult parzen(const Samples& samples, const Samples& validation, const Samples& test,
                    const ParzenOptions& options) {
  std::vector<double> values;
  return run(samples, validation, test, options.sigmas.empty() ? candidates(10, -1) : options.sigmas, values);
}

MultiScaleParzenResult multi_scale_parzen(const Samples& samples, const Samples& validation, const Samples& test,
                                          const MultiScaleParzenOptions& options) {
  const auto made_of = laplacian_pyramid(samples, options.levels);
  const auto chosen_by = laplacian_pyramid(validation, options.levels), tried = laplacian_pyramid(test, options.levels);
  const std::vector<double> sigmas = options.sigmas.empty() ? candidates(20, -2) : options.sigmas;
  MultiScaleParzenResult r;
  std::vector<double> sums(static_cast<std::size_t>(test.count())), values;
  for (std::size_t k = 0; k < made_of.size(); ++k) {
    r.levels.push_back(run(made_of[k], chosen_by[k], tried[k], sigmas, values));
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += values[i];
  }
  const Moments m = moments(sums);
  r.mean = m.mean;
  r.error = m.deviation / std::sqrt(static_cast<double>(test.count()));
  return r;
}

}  // namespace gan::metrics
