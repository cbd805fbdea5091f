// Samples, features of a network, choosing; and the private helpers that all metrics stand on.
#include "gan/metrics/features.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "gan/nn/dropout.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/ops/random.hpp"
#include "src/metrics/rows.hpp"

namespace gan::metrics {
namespace {

using D = Tensor<double>;

TEST(Samples, TakeFloatsAndDoublesOfAnyRank) {
  const Samples s = Var::from({1, 2, 3, 4, 5, 6, 7, 8}, {2, 2, 2, 1});
  EXPECT_EQ(s.count(), 2);
  EXPECT_EQ(s.width(), 4);
  double row[4], shift[4] = {1, 1, 1, 1};
  s.read(1, 1, row);
  EXPECT_EQ(row[0], 5);
  s.read(1, 1, row, shift);
  EXPECT_EQ(row[3], 7);
  const Samples d = D::from({0.1, 0.2}, {2, 1});
  d.read(0, 2, row);
  EXPECT_EQ(row[1], 0.2);
  const Samples none = D(Shape{0, 3});
  EXPECT_EQ(none.count(), 0);
  EXPECT_EQ(none.width(), 3);
}

TEST(Samples, RefuseWhatIsNoSetOfSamples) {
  EXPECT_THROW(Samples{Var{}}, ShapeError);
  EXPECT_THROW(Samples{Var::zeros({4})}, ShapeError);
  EXPECT_THROW((Samples{Var::zeros({4, 0})}), ShapeError);
}

TEST(Samples, NumbersThatAreNotFiniteAreNamed) {
  for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) try {
      check_samples("fid", "the generated features", Var::from({1, 2, 3, bad, 5, 6}, {3, 2}), 2);
      FAIL();
    } catch (const ValueError& e) {
      EXPECT_STREQ(e.what(),
                   "[fid] the generated features: number 1 of sample 1 of (3, 2) is not finite; look at what made it");
    }
  EXPECT_THROW(check_samples("fid", "x", Var::zeros({3, 2}), 4), ValueError);
}

TEST(Features, RunANetworkInBatches) {
  struct Net {
    std::vector<i64> batches;
    Var operator()(const Var& x, Pass& p) {
      EXPECT_FALSE(p.dropout || p.batch_stats || p.update_stats || recording());
      batches.push_back(x.shape(0));
      return x * 2.0;
    }
  } net;
  const Var images = Var::from({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {5, 1, 2, 1});
  const Var f = features(net, images, {.batch = 2});
  EXPECT_EQ(f.shape(), (Shape{5, 2}));
  EXPECT_EQ(net.batches, (std::vector<i64>{2, 2, 1}));
  for (i64 i = 0; i < 10; ++i) EXPECT_EQ(f.data()[i], 2 * static_cast<float>(i));
  EXPECT_THROW(features(net, images, {.batch = 0}), ValueError);
  EXPECT_THROW(features(net, Var{}), ShapeError);
  auto sum = [](const Var& x, Pass&) { return reshape(x, {1, x.size()}); };
  EXPECT_THROW(features(sum, images), ShapeError);
}

TEST(Choose, GivesDifferentNumbersAllEquallyOften) {
  const Rng rng{.seed = 3};
  const std::vector<i64> some = choose(1000, 400, rng);
  EXPECT_EQ(some, choose(1000, 400, rng));
  EXPECT_NE(some, choose(1000, 400, Rng{.seed = 4}));
  EXPECT_NE(some, choose(1000, 400, Rng{.seed = 3, .draw = 1}));
  EXPECT_EQ(std::set<i64>(some.begin(), some.end()).size(), 400u);
  EXPECT_EQ(choose(5, 0, rng).size(), 0u);
  std::vector<i64> hits(10);
  for (u64 draw = 0; draw < 5000; ++draw)
    for (const i64 i : choose(10, 3, Rng{.seed = 1, .draw = draw})) ++hits.at(static_cast<std::size_t>(i));
  for (const i64 h : hits) EXPECT_NEAR(static_cast<double>(h), 1500, 5 * std::sqrt(1500 * 0.7));
  EXPECT_THROW(choose(5, 6, rng), ValueError);
  EXPECT_THROW(choose(5, -1, rng), ValueError);
}

TEST(Distances, AreThoseOfThePlainSumInEveryStrip) {
  Rng rng{.seed = 5};
  const D a = randn<double>({70, 9}, rng) + 100.0, b = randn<double>({9000, 9}, rng) + 100.0;
  i64 expected = 0, strips = 0;
  double worst = 0;
  for_distance_strips(a, b, column_means(b), [&](i64 first, i64 rows, const double* squared) {
    EXPECT_EQ(first, expected);
    expected += rows;
    ++strips;
    for (i64 i = 0; i < rows; ++i)
      for (i64 j = 0; j < 9000; ++j)
        worst = std::max(worst, std::abs(squared[i * 9000 + j] - squared_distance(a, first + i, b, j)));
  });
  EXPECT_EQ(expected, 70);
  EXPECT_LT(worst, 1e-12);
}

TEST(Distances, OfCopiesAreTheSameBits) {
  Rng rng{.seed = 6};
  const D a = randn<double>({131, 37}, rng) * 10.0;
  const std::vector<i64> which = choose(131, 29, rng);
  std::vector<double> copies;
  for (const i64 i : which) copies.insert(copies.end(), a.data() + i * 37, a.data() + i * 37 + 37);
  const D b = D::from(copies, {29, 37});
  const std::vector<double> origin = column_means(b);
  std::vector<double> whole, part;
  for_distance_strips(a, a, origin, [&](i64, i64 n, const double* s) { whole.insert(whole.end(), s, s + n * 131); });
  for_distance_strips(b, a, origin, [&](i64, i64 n, const double* s) { part.insert(part.end(), s, s + n * 131); });
  for (i64 i = 0; i < 29; ++i)
    for (i64 j = 0; j < 131; ++j) {
      EXPECT_EQ(part[static_cast<std::size_t>(i * 131 + j)],
                whole[static_cast<std::size_t>(which[static_cast<std::size_t>(i)] * 131 + j)]);
      EXPECT_EQ(part[static_cast<std::size_t>(i * 131 + j)],
                whole[static_cast<std::size_t>(j * 131 + which[static_cast<std::size_t>(i)])]);
    }
}

TEST(Smallest, KeepsOrderAndPlaces) {
  const double values[] = {5, 1, 4, 1, 3};
  Near near[3];
  smallest(values, 5, -1, near);
  EXPECT_EQ(near[0].place, 1);
  EXPECT_EQ(near[1].place, 3);
  EXPECT_EQ(near[2].place, 4);
  smallest(values, 5, 1, near);
  EXPECT_EQ(near[0].place, 3);
  EXPECT_EQ(near[2].value, 4);
  Near many[7];
  smallest(values, 5, -1, many);
  EXPECT_EQ(many[4].value, 5);
  EXPECT_EQ(many[5].place, -1);
}

}  // namespace
}  // namespace gan::metrics
