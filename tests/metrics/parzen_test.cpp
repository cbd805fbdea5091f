// Parzen windows: densities that are known, the choice of sigma, and what is refused.
#include "gan/metrics/parzen.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "gan/core/parallel.hpp"
#include "gan/metrics/swd.hpp"
#include "gan/ops/random.hpp"
#include "support/metrics_reference.hpp"

namespace gan::metrics {
namespace {

using D = Tensor<double>;

double gauss(double x, double sigma) {
  return std::exp(-x * x / (2 * sigma * sigma)) / (sigma * std::sqrt(2 * std::numbers::pi));
}
D normal(Shape shape, u64 seed) {
  Rng rng{.seed = seed};
  return randn<double>(shape, rng);
}

TEST(Parzen, IsTheLogarithmOfTheMeanDensity) {
  const D samples = D::from({0, 1, 5}, {3, 1}), x = D::from({0.5, -1}, {2, 1});
  const std::vector<double> v = parzen_log_likelihoods(samples, x, 0.7).to_vector();
  EXPECT_NEAR(v[0], std::log((2 * gauss(0.5, 0.7) + gauss(4.5, 0.7)) / 3), 1e-12);
  EXPECT_NEAR(v[1], std::log((gauss(1, 0.7) + gauss(2, 0.7) + gauss(6, 0.7)) / 3), 1e-12);
  // Images: every pixel is a dimension.
  const Var image = Var::full({1, 2, 2, 1}, 0.25f);
  EXPECT_NEAR(parzen_log_likelihoods(Var::zeros({1, 2, 2, 1}), image, 0.5).item(), 4 * std::log(gauss(0.25, 0.5)),
              1e-9);
}

TEST(Parzen, DoesNotUnderflowFarFromEverySample) {
  const double v = parzen_log_likelihoods(D::zeros({2, 784}), D::ones({1, 784}), 0.1).item();
  EXPECT_NEAR(v, -784 / 0.02 - 784 * std::log(0.1 * std::sqrt(2 * std::numbers::pi)), 1e-8);
}

TEST(Parzen, TakesTheSigmaThatValidationImagesLikeBest) {
  const D samples = normal({400, 2}, 1), validation = normal({200, 2}, 2), test = normal({300, 2}, 3);
  const ParzenResult r = parzen(samples, validation, test);
  ASSERT_EQ(r.sigmas.size(), 10u);
  EXPECT_NEAR(r.sigmas[0], 0.1, 1e-15);
  EXPECT_NEAR(r.sigmas[3], std::pow(10, -2.0 / 3), 1e-15);
  EXPECT_EQ(r.sigmas[9], 1);
  std::size_t best = 0;
  for (std::size_t s = 0; s < 10; ++s) {
    double mean = 0;
    for (const double v : parzen_log_likelihoods(samples, validation, r.sigmas[s]).to_vector()) mean += v / 200;
    EXPECT_NEAR(r.validation_means[s], mean, 1e-12);
    if (mean > r.validation_means[best]) best = s;
  }
  EXPECT_EQ(r.sigma, r.sigmas[best]);
  EXPECT_NE(best, 0u);
  EXPECT_NE(best, 9u);
  double mean = 0, squares = 0;
  for (const double v : parzen_log_likelihoods(samples, test, r.sigma).to_vector()) {
    mean += v / 300;
    squares += v * v / 300;
  }
  EXPECT_NEAR(r.mean, mean, 1e-12);
  EXPECT_NEAR(r.error, std::sqrt((squares - mean * mean) / 300), 1e-12);
  EXPECT_NEAR(r.mean, -1 - std::log(2 * std::numbers::pi), 0.2);  // the entropy of the data
  EXPECT_EQ(r.samples, 400);
  EXPECT_EQ(r.validation, 200);
  EXPECT_EQ(r.test, 300);
  EXPECT_EQ(parzen(samples, validation, test, {.sigmas = {0.9}}).sigma, 0.9);
}

TEST(Parzen, HasTheSameBitsForAnyNumberOfThreads) {
  const int before = threads();
  const D samples = normal({9000, 8}, 1), x = normal({600, 8}, 2);  // two strips
  set_threads(1);
  const double one = parzen(samples, x, x).mean;
  set_threads(3);
  EXPECT_EQ(one, parzen(samples, x, x).mean);
  set_threads(before);
}

TEST(Parzen, RefusesWhatHasNoDensity) {
  const D a = normal({4, 3}, 1);
  EXPECT_THROW(parzen_log_likelihoods(a, normal({4, 2}, 1), 0.5), ShapeError);
  EXPECT_THROW(parzen_log_likelihoods(a, a, 0), ValueError);
  EXPECT_THROW(parzen_log_likelihoods(a, a, std::nan("")), ValueError);
  EXPECT_THROW(parzen_log_likelihoods(D(Shape{0, 3}), a, 1), ValueError);
  EXPECT_THROW(parzen(a, a, D::full({1, 3}, std::numeric_limits<double>::infinity())), ValueError);
  EXPECT_THROW(parzen(a, D(Shape{0, 3}), a), ValueError);
  EXPECT_THROW(parzen(a, a, a, {.sigmas = {0.1, -1}}), ValueError);
}

TEST(MultiScaleParzen, AddsTheLevelsOfThePyramid) {
  Rng rng{.seed = 8};
  const auto images = [&](i64 n) { return rand<double>({n, 8, 8, 2}, rng); };
  const Tensor<double> samples = images(30), validation = images(12), tested = images(20);
  const MultiScaleParzenResult r = multi_scale_parzen(samples, validation, tested, {.levels = 2, .sigmas = {0.1, 0.3}});
  ASSERT_EQ(r.levels.size(), 2u);
  const auto a = laplacian_pyramid(samples, 2), b = laplacian_pyramid(tested, 2);
  std::vector<double> sums(20);
  for (std::size_t k = 0; k < 2; ++k) {
    const auto values = parzen_log_likelihoods(a[k], b[k], r.levels[k].sigma).to_vector();
    EXPECT_GE(r.levels[k].validation_means[r.levels[k].sigma == 0.1 ? 0 : 1],
              r.levels[k].validation_means[r.levels[k].sigma == 0.1 ? 1 : 0]);
    for (std::size_t i = 0; i < 20; ++i) sums[i] += values[i];
  }
  double mean = 0, squares = 0;
  for (const double v : sums) mean += v / 20;
  for (const double v : sums) squares += (v - mean) * (v - mean) / 20;
  EXPECT_NEAR(r.mean, mean, 1e-10 * std::abs(mean));
  EXPECT_NEAR(r.error, std::sqrt(squares / 20), 1e-10 * std::abs(mean));
  // One level is the image: the plain estimate.
  const auto plain = parzen(samples, validation, tested, {.sigmas = {0.1, 0.3}});
  EXPECT_EQ(multi_scale_parzen(samples, validation, tested, {.levels = 1, .sigmas = {0.1, 0.3}}).mean, plain.mean);
  EXPECT_THROW(multi_scale_parzen(samples, validation, tested, {.levels = 0}), ValueError);
  EXPECT_THROW(multi_scale_parzen(samples, validation, images(3).view({3, 128}), {}), ShapeError);
}

TEST(ParzenReference, IsThatOfSciPy) {
  using namespace reference;
  const auto r = parzen(given("parzen.samples"), given("parzen.validation"), given("parzen.test"));
  expect_relative(D::from(r.validation_means, {10}), "parzen.validation_means", 1e-12);
  expect_relative(r.sigma, metrics_file().number("parzen.sigma"), 1e-14, "sigma");
  expect_relative(r.mean, metrics_file().number("parzen.mean"), 1e-12, "parzen.mean");
  expect_relative(r.error, metrics_file().number("parzen.error"), 1e-12, "parzen.error");
  expect_relative(parzen_log_likelihoods(given("parzen.samples"), given("parzen.test"), r.sigma), "parzen.test_values",
                  1e-12);
}

}  // namespace
}  // namespace gan::metrics
