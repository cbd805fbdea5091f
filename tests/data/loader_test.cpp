// The loader: its order, a permutation that is a function of (seed, epoch); its flips; and that computing ahead changes
// nothing.
#include "gan/data/loader.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <numeric>
#include <set>
#include <stdexcept>
#include <thread>

#include "gan/data/images.hpp"
#include "gan/data/points.hpp"
#include "src/data/prefetch.hpp"

namespace gan::data {
namespace {

Images counted(i64 n) {
  std::vector<u8> pixels(static_cast<std::size_t>(n));
  std::vector<i64> labels(static_cast<std::size_t>(n));
  std::iota(labels.begin(), labels.end(), 0);
  return Images(
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
    for (float label : b["labels"].values()) order[k / 11].push_back(static_cast<i64>(label));
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
  EXPECT_THROW(Images().batches(1), ValueError);
  EXPECT_EQ(counted(5).batches(5).batches_per_epoch(), 1);
  EXPECT_EQ(Loader(counted(5), {.batch_size = 6, .drop_last = false}).batch_at(0).size(), 5);
}

/// Images (n, 1, 2, 1) of bytes 10 and 200, so that a batch shows which were mirrored.
Images pairs(i64 n) {
  std::vector<u8> pixels;
  for (i64 i = 0; i < n; ++i) pixels.insert(pixels.end(), {10, 200});
  return Images(std::move(pixels), {n, 1, 2, 1});
}

TEST(Flips, AreAFunctionOfSeedEpochAndImage) {
  constexpr i64 n = 4000;
  const Loader loader(pairs(n).flipped(), {.batch_size = 100, .seed = 3});
  const Loader others(pairs(n).flipped(), {.batch_size = 32, .seed = 3, .shuffle = false});
  const Loader another(pairs(n).flipped(), {.batch_size = 100, .seed = 4});
  std::vector<int> flipped(n), next_epoch(n), otherwise(n), reseeded(n);
  const auto collect = [](const Loader& from, u64 epoch, std::vector<int>& flips) {
    const auto per_epoch = static_cast<u64>(from.batches_per_epoch());
    for (u64 k = epoch * per_epoch; k < (epoch + 1) * per_epoch; ++k) {
      const Batch b = from.batch_at(k);
      for (std::size_t i = 0; i < b.indices.size(); ++i) {
        const bool mirrored = b["x"].values()[2 * i] > b["x"].values()[2 * i + 1];
        flips[static_cast<std::size_t>(b.indices[i])] = mirrored;
      }
    }
  };
  collect(loader, 0, flipped);
  collect(loader, 1, next_epoch);
  collect(others, 0, otherwise);
  collect(another, 0, reseeded);
  EXPECT_EQ(flipped, otherwise);
  int count = 0, epochs_agree = 0, seeds_agree = 0;
  for (std::size_t i = 0; i < n; ++i) {
    count += flipped[i];
    epochs_agree += flipped[i] == next_epoch[i];
    seeds_agree += flipped[i] == reseeded[i];
  }
  for (int agreements : {count, epochs_agree, seeds_agree}) EXPECT_NEAR(agreements, n / 2, 5 * std::sqrt(n / 4));
}

TEST(Flips, AreOnlyForImagesThatAreAskedToBe) {
  const Loader loader(pairs(8), {.batch_size = 8});
  for (u64 k = 0; k < 5; ++k) {
    const Batch b = loader.batch_at(k);
    for (std::size_t i = 0; i < 8; ++i) EXPECT_LT(b["x"].values()[2 * i], b["x"].values()[2 * i + 1]);
  }
  const Points points({1, 2}, {2, 1});
  EXPECT_EQ(Loader(points, {.batch_size = 1}).batch_at(0)["x"].shape(), (Shape{1, 1}));
}

void expect_same(const Loader& loader, const Loader& plain, u64 k) {
  const Batch a = loader.batch_at(k), b = plain.batch_at(k);
  ASSERT_EQ(a.indices, b.indices) << k;
  ASSERT_EQ(a["x"].to_vector(), b["x"].to_vector()) << k;
  ASSERT_EQ(a["labels"].to_vector(), b["labels"].to_vector()) << k;
}

TEST(Prefetch, ChangesNoBatchInAnyOrder) {
  const Loader plain(counted(100).flipped(), {.batch_size = 7, .seed = 2, .drop_last = false, .prefetch = 0});
  for (i64 depth : {1, 2, 5}) {
    const Loader loader(counted(100).flipped(),
                        {.batch_size = 7, .seed = 2, .drop_last = false, .prefetch = depth});
    for (u64 k = 0; k < 60; ++k) expect_same(loader, plain, k);
    for (u64 k : {0u, 1u, 2u, 9u, 10u, 11u, 11u, 11u, 12u, 5u, 6u, 7u, 9u, 10u, 8u, 9u, 1000u, 1001u, 3u, 2u, 1u, 0u})
      expect_same(loader, plain, k);
    for (u64 k = 0; k < 300; ++k)
      expect_same(loader, plain, static_cast<u64>(shuffled(static_cast<i64>(k), 300, 1, 0)) / 20);
    EXPECT_EQ(loader.batch_at<double>(1)["x"].to_vector(), plain.batch_at<double>(1)["x"].to_vector());
    EXPECT_EQ(loader.batch_at<double>(2)["x"].to_vector(), plain.batch_at<double>(2)["x"].to_vector());
  }
  EXPECT_THROW(Loader(counted(5), {.batch_size = 1, .prefetch = -1}), ValueError);
  EXPECT_THROW(Loader(counted(5), {.batch_size = 1, .prefetch = 2000}), ValueError);
}

TEST(Prefetch, CopiesMovesAndSeedsForgetWhatWasAhead) {
  const LoaderOptions options{.batch_size = 10, .seed = 6};
  const Loader plain(counted(200), {.batch_size = 10, .seed = 6, .prefetch = 0});
  Loader loader(counted(200), options);
  for (int i = 0; i < 3; ++i) loader.next();
  Loader copy = loader;
  EXPECT_EQ(copy.cursor(), loader.cursor());
  EXPECT_EQ(copy.next().indices, plain.indices_at(3));
  EXPECT_EQ(loader.next().indices, plain.indices_at(3));
  Loader moved = std::move(loader);
  for (u64 k = 4; k < 9; ++k) EXPECT_EQ(moved.next()["labels"].to_vector(), plain.batch_at(k)["labels"].to_vector());
  copy = moved;
  EXPECT_EQ(copy.next().indices, plain.indices_at(9));
  moved.set_seed(7);
  const Loader reseeded(counted(200), {.batch_size = 10, .seed = 7, .prefetch = 0});
  for (u64 k = 9; k < 14; ++k)
    EXPECT_EQ(moved.next()["labels"].to_vector(), reseeded.batch_at(k)["labels"].to_vector());
  loader = std::move(copy);
  EXPECT_EQ(loader.next().indices, plain.indices_at(10));
}

TEST(Prefetch, SeveralThreadsMayAsk) {
  const Loader plain(counted(300), {.batch_size = 10, .prefetch = 0}), loader(counted(300), {.batch_size = 10});
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (u64 t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (u64 k = t; k < 60; k += t % 2 + 1)
        wrong += loader.batch_at(k)["labels"].to_vector() != plain.batch_at(k)["labels"].to_vector();
    });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Prefetch, WorksAheadOnlyForRequestsInARow) {
  std::atomic<int> calls{0};
  std::atomic<bool> elsewhere{false};
  const std::thread::id here = std::this_thread::get_id();
  Prefetcher<u64> ahead(
      [&](u64 k) {
        ++calls;
        if (std::this_thread::get_id() != here) elsewhere = true;
        return k * k;
      },
      3);
  for (u64 k : {0u, 5u, 3u, 3u, 9u, 7u}) EXPECT_EQ(ahead.get(k), k * k);
  EXPECT_EQ(calls, 6);
  EXPECT_FALSE(elsewhere);
  EXPECT_EQ(ahead.get(8), 64u);  // the second in a row
  while (calls < 10) std::this_thread::yield();
  EXPECT_EQ(ahead.get(9), 81u);  // was there: only 12 is new
  EXPECT_EQ(ahead.get(10), 100u);
  EXPECT_EQ(ahead.get(11), 121u);
  while (calls < 13) std::this_thread::yield();
  EXPECT_TRUE(elsewhere);
}

TEST(Prefetch, ExceptionsReachWhoAsks) {
  Prefetcher<u64> ahead(
      [](u64 k) {
        if (k % 5 == 4) throw std::domain_error(std::to_string(k));
        return k;
      },
      2);
  for (int pass = 0; pass < 2; ++pass)
    for (u64 k = 0; k < 30; ++k) {
      if (k % 5 != 4) {
        EXPECT_EQ(ahead.get(k), k);
        continue;
      }
      try {
        ahead.get(k);
        ADD_FAILURE() << k;
      } catch (const std::domain_error& e) { EXPECT_EQ(e.what(), std::to_string(k)); }
    }
}

TEST(Prefetch, StopsInTheMiddle) {
  for (u64 asked = 0; asked < 40; ++asked) {
    Loader loader(counted(1000), {.batch_size = 100, .prefetch = 8});
    for (u64 k = 0; k < asked % 5; ++k) loader.next();
  }
}

}  // namespace
}  // namespace gan::data
