// Functions of one number in float: as far from the true value as the header says, and what they do at the ends.
#include "gan/core/scalar.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace gan {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// How many floats lie between y and the one nearest to the true value; a true value in double decides halves.
double ulps(float y, double exact) {
  const float nearest = static_cast<float>(exact);
  const double step =
      static_cast<double>(std::nextafter(std::abs(nearest), infinity)) - static_cast<double>(std::abs(nearest));
  return std::abs(static_cast<double>(y) - exact) / step;
}

/// The largest distance at `count` places from `low` to `high`.
template <class F, class G>
double worst(float low, float high, F f, G exact) {
  constexpr int count = 200'000;
  double most = 0;
  for (int i = 0; i <= count; ++i) {
    const float x = low + (high - low) * static_cast<float>(i) / static_cast<float>(count);
    most = std::max(most, ulps(f(x), exact(static_cast<double>(x))));
  }
  return most;
}

TEST(Scalar, ExpIsWithinTwoUlpAndKeepsItsEnds) {
  EXPECT_LE(worst(
                -87, 88.7f, [](float x) { return math::exp(x); }, [](double x) { return std::exp(x); }),
            2);
  EXPECT_EQ(math::exp(0.f), 1);
  EXPECT_EQ(math::exp(89.f), infinity);
  EXPECT_EQ(math::exp(infinity), infinity);
  EXPECT_EQ(math::exp(-infinity), 0);
  EXPECT_GT(math::exp(-100.f), 0) << "a denormal number";
  EXPECT_TRUE(std::isnan(math::exp(std::numeric_limits<float>::quiet_NaN())));
}

TEST(Scalar, TanhIsWithinFourUlpOddAndNeverBeyondOne) {
  EXPECT_LE(worst(
                -10, 10, [](float x) { return math::tanh(x); }, [](double x) { return std::tanh(x); }),
            4);
  for (const float x : {0.f, 1e-30f, 0.3f, 0.624f, 0.626f, 3.f, 50.f}) EXPECT_EQ(math::tanh(-x), -math::tanh(x)) << x;
  EXPECT_EQ(math::tanh(infinity), 1);
  EXPECT_EQ(math::tanh(-infinity), -1);
  EXPECT_TRUE(std::isnan(math::tanh(std::numeric_limits<float>::quiet_NaN())));
}

TEST(Scalar, Log1pOfAShareIsWithinTwoUlp) {
  EXPECT_LE(worst(
                0, 1, [](float x) { return math::log1p_unit(x); }, [](double x) { return std::log1p(x); }),
            2);
  EXPECT_LE(worst(
                0, 1e-4f, [](float x) { return math::log1p_unit(x); }, [](double x) { return std::log1p(x); }),
            2);
  EXPECT_EQ(math::log1p_unit(0.f), 0);
  EXPECT_EQ(math::log1p_unit(1e-20f), 1e-20f) << "small numbers are not rounded away";
}

TEST(Scalar, BitsComeBack) {
  EXPECT_EQ(math::to_bits(1.f), 0x3f800000u);
  for (const float x : {-0.f, 1.5f, -3e-39f, infinity})
    EXPECT_EQ(math::to_bits(math::from_bits(math::to_bits(x))), math::to_bits(x));
}

}  // namespace
}  // namespace gan
