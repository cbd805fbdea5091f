// Precision, recall, density and coverage of points on a line, where the balls can be counted.
#include "gan/metrics/precision_recall.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "gan/core/parallel.hpp"
#include "gan/ops/random.hpp"
#include "support/metrics_reference.hpp"

namespace gan::metrics {
namespace {

using D = Tensor<double>;

D line(std::initializer_list<double> x) { return D::from(x, {static_cast<i64>(x.size()), 1}); }
D normal(i64 n, i64 d, u64 seed) {
  Rng rng{.seed = seed};
  return randn<double>({n, d}, rng);
}

// Nearest neighbours: of 0, 1, 3, 6 at 1, 1, 2, 3; of 2, 2.5, 20 at 0.5, 0.5, 17.5.
const D real = line({0, 1, 3, 6}), generated = line({2, 2.5, 20});

TEST(PrecisionRecall, CountsBallsWithTheirSurface) {
  const PrecisionRecall p = precision_recall(real, generated, {.neighbours = 1});
  EXPECT_NEAR(p.precision, 2.0 / 3, 1e-15);  // 2 touches the ball of 1 and lies in that of 3, 2.5 as well; 20 in none
  EXPECT_NEAR(p.recall, 0.5, 1e-15);         // 3 touches the ball of 2.5; that of 20 reaches down to 2.5: 3 and 6
  EXPECT_EQ(p.samples_real, 4);
  EXPECT_EQ(p.samples_generated, 3);
  const PrecisionRecall other = precision_recall(line({0, 1}), line({2, 3.5}), {.neighbours = 1});
  EXPECT_EQ(other.precision, 0.5) << "2 lies on the surface of the ball of 1";
  EXPECT_EQ(other.recall, 0.5) << "1 lies in the ball of 2, 0 in none";
}

TEST(DensityCoverage, CountsBallsWithoutTheirSurface) {
  const DensityCoverage d = density_coverage(real, generated, {.neighbours = 1});
  // Ball of 0: (-1, 1) none; of 1: (0, 2) none, 2 lies on it; of 3: (1, 5) two; of 6: (3, 9) none.
  EXPECT_NEAR(d.density, 2.0 / 3, 1e-15);
  EXPECT_EQ(d.coverage, 0.25);
  // With two neighbours the balls reach 3, 2, 3, 5: (-3, 3) two, (-1, 3) two, (0, 6) two, (1, 11) two.
  const DensityCoverage two = density_coverage(real, generated, {.neighbours = 2});
  EXPECT_NEAR(two.density, 8.0 / (2 * 3), 1e-15);
  EXPECT_EQ(two.coverage, 1);
  EXPECT_EQ(density_coverage(real, line({2.9}), {.neighbours = 1}).coverage, 0.25);
}

TEST(PrecisionRecall, OfASetWithItselfIsOne) {
  const D x = normal(300, 6, 1);
  const PrecisionRecall p = precision_recall(x, x);
  EXPECT_EQ(p.precision, 1);
  EXPECT_EQ(p.recall, 1);
  EXPECT_EQ(density_coverage(x, x).coverage, 1);
}

TEST(PrecisionRecall, TellsQualityFromDiversity) {
  const D x = normal(1000, 2, 1), narrow = normal(1000, 2, 2) * 0.2, wide = normal(1000, 2, 3) * 5.0;
  const PrecisionRecall collapsed = precision_recall(x, narrow), noisy = precision_recall(x, wide);
  EXPECT_GT(collapsed.precision, 0.95);
  EXPECT_LT(collapsed.recall, 0.3);
  EXPECT_LT(noisy.precision, 0.5);
  EXPECT_GT(noisy.recall, 0.8);
  EXPECT_GT(density_coverage(x, narrow).density, 0.9);
  EXPECT_LT(density_coverage(x, narrow).coverage, 0.5);
  const DensityCoverage ideal = density_coverage(x, normal(1000, 2, 4));
  EXPECT_NEAR(ideal.density, 1, 0.1);
  EXPECT_GT(ideal.coverage, 0.9);  // 1 - 2^-5 expected (the paper's section 3.3)
}

TEST(PrecisionRecall, HasTheSameBitsForAnyNumberOfThreads) {
  const int before = threads();
  const D x = normal(900, 5, 1), y = normal(700, 5, 2) * 1.2;
  set_threads(1);
  const PrecisionRecall one = precision_recall(x, y);
  set_threads(3);
  const PrecisionRecall three = precision_recall(x, y);
  EXPECT_EQ(one.precision, three.precision);
  EXPECT_EQ(one.recall, three.recall);
  set_threads(before);
}

TEST(PrecisionRecall, RefusesWhatCannotBeCompared) {
  EXPECT_THROW(precision_recall(normal(3, 2, 1), normal(9, 2, 2)), ValueError) << "3 neighbours of 3 samples";
  EXPECT_THROW(precision_recall(normal(9, 2, 1), normal(3, 2, 2)), ValueError);
  EXPECT_THROW(precision_recall(normal(9, 2, 1), normal(9, 3, 2)), ShapeError);
  EXPECT_THROW(precision_recall(normal(9, 2, 1), normal(9, 2, 1), {.neighbours = 0}), ValueError);
  EXPECT_THROW(density_coverage(normal(5, 2, 1), normal(9, 2, 2)), ValueError);
  EXPECT_THROW(density_coverage(normal(9, 2, 1), D::full({9, 2}, std::numeric_limits<double>::infinity())), ValueError);
}

TEST(PrecisionRecallReference, AndDensityAndCoverageAreThoseOfPrdc) {
  using namespace reference;
  for (const i64 k : {1, 3, 5}) {
    const auto p = precision_recall(given("a"), given("b"), {.neighbours = k});
    const auto d = density_coverage(given("a"), given("b"), {.neighbours = k});
    expect_relative(D::from({p.precision, p.recall, d.density, d.coverage}, {4}), "prdc." + std::to_string(k), 1e-12);
    expect_relative(D::from({p.precision, p.recall}, {2}), "prc." + std::to_string(k), 1e-7);  // means in float there
  }
}

}  // namespace
}  // namespace gan::metrics
