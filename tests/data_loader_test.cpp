// The loader's order: a permutation, a function of (seed, epoch), random access.
#include "gan/data/loader.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

namespace gan::data {
namespace {

Dataset counted(i64 n) {
  std::vector<u8> pixels(static_cast<std::size_t>(n));
  std::vector<i64> labels(static_cast<std::size_t>(n));
  std::iota(labels.begin(), labels.end(), 0);
  return Dataset(
      std::move(pixels), {n, 1, 1, 1},
      {.labels = labels, .classes = std::vector<std::string>(static_cast<std::size_t>(n), "c"), .captions = {}});
}

TEST(Permutation, IsABijectionForEverySize) {
  for (i64 n = 1; n <= 600; ++n) {
    const Permutation order(n, 3, 1);
    std::vector<bool> met(static_cast<std::size_t>(n));
    for (i64 i = 0; i < n; ++i) {
      const i64 j = order(i);
      ASSERT_GE(j, 0);
      ASSERT_LT(j, n);
      ASSERT_FALSE(met[static_cast<std::size_t>(j)]) << n;
      met[static_cast<std::size_t>(j)] = true;
    }
  }
  const Permutation huge(i64{1} << 62, 1, 0);
  EXPECT_NE(huge(0), huge(1));
}

TEST(Permutation, PlacesAreUniform) {
  constexpr i64 trials = 20000;
  for (i64 n : {2, 3, 5, 10, 17, 100}) {
    std::vector<double> first(static_cast<std::size_t>(n)), last = first;
    for (i64 e = 0; e < trials; ++e) {
      const Permutation order(n, 42, static_cast<u64>(e));
      ++first[static_cast<std::size_t>(order(0))];
      ++last[static_cast<std::size_t>(order(n - 1))];
    }
    for (const auto& counts : {first, last}) {
      const double expected = static_cast<double>(trials) / static_cast<double>(n);
      double chi = 0;
      for (double c : counts) chi += (c - expected) * (c - expected) / expected;
      const double freedom = static_cast<double>(n - 1);
      EXPECT_LT(chi, freedom + 5 * std::sqrt(2 * freedom)) << n;
    }
  }
}

TEST(Permutation, NeighboursAreUncorrelated) {
  constexpr i64 n = 60000;
  double product = 0, square = 0;
  const Permutation order(n, 1, 0);
  for (i64 i = 0; i + 1 < n; ++i) {
    const double a = static_cast<double>(order(i)) - n / 2, b = static_cast<double>(order(i + 1)) - n / 2;
    product += a * b;
    square += a * a;
  }
  EXPECT_LT(std::abs(product / square), 0.02);
}

TEST(Permutation, DependsOnSeedAndEpoch) {
  int seed_same = 0, epoch_same = 0;
  for (i64 i = 0; i < 1000; ++i) {
    EXPECT_EQ(shuffled(i, 1000, 1, 0), shuffled(i, 1000, 1, 0));
    seed_same += shuffled(i, 1000, 1, 0) == shuffled(i, 1000, 2, 0);
    epoch_same += shuffled(i, 1000, 1, 0) == shuffled(i, 1000, 1, 1);
  }
  EXPECT_LT(seed_same, 10);
  EXPECT_LT(epoch_same, 10);
  EXPECT_THROW(shuffled(10, 10, 1, 0), ValueError);
  EXPECT_THROW(shuffled(-1, 10, 1, 0), ValueError);
  EXPECT_THROW(shuffled(0, 0, 1, 0), ValueError);
}

TEST(Loader, EveryEpochShowsEveryImageOnce) {
  const Loader loader(counted(103), {.batch_size = 10, .seed = 5, .drop_last = false});
  ASSERT_EQ(loader.batches_per_epoch(), 11);
  std::vector<i64> order[2];
  for (u64 k = 0; k < 22; ++k) {
    const Batch b = loader.batch_at(k);
    EXPECT_EQ(b.size(), k % 11 == 10 ? 3 : 10);
    for (float label : b.labels.values()) order[k / 11].push_back(static_cast<i64>(label));
  }
  EXPECT_NE(order[0], order[1]);
  for (auto& o : order) EXPECT_EQ(std::set<i64>(o.begin(), o.end()).size(), 103u);
}

TEST(Loader, NextIsBatchAtFromAnyCursor) {
  Loader loader(counted(50), {.batch_size = 7, .seed = 9});
  EXPECT_EQ(loader.batches_per_epoch(), 7);
  for (u64 k = 0; k < 20; ++k) {
    EXPECT_EQ(loader.cursor(), (Cursor{k / 7, k % 7}));
    EXPECT_EQ(loader.next().indices, loader.batch_at(k).indices);
  }
  loader.seek({1, 4});
  EXPECT_EQ(loader.next<double>().indices, loader.indices_at(11));
  EXPECT_THROW(loader.seek({0, 7}), ValueError);
  const auto before = loader.indices_at(0);
  loader.set_seed(10);
  EXPECT_NE(loader.indices_at(0), before);
}

TEST(Loader, WithoutShufflingKeepsTheOrder) {
  const Loader loader(counted(6), {.batch_size = 4, .shuffle = false, .drop_last = false});
  EXPECT_EQ(loader.indices_at(0), (std::vector<i64>{0, 1, 2, 3}));
  EXPECT_EQ(loader.indices_at(3), (std::vector<i64>{4, 5}));
}

TEST(Loader, RefusesBatchesThatCannotBe) {
  EXPECT_THROW(counted(5).batches(6), ValueError);
  EXPECT_THROW(counted(5).batches(0), ValueError);
  EXPECT_THROW(Dataset().batches(1), ValueError);
  EXPECT_EQ(counted(5).batches(5).batches_per_epoch(), 1);
  EXPECT_EQ(Loader(counted(5), {.batch_size = 6, .drop_last = false}).batch_at(0).size(), 5);
}

}  // namespace
}  // namespace gan::data
