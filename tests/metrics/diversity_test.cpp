// Diversity within one set of samples.
#include "gan/metrics/diversity.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/core/parallel.hpp"
#include "gan/data/shapes.hpp"
#include "gan/ops/random.hpp"

namespace gan::metrics {
namespace {

using D = Tensor<double>;

TEST(Diversity, IsTheMeanOfAllDistancesAndOfTheNearest) {
  const Diversity d = diversity(D::from({0, 0, 3, 4, 0, 4}, {3, 2}));  // a triangle of 3, 4, 5
  EXPECT_DOUBLE_EQ(d.spread, 4);
  EXPECT_DOUBLE_EQ(d.nearest, (4.0 + 3 + 3) / 3);
  EXPECT_EQ(d.samples, 3);
}

TEST(Diversity, OfNormalPointsIsThatOfTheirDistribution) {
  Rng rng{.seed = 1};
  // The mean distance of two points of N(0, 1)^2 is sqrt(pi).
  EXPECT_NEAR(diversity(randn<double>({2000, 2}, rng)).spread, std::sqrt(3.14159265), 0.03);
  const D ones = D::ones({50, 3});
  EXPECT_EQ(diversity(ones).spread, 0);
  EXPECT_EQ(diversity(ones).nearest, 0);
}

TEST(Diversity, HasTheSameBitsForAnyNumberOfThreads) {
  Rng rng{.seed = 2};
  const D x = randn<double>({300, 7}, rng);
  const int before = threads();
  set_threads(1);
  const Diversity one = diversity(x);
  set_threads(3);
  const Diversity three = diversity(x);
  set_threads(before);
  EXPECT_EQ(one.spread, three.spread);
  EXPECT_EQ(one.nearest, three.nearest);
}

TEST(Diversity, FewImagesAgainAndAgainHaveNearNeighboursButTheSameSpread) {
  Rng rng{.seed = 3};
  const D data = randn<double>({200, 20}, rng);
  D few(Shape{200, 20});
  for (i64 i = 0; i < 200; ++i) std::copy_n(data.data() + i % 8 * 20, 20, few.mutable_data() + i * 20);
  EXPECT_GT(diversity(few).spread, 0.8 * diversity(data).spread);
  EXPECT_LT(diversity(few).nearest, 1e-6);
}

TEST(SelfSimilarity, IsOneOfEqualImagesAndLessOfDifferentOnes) {
  const data::Images shapes = data::shapes({.count = 60, .size = 28, .channels = 1});
  std::vector<i64> all(60), same(60, 7);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<i64>(i);
  EXPECT_NEAR(self_similarity(shapes.batch(same)["x"]), 1, 1e-12);
  const double different = self_similarity(shapes.batch(all)["x"]);
  EXPECT_LT(different, 0.8);
  EXPECT_GT(different, 0);
  EXPECT_EQ(self_similarity(shapes.batch(all)["x"]), different);
}

TEST(SelfSimilarity, TakesAsManyScalesAsFit) {
  // Two images: every pair is the same one, so the mean is the MS-SSIM of it.
  const data::Images shapes = data::shapes({.count = 2, .size = 28, .channels = 1});
  const std::vector<i64> both{0, 1}, first{0}, second{1};
  const double expected =
      ms_ssim(shapes.batch(first)["x"], shapes.batch(second)["x"], {}, {0.0448 / 0.3304, 0.2856 / 0.3304}).item();
  EXPECT_NEAR(self_similarity(shapes.batch(both)["x"], {}, 5), expected, 1e-12);
}

TEST(Diversity, RefusesWhatHasNone) {
  EXPECT_THROW(diversity(D::ones({1, 2})), ValueError);
  EXPECT_THROW(diversity(D::full({3, 2}, std::nan(""))), ValueError);
  EXPECT_THROW(self_similarity(D::ones({4, 4})), ShapeError);
  EXPECT_THROW(self_similarity(D::ones({4, 8, 8, 1})), ShapeError);
  EXPECT_THROW(self_similarity(D::ones({1, 16, 16, 1})), ValueError);
  EXPECT_THROW(self_similarity(D::ones({4, 16, 16, 1}), {}, 0), ValueError);
}

}  // namespace
}  // namespace gan::metrics
