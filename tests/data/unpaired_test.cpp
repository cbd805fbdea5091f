// Two collections: how often examples meet, and that which ones meet is a function of (seed, epoch, index).
#include "gan/data/unpaired.hpp"

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>

#include "gan/data/points.hpp"
#include "support/sources.hpp"

namespace gan::data {
namespace {

/// Points whose number is their index.
Points counted(i64 n) {
  std::vector<float> values(static_cast<std::size_t>(n));
  std::iota(values.begin(), values.end(), 0.0f);
  return Points(values, {n, 1});
}

/// How often each number occurs in a part in a whole epoch.
std::map<i64, i64> counts(const Source& source, const char* part, u64 epoch) {
  std::vector<i64> all(static_cast<std::size_t>(source.size()));
  std::iota(all.begin(), all.end(), 0);
  std::map<i64, i64> counts;
  for (const i64 number : source.batch(all, {3, epoch}).integers(part)) ++counts[number];
  return counts;
}

TEST(Unpaired, AnEpochIsOneOfTheLargerCollection) {
  struct Case {
    i64 x, y;
  };
  for (const Case& c : {Case{10, 3}, Case{3, 10}, Case{7, 7}, Case{9, 3}, Case{1, 5}, Case{5, 1}, Case{1, 1}}) {
    const Source both = unpaired(counted(c.x), counted(c.y));
    ASSERT_EQ(both.size(), std::max(c.x, c.y));
    for (u64 epoch = 0; epoch < 3; ++epoch) {
      const auto xs = counts(both, "x", epoch), ys = counts(both, "y", epoch);
      ASSERT_EQ(static_cast<i64>(xs.size()), c.x);
      ASSERT_EQ(static_cast<i64>(ys.size()), c.y);
      const auto& small = c.x < c.y ? xs : ys;
      const auto& large = c.x < c.y ? ys : xs;
      const i64 ratio = both.size() / std::min(c.x, c.y), rest = both.size() % std::min(c.x, c.y);
      i64 more = 0;
      for (const auto& [number, count] : large) EXPECT_EQ(count, 1);
      for (const auto& [number, count] : small) {
        EXPECT_TRUE(count == ratio || count == ratio + 1);
        more += count - ratio;
      }
      EXPECT_EQ(more, rest);
    }
  }
}

TEST(Unpaired, TheLargerKeepsItsIndices) {
  const i64 order[] = {4, 0, 9};
  EXPECT_EQ(unpaired(counted(10), counted(3)).batch(order, {2, 5}).integers("x"), (std::vector<i64>{4, 0, 9}));
  EXPECT_EQ(unpaired(counted(3), counted(10)).batch(order, {2, 5}).integers("y"), (std::vector<i64>{4, 0, 9}));
}

TEST(Unpaired, PartnersChangeWithEpochSeedAndWalk) {
  const Source both = unpaired(counted(100), counted(100));
  std::vector<i64> all(100);
  std::iota(all.begin(), all.end(), 0);
  std::set<std::vector<i64>> orders;
  for (u64 seed : {1, 2})
    for (u64 epoch : {0, 1, 2}) orders.insert(both.batch(all, {seed, epoch}).integers("y"));
  EXPECT_EQ(orders.size(), 6u);
  const std::vector<i64> walks = unpaired(counted(100), counted(50)).batch(all, {1, 0}).integers("y");
  EXPECT_NE(std::vector<i64>(walks.begin(), walks.begin() + 50), std::vector<i64>(walks.begin() + 50, walks.end()));
  i64 together = 0;
  for (u64 epoch = 0; epoch < 50; ++epoch) {
    const std::vector<i64> partners = both.batch(all, {1, epoch}).integers("y");
    for (std::size_t i = 0; i < 100; ++i) together += partners[i] == static_cast<i64>(i);
  }
  EXPECT_NEAR(static_cast<double>(together), 50, 5 * 7.1);  // one of 100, a Poisson number in each epoch
}

TEST(Unpaired, WalksMakeTheirOwnRandomChoices) {
  // One image, met 64 times in an epoch: if its mirroring were drawn once, all would look the same.
  const Images one(std::vector<u8>{0, 255}, {1, 1, 2, 1});
  std::vector<i64> all(64);
  std::iota(all.begin(), all.end(), 0);
  const Parts parts = unpaired(counted(64), one.flipped()).batch(all);
  std::set<float> firsts;
  for (i64 i = 0; i < 64; ++i) firsts.insert(parts["y"].data()[2 * i]);
  EXPECT_EQ(firsts.size(), 2u);
}

TEST(Unpaired, KeepsOtherPartsOfTheFirst) {
  const Points labelled({5, 6}, {2, 1}, {.labels = {0, 1}, .classes = {"a", "b"}, .captions = {}});
  const Source small_first = unpaired(labelled, counted(5)), large_first = unpaired(labelled, counted(1));
  for (const Source& source : {small_first, large_first}) {
    EXPECT_EQ(source.batch({}).names(), "x, labels, y");
    EXPECT_EQ(source.facts(), (Facts{{"classes", "2"}}));
    std::vector<i64> all(static_cast<std::size_t>(source.size()));
    std::iota(all.begin(), all.end(), 0);
    const Parts parts = source.batch(all);
    for (std::size_t i = 0; i < all.size(); ++i)
      EXPECT_EQ(parts.integers("x")[i] - 5, parts.integers("labels")[i]);
  }
  EXPECT_EQ(unpaired(counted(5), labelled).batch({}).names(), "x, y");
}

TEST(Unpaired, KeepsThePromisesOfSources) {
  const Images a = test::noise({11, 2, 3, 3}).flipped(), b = test::noise({4, 3, 3, 1}).flipped();
  for (const Source& source : {Source(unpaired(a, b)), Source(unpaired(b, a))}) {
    test::expect_pure(source);
    test::expect_loads(source);
    EXPECT_TRUE(test::draws_anew(source));
  }
  test::expect_different({unpaired(a, b), unpaired(b, a), unpaired(a, a), unpaired(a, b.flipped(false)),
                          unpaired(a, b.take(3)), a, b});
  EXPECT_THROW(unpaired(a, Images()), ValueError);
  EXPECT_THROW(unpaired(Source(), b), ValueError);
}

}  // namespace
}  // namespace gan::data
