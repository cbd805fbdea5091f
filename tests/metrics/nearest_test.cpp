// Nearest neighbours, closest pairs, the birthday paradox.
#include "gan/metrics/nearest.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "gan/core/parallel.hpp"
#include "gan/ops/random.hpp"
#include "gan/ops/shape.hpp"
#include "support/metrics_reference.hpp"

namespace gan::metrics {
namespace {

using D = Tensor<double>;

D normal(i64 n, i64 d, u64 seed) {
  Rng rng{.seed = seed};
  return randn<double>({n, d}, rng);
}

TEST(NearestNeighbours, AreInOrderWithTheirDistances) {
  const D data = D::from({0, 0, 3, 4, 6, 8, 0, 0}, {4, 2}), queries = D::from({0, 0, 5, 8}, {2, 2});
  const Neighbours n = nearest_neighbours(queries, data, 3);
  EXPECT_EQ(n.index, (std::vector<i64>{0, 3, 1, 2, 1, 0}));
  EXPECT_EQ(n.distance, (std::vector<double>{0, 0, 5, 1, std::sqrt(20), std::sqrt(89)}));
  EXPECT_EQ(n.queries, 2);
  EXPECT_EQ(n.neighbours, 3);
}

TEST(NearestNeighbours, FindCopiesAmongManyWithDistanceZero) {
  const D data = normal(5000, 20, 1) + 50.0;
  const i64 places[] = {4999, 0, 1234};
  D queries(Shape{3, 20});
  for (i64 i = 0; i < 3; ++i) std::copy_n(data.data() + places[i] * 20, 20, queries.mutable_data() + i * 20);
  const Neighbours n = nearest_neighbours(queries, data);
  EXPECT_EQ(n.index, (std::vector<i64>{4999, 0, 1234}));
  EXPECT_EQ(n.distance, (std::vector<double>{0, 0, 0}));
}

TEST(NearestNeighbours, AreInOrderWhereRoundingHidesIt) {
  // The far point moves the origin of the products away: there squared distances are off by 10 or more.
  const Neighbours n = nearest_neighbours(D::from({0}, {1, 1}), D::from({0.5, 0.25, 1e9, 0.125}, {4, 1}), 3);
  EXPECT_EQ(n.index, (std::vector<i64>{3, 1, 0}));
  EXPECT_EQ(n.distance, (std::vector<double>{0.125, 0.25, 0.5}));
}

TEST(ClosestPairs, AreFoundInOrder) {
  const D x = D::from({0, 10, 0.5, 30, 10.25, 20}, {6, 1});
  const std::vector<Pair> p = closest_pairs(x, 3);
  ASSERT_EQ(p.size(), 3u);
  EXPECT_EQ(p[0].first, 1);
  EXPECT_EQ(p[0].second, 4);
  EXPECT_EQ(p[0].distance, 0.25);
  EXPECT_EQ(p[1].first, 0);
  EXPECT_EQ(p[1].second, 2);
  EXPECT_EQ(p[2].distance, 9.5);
  EXPECT_EQ(closest_pairs(x, 100).size(), 15u);
}

TEST(BirthdayDuplicates, EstimateHowManyImagesThereAre) {
  // 300 different points, drawn again and again.
  const D few = normal(300, 4, 1);
  D drawn(Shape{4000, 4});
  for (u64 i = 0; i < 4000; ++i)
    std::copy_n(few.data() + 4 * choose(300, 1, Rng{.seed = 2, .draw = i})[0], 4, drawn.mutable_data() + 4 * i);
  const DuplicateSearch s = birthday_duplicates(drawn, 20, 1e-9);
  EXPECT_EQ(s.batches, 200);
  EXPECT_EQ(s.batch, 20);
  EXPECT_GT(s.support, 200);
  EXPECT_LT(s.support, 450);
  const DuplicateSearch none = birthday_duplicates(normal(4010, 4, 3), 20, 1e-9);
  EXPECT_EQ(none.batches, 200);
  EXPECT_EQ(none.with_duplicates, 0);
  EXPECT_EQ(none.support, std::numeric_limits<double>::infinity());
  EXPECT_EQ(birthday_duplicates(D::ones({4, 2}), 2, 0).support, 0);
  // Of four pairs one is of equals: s^2 / (-2 log(1 - 1 / 4)).
  const DuplicateSearch quarter = birthday_duplicates(D::from({1, 2, 3, 4, 5, 5, 6, 7}, {8, 1}), 2, 0);
  EXPECT_EQ(quarter.with_duplicates, 1);
  EXPECT_NEAR(quarter.support, -2 / std::log(0.75), 1e-12);
}

TEST(NearestNeighbours, RefuseWhatHasNone) {
  const D x = normal(4, 2, 1);
  EXPECT_THROW(nearest_neighbours(x, normal(4, 3, 1)), ShapeError);
  EXPECT_THROW(nearest_neighbours(x, x, 5), ValueError);
  EXPECT_THROW(nearest_neighbours(x, x, 0), ValueError);
  EXPECT_THROW(nearest_neighbours(D::full({1, 2}, std::nan("")), x), ValueError);
  EXPECT_THROW(closest_pairs(normal(1, 2, 1)), ValueError);
  EXPECT_THROW(closest_pairs(x, 0), ValueError);
  EXPECT_THROW(birthday_duplicates(x, 1, 0.1), ValueError);
  EXPECT_THROW(birthday_duplicates(x, 5, 0.1), ValueError);
  EXPECT_THROW(birthday_duplicates(x, 2, -1), ValueError);
}

TEST(NearestNeighboursReference, AreThoseOfScikitLearn) {
  using namespace reference;
  const Neighbours n = nearest_neighbours(given("b"), given("a"), 4);
  expect_relative(D::from(n.distance, {50, 4}), "near.distance", 1e-14);
  const std::vector<double> index(n.index.begin(), n.index.end());
  EXPECT_EQ(index, metrics_file()["near.index"].values);
}

}  // namespace
}  // namespace gan::metrics
