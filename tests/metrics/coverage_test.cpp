// Mode coverage: counted by hand, and on the built-in ring.
#include "gan/metrics/coverage.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "gan/data/mixtures.hpp"

namespace gan::metrics {
namespace {

using D = Tensor<double>;

TEST(ModeCoverage, CountsSamplesAroundCentres) {
  const D centres = D::from({0, 0, 4, 0, 0, 4}, {3, 2});
  const D samples = D::from({0, 1, 0.5, 0.5, 4, -1, 2, 0, 9, 9}, {5, 2});  // two, one on the edge, between two, none
  const ModeCoverage c = mode_coverage(samples, centres, {.radius = 1});
  EXPECT_EQ(c.counts, (std::vector<i64>{2, 1, 0}));
  EXPECT_EQ(c.modes, 3);
  EXPECT_EQ(c.hit, 2);
  EXPECT_EQ(c.samples, 5);
  EXPECT_NEAR(c.high_quality, 0.6, 1e-15);
  EXPECT_NEAR(c.divergence, 2 / 3.0 * std::log(2) + 1 / 3.0 * std::log(1), 1e-12);
  EXPECT_EQ(mode_coverage(samples, centres, {.radius = 1, .least = 2}).hit, 1);
  EXPECT_EQ(mode_coverage(samples, centres, {.radius = 2}).counts, (std::vector<i64>{3, 1, 0})) << "first of two";
}

TEST(ModeCoverage, OfNoGoodSampleDivergesMost) {
  const ModeCoverage c = mode_coverage(D::ones({4, 1}), D::from({9, 12}, {2, 1}), {.radius = 1});
  EXPECT_EQ(c.hit, 0);
  EXPECT_EQ(c.high_quality, 0);
  EXPECT_NEAR(c.divergence, std::log(2), 1e-12);
}

TEST(ModeCoverage, OfTheDataItselfIsWhole) {
  const data::RingOptions ring{.count = 4000};
  const data::Points points = data::ring(ring);
  std::vector<i64> all(4000);
  std::iota(all.begin(), all.end(), i64{0});
  const ModeCoverage c =
      mode_coverage(points.batch<float>(all)["x"], data::centres(ring), {.radius = 3 * ring.deviation, .least = 100});
  EXPECT_EQ(c.hit, 8);
  EXPECT_NEAR(c.high_quality, 1 - std::exp(-4.5), 0.01);  // of a Gaussian in the plane, within three deviations
  EXPECT_LT(c.divergence, 0.01);
}

TEST(LabelCoverage, IsTheHistogramOfClasses) {
  const i64 labels[] = {0, 2, 2, 2, 0, 2};
  const ModeCoverage c = label_coverage(labels, 4);
  EXPECT_EQ(c.counts, (std::vector<i64>{2, 0, 4, 0}));
  EXPECT_EQ(c.hit, 2);
  EXPECT_EQ(c.high_quality, 1);
  EXPECT_NEAR(c.divergence, 1 / 3.0 * std::log(4 / 3.0) + 2 / 3.0 * std::log(8 / 3.0), 1e-12);
}

TEST(ModeCoverage, RefusesWhatCannotBeCounted) {
  const D x = D::ones({4, 2});
  EXPECT_THROW(mode_coverage(x, D::ones({1, 3}), {.radius = 1}), ShapeError);
  EXPECT_THROW(mode_coverage(x, x, {}), ValueError) << "no radius";
  EXPECT_THROW(mode_coverage(x, x, {.radius = 1, .least = 0}), ValueError);
  EXPECT_THROW(mode_coverage(D(Shape{0, 2}), x, {.radius = 1}), ValueError);
  EXPECT_THROW(mode_coverage(D::full({4, 2}, std::nan("")), x, {.radius = 1}), ValueError);
  const i64 labels[] = {0, 4};
  EXPECT_THROW(label_coverage(labels, 4), ValueError);
  EXPECT_THROW(label_coverage({}, 4), ValueError);
}

}  // namespace
}  // namespace gan::metrics
