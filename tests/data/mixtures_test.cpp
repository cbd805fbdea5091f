// Mixtures of Gaussians and spirals: moments, modes, labels, and bits.
#include <gmock/gmock.h>
#include <zlib.h>

#include <cmath>
#include <numbers>

#include "gan/data/mixtures.hpp"

namespace gan::data {
namespace {

/// Mean and covariance, with the label's share, of the points of one mode.
struct Moments {
  double n = 0, mean[2] = {}, square[2] = {}, product = 0;
};

Moments moments(const Points& d, i64 label, const float* centre, double scale) {
  Moments m;
  const i64 axes = d.shape()[1];
  for (i64 i = 0; i < d.size(); ++i) {
    if (d.label(i) != label) continue;
    double z[2] = {};
    for (i64 a = 0; a < axes; ++a)
      z[a] = (d.values()[static_cast<std::size_t>(i * axes + a)] - double{centre[a]}) / scale;
    for (int a = 0; a < 2; ++a) {
      m.mean[a] += z[a];
      m.square[a] += z[a] * z[a];
    }
    m.product += z[0] * z[1];
    ++m.n;
  }
  return m;
}

/// Every mode has its share of standard normals around its centre, each figure within five standard errors.
void expect_modes(const Points& d, const Tensor<float>& centre, double deviation) {
  const auto modes = centre.shape(0), axes = centre.shape(1);
  ASSERT_EQ(d.shape(), (Shape{d.size(), axes}));
  ASSERT_EQ(static_cast<i64>(d.classes().size()), modes);
  const double share = static_cast<double>(d.size()) / static_cast<double>(modes);
  for (i64 k = 0; k < modes; ++k) {
    const Moments m = moments(d, k, centre.data() + k * axes, deviation);
    EXPECT_NEAR(m.n, share, 5 * std::sqrt(share)) << k;
    for (i64 a = 0; a < axes; ++a) {
      EXPECT_NEAR(m.mean[a] / m.n, 0, 5 / std::sqrt(m.n)) << k;
      EXPECT_NEAR(m.square[a] / m.n, 1, 5 * std::sqrt(2 / m.n)) << k;
    }
    EXPECT_NEAR(m.product / m.n, 0, 5 / std::sqrt(m.n)) << k;
  }
}

TEST(Mixtures, RingHasItsModes) {
  const Tensor<float> centre = centres(RingOptions{});
  ASSERT_EQ(centre.shape(), (Shape{8, 2}));
  for (i64 k = 0; k < 8; ++k) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(k) / 8;
    EXPECT_NEAR(centre.data()[2 * k], 2 * std::cos(angle), 1e-6);
    EXPECT_NEAR(centre.data()[2 * k + 1], 2 * std::sin(angle), 1e-6);
  }
  expect_modes(ring(), centre, 0.02);
  const RingOptions odd{.count = 3000, .modes = 3, .radius = 10, .deviation = 1.5, .seed = 4};
  expect_modes(ring(odd), centres(odd), 1.5);
  EXPECT_NEAR(centres(odd).data()[3], 10 * std::sin(2 * std::numbers::pi / 3), 1e-5);
}

TEST(Mixtures, GridHasItsModes) {
  const Tensor<float> centre = centres(GridOptions{});
  ASSERT_EQ(centre.shape(), (Shape{25, 2}));
  for (i64 k = 0; k < 25; ++k) {
    EXPECT_EQ(centre.data()[2 * k], static_cast<float>(2 * (k % 5) - 4));
    EXPECT_EQ(centre.data()[2 * k + 1], static_cast<float>(2 * (k / 5) - 4));
  }
  expect_modes(grid(), centre, 0.05);
}

TEST(Mixtures, MixtureFollowsMeansDeviationsAndWeights) {
  expect_modes(mixture(), centres(MixtureOptions{}), 0.5);
  const MixtureOptions o{
      .count = 40000, .means = {-1, 5, 7, 9}, .deviations = {0.1, 2, 1, 0}, .weights = {3, 1, 0, 4}, .seed = 9};
  const Points d = mixture(o);
  ASSERT_EQ(d.shape(), (Shape{40000, 1}));
  const double expected[] = {15000, 5000, 0, 20000};
  for (i64 k = 0; k < 4; ++k) {
    const auto at = static_cast<std::size_t>(k);
    const Moments m = moments(d, k, centres(o).data() + k, 1);
    EXPECT_NEAR(m.n, expected[k], 5 * std::sqrt(expected[k])) << k;
    if (m.n == 0) continue;
    EXPECT_NEAR(m.mean[0] / m.n, 0, 5 * o.deviations[at] / std::sqrt(m.n)) << k;
    EXPECT_NEAR(std::sqrt(m.square[0] / m.n), o.deviations[at], 5 * o.deviations[at] / std::sqrt(2 * m.n)) << k;
  }
}

TEST(Mixtures, SpiralsLieOnTheirArms) {
  const SpiralsOptions o{.count = 5000, .arms = 3, .turns = 2, .radius = 4, .deviation = 0};
  const Points d = spirals(o);
  double sum = 0;
  int per_arm[3] = {};
  for (i64 i = 0; i < d.size(); ++i) {
    const double x = d.values()[static_cast<std::size_t>(2 * i)], y = d.values()[static_cast<std::size_t>(2 * i + 1)];
    const double along = std::hypot(x, y) / 4;
    const double angle = 2 * std::numbers::pi * (2 * along + static_cast<double>(d.label(i)) / 3);
    ASSERT_NEAR(x, 4 * along * std::cos(angle), 1e-4);
    ASSERT_NEAR(y, 4 * along * std::sin(angle), 1e-4);
    sum += along;
    ++per_arm[d.label(i)];
  }
  EXPECT_NEAR(sum / 5000, 0.5, 5 * std::sqrt(1.0 / 12 / 5000));
  for (int n : per_arm) EXPECT_NEAR(n, 5000.0 / 3, 5 * std::sqrt(5000.0 / 3));
}

TEST(Mixtures, DependOnSeedSplitAndIndexOnly) {
  const auto equal = [](const Points& a, const Points& b) {
    return std::equal(a.values().begin(), a.values().end(), b.values().begin());
  };
  EXPECT_TRUE(equal(ring({.count = 10}), ring({.count = 500})));
  EXPECT_FALSE(equal(ring({.count = 10}), ring({.count = 10, .seed = 2})));
  EXPECT_FALSE(equal(ring({.count = 10}), ring({.count = 10, .split = Split::test})));
  EXPECT_FALSE(equal(spirals({.count = 10}), spirals({.count = 10, .split = Split::test})));
}

TEST(Mixtures, BitsAreTheSameOnEveryMachine) {
  const auto checksum = [](const Points& d) {
    return crc32(0, reinterpret_cast<const Bytef*>(d.values().data()), static_cast<uInt>(d.values().size_bytes()));
  };
  EXPECT_EQ(checksum(ring({.count = 100})), 2273249176u);
  EXPECT_EQ(checksum(grid({.count = 100})), 3167606656u);
  EXPECT_EQ(checksum(spirals({.count = 100})), 454136477u);
  EXPECT_EQ(checksum(mixture({.count = 100})), 2482922585u);
}

TEST(Mixtures, RefuseOptionsOutOfRange) {
  EXPECT_THROW(ring({.count = 0}), ValueError);
  EXPECT_THROW(ring({.modes = 0}), ValueError);
  EXPECT_THROW(ring({.radius = 0}), ValueError);
  EXPECT_THROW(ring({.deviation = -1}), ValueError);
  EXPECT_THROW(ring({.deviation = NAN}), ValueError);
  EXPECT_THROW(grid({.side = 0}), ValueError);
  EXPECT_THROW(grid({.side = 300}), ValueError);
  EXPECT_THROW(grid({.spacing = INFINITY}), ValueError);
  EXPECT_THROW(mixture({.means = {}}), ValueError);
  EXPECT_THROW(mixture({.means = {NAN}}), ValueError);
  EXPECT_THROW(mixture({.means = {1, 2, 3}, .deviations = {1, 2}}), ValueError);
  EXPECT_THROW(mixture({.means = {1, 2}, .weights = {1}}), ValueError);
  EXPECT_THROW(mixture({.means = {1, 2}, .weights = {1, -1}}), ValueError);
  EXPECT_THROW(mixture({.means = {1, 2}, .weights = {0, 0}}), ValueError);
  EXPECT_THROW(spirals({.arms = 0}), ValueError);
  EXPECT_THROW(spirals({.turns = 0}), ValueError);
}

}  // namespace
}  // namespace gan::data
