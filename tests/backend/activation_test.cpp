// The functors of fused activations against plain formulas, and the kernels that use them.
#include "gan/backend/activation.hpp"

#include <gtest/gtest.h>

#include "gan/backend/kernels.hpp"
#include "support/activations.hpp"

namespace gan {
namespace {

constexpr double slope = 0.2;
const std::vector<double> points{-30, -2.5, -1, -0.1, -0.0, 0.1, 0.5, 1, 3, 30};

TEST(Activation, FunctorsAreTheirFormulas) {
  for (const Activation a : all_activations())
    with_activation(a, slope, [&](auto f, auto df) {
      for (const double z : points) {
        const double y = f(z);
        EXPECT_NEAR(y, naive::activate(z, a, slope), 1e-12) << static_cast<int>(a) << " at " << z;
        EXPECT_NEAR(df(0.5, y), naive::activation_gradient(0.5, y, a, slope), 1e-12) << static_cast<int>(a);
        EXPECT_NEAR(static_cast<double>(f(static_cast<float>(z))), y, 1e-6) << static_cast<int>(a) << " at " << z;
      }
    });
}

TEST(Activation, DerivativesThroughTheOutputAreThose) {
  for (const Activation a : all_activations())
    with_activation(a, slope, [&](auto f, auto df) {
      for (const double z : points) {
        if (std::abs(z) < 1e-3 || std::abs(z) > 10) continue;
        const double step = 1e-5;
        EXPECT_NEAR(df(1.0, f(z)), (f(z + step) - f(z - step)) / (2 * step), 1e-8) << static_cast<int>(a) << " " << z;
      }
    });
}

TEST(Activation, OtherNumbersAreNone) {
  EXPECT_GE(all_activations().size(), 5u);
  EXPECT_FALSE(with_activation(static_cast<Activation>(-1), 0, [](auto, auto) { FAIL(); }));
}

TEST(Activation, RowsAreNormalizedAndActivated) {
  const double mean[] = {0.5, -1}, rstd[] = {2, 1}, gamma[] = {1, -1}, beta[] = {0.5, 0.25};
  for (const Activation a : all_activations()) {
    std::vector<double> y(points.size());
    cpu_kernels<double>().normalize({1, static_cast<i64>(y.size()) / 2, 2, 2}, points.data(), mean, rstd, gamma, beta,
                                    y.data(), a, slope);
    for (std::size_t i = 0; i < y.size(); ++i)
      EXPECT_NEAR(
          y[i], naive::activate((points[i] - mean[i % 2]) * rstd[i % 2] * gamma[i % 2] + beta[i % 2], a, slope), 1e-12);
  }
}

}  // namespace
}  // namespace gan
