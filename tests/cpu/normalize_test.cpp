// Means and variances of a batch against sums in double, for values that make sums of squares lose their digits.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "gan/backend/kernels.hpp"
#include "gan/core/rng.hpp"

namespace gan {
namespace {

template <class T>
class BatchStatistics : public testing::Test {
 protected:
  /// x[r, c] = level(r, c) + spread * a standard normal.
  void check(i64 rows, i64 channels, double spread, const std::function<double(i64 row, i64 channel)>& level) {
    std::vector<T> x(static_cast<std::size_t>(rows * channels)), mean(static_cast<std::size_t>(channels)),
        variance = mean;
    cpu_kernels<T>().fill_normal(rows * channels, Rng{3, 1, 4}, T(0), static_cast<T>(spread), x.data());
    for (i64 i = 0; i < rows * channels; ++i)
      x[static_cast<std::size_t>(i)] += static_cast<T>(level(i / channels, i % channels));
    cpu_kernels<T>().norm_statistics({1, rows, channels, channels}, x.data(), mean.data(), variance.data());
    for (i64 c = 0; c < channels; ++c) {
      long double sum = 0, squares = 0, largest = 0;
      for (i64 r = 0; r < rows; ++r) {
        const long double value = x[static_cast<std::size_t>(r * channels + c)];
        sum += value;
        largest = std::max(largest, std::abs(value));
      }
      const long double m = sum / static_cast<long double>(rows);
      for (i64 r = 0; r < rows; ++r) {
        const long double d = x[static_cast<std::size_t>(r * channels + c)] - m;
        squares += d * d;
      }
      const long double v = squares / static_cast<long double>(rows);
      const long double rounding = 4 * static_cast<long double>(std::numeric_limits<T>::epsilon());
      const auto at = static_cast<std::size_t>(c);
      EXPECT_NEAR(static_cast<double>(mean[at]), static_cast<double>(m), static_cast<double>(rounding * largest))
          << rows << " x " << channels << ", channel " << c;
      // Values are rounded to so many digits of the largest: their differences know no more.
      const long double scale = v + rounding * largest * std::sqrt(v);
      EXPECT_NEAR(static_cast<double>(variance[at]), static_cast<double>(v), static_cast<double>(4 * rounding * scale))
          << rows << " x " << channels << ", channel " << c;
    }
  }
};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(BatchStatistics, Scalars);

TYPED_TEST(BatchStatistics, OfPlainValues) {
  const auto zero = [](i64, i64) { return 0.0; };
  for (const i64 rows : {2, 3, 64, 1000, 12545})
    for (const i64 channels : {1, 3, 31, 64, 257}) this->check(rows, channels, 1, zero);
}

TYPED_TEST(BatchStatistics, FarFromZero) {
  this->check(5000, 33, 1, [](i64, i64) { return 10000.0; });
}

// A few rows at the start are not what the others are: no part of the batch stands for all.
TYPED_TEST(BatchStatistics, WithLevelsThatJump) {
  this->check(4096, 40, 1, [](i64 row, i64 channel) { return row < 100 * channel ? 0.0 : 1000.0; });
  this->check(5000, 8, 0.01, [](i64 row, i64) { return static_cast<double>(row); });
}

TYPED_TEST(BatchStatistics, OfConstants) {
  std::vector<TypeParam> x(3000 * 5, TypeParam(0.1)), mean(5), variance(5);
  cpu_kernels<TypeParam>().norm_statistics({1, 3000, 5, 5}, x.data(), mean.data(), variance.data());
  for (std::size_t c = 0; c < 5; ++c) {
    EXPECT_NEAR(static_cast<double>(mean[c]), static_cast<double>(TypeParam(0.1)), 1e-6);
    EXPECT_GE(variance[c], TypeParam(0));
    EXPECT_LT(variance[c], TypeParam(1e-12));
  }
}

TYPED_TEST(BatchStatistics, WhatIsNoNumberStaysNone) {
  std::vector<TypeParam> x(3000 * 2, TypeParam(1)), mean(2), variance(2);
  x[1001] = std::numeric_limits<TypeParam>::quiet_NaN();  // of channel 1
  cpu_kernels<TypeParam>().norm_statistics({1, 3000, 2, 2}, x.data(), mean.data(), variance.data());
  EXPECT_EQ(variance[0], TypeParam(0));
  EXPECT_TRUE(std::isnan(mean[1]));
  EXPECT_TRUE(std::isnan(variance[1]));
}

}  // namespace
}  // namespace gan
