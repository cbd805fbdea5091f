// The thread pool: every element of a range once, whoever runs it; exceptions; callers that are threads themselves.
#include "gan/core/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "gan/core/error.hpp"
#include "support/fork.hpp"

namespace gan {
namespace {

class Parallel : public testing::Test {
 protected:
  void TearDown() override { set_threads(before_); }

 private:
  int before_ = threads();
};

TEST_F(Parallel, CoversEveryRangeOnceInMultiplesOfTheGrain) {
  for (const int count : {1, 2, 3, 8}) {
    set_threads(count);
    for (const std::int64_t n : {0, 1, 2, 3, 7, 8, 31, 100, 1000})
      for (const std::int64_t grain : {1, 2, 3, 64, 2000}) {
        std::vector<std::atomic<int>> visits(static_cast<std::size_t>(n));
        std::atomic<bool> on_grain{true};
        parallel_for(n, grain, [&](std::int64_t begin, std::int64_t end) {
          if (begin % grain != 0 || (end % grain != 0 && end != n) || begin >= end) on_grain = false;
          for (std::int64_t i = begin; i < end; ++i) ++visits[static_cast<std::size_t>(i)];
        });
        EXPECT_TRUE(on_grain) << count << " threads, " << n << " by " << grain;
        for (const auto& v : visits) ASSERT_EQ(v, 1) << count << " threads, " << n << " by " << grain;
      }
  }
}

TEST_F(Parallel, AThreadBeginsWithItsOwnPartOfEveryRange) {
  set_threads(2);
  const auto caller = std::this_thread::get_id();
  for (int job = 0; job < 20; ++job) {
    std::atomic<std::int64_t> first_of_worker{-1};
    std::int64_t first_of_caller = -1;
    parallel_for(80, 1, [&](std::int64_t begin, std::int64_t end) {
      if (std::this_thread::get_id() != caller) {
        std::int64_t none = -1;
        first_of_worker.compare_exchange_strong(none, begin);
      } else if (first_of_caller < 0) {
        first_of_caller = begin;
        // Until the worker has come, which then finds the second half untouched.
        for (int i = 0; i < 5000 && first_of_worker < 0 && end < 80; ++i)
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
    EXPECT_TRUE(first_of_caller == 0 || first_of_caller == -1) << job << ": " << first_of_caller;
    EXPECT_TRUE(first_of_worker == 40 || first_of_worker == -1) << job << ": " << first_of_worker;
  }
}

TEST_F(Parallel, RethrowsAndGoesOn) {
  for (const int count : {1, 2, 4}) {
    set_threads(count);
    for (int job = 0; job < 50; ++job)
      EXPECT_THROW(parallel_for(100, 1,
                                [](std::int64_t begin, std::int64_t end) {
                                  if (begin <= 70 && 70 < end) throw ValueError("70");
                                }),
                   ValueError);
    std::atomic<std::int64_t> sum{0};
    parallel_for(100, 1, [&](std::int64_t begin, std::int64_t end) { sum += end - begin; });
    EXPECT_EQ(sum, 100);
  }
}

// A worker that keeps the caller waiting makes the next jobs run in the calling thread alone, for a while; an exception
// there must leave the pool as it was.
TEST_F(Parallel, DoesNotWaitAgainForASlowWorker) {
  set_threads(2);
  const auto caller = std::this_thread::get_id();
  const auto job = [&](bool slow, bool fail) {
    std::mutex mutex;
    std::set<std::thread::id> ran;
    parallel_for(2, 1, [&](std::int64_t begin, std::int64_t) {
      {
        std::lock_guard lock(mutex);
        ran.insert(std::this_thread::get_id());
      }
      if (begin == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
      if (slow && std::this_thread::get_id() != caller) std::this_thread::sleep_for(std::chrono::milliseconds(20));
      if (fail) throw ValueError("no");
    });
    return ran;
  };
  // Until the worker has taken part and was slow.
  for (int i = 0; i < 1000 && job(true, false).size() < 2; ++i) {}
  EXPECT_EQ(job(false, false), std::set{caller});
  EXPECT_THROW(job(false, true), ValueError);
  EXPECT_EQ(job(false, false), std::set{caller});
  bool together = false;
  for (int i = 0; i < 2000 && !together; ++i) together = job(false, false).size() == 2;
  EXPECT_TRUE(together) << "the worker is never asked again";
}

TEST_F(Parallel, CallersMayBeThreads) {
  set_threads(3);
  std::vector<std::thread> callers;
  std::atomic<std::int64_t> sum{0};
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      for (int job = 0; job < 200; ++job)
        parallel_for(64, 1, [&](std::int64_t begin, std::int64_t end) { sum += end - begin; });
    });
  for (auto& c : callers) c.join();
  EXPECT_EQ(sum, 4 * 200 * 64);
}

/// A sum whose parts are of a fixed length, so that its bits do not depend on the threads.
std::vector<double> parts_of_a_sum() {
  std::vector<double> parts(1000);
  parallel_for(1000, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i)
      for (int j = 1; j < 50; ++j) parts[static_cast<std::size_t>(i)] += 1.0 / static_cast<double>(i * 50 + j);
  });
  return parts;
}

TEST_F(Parallel, AForkedChildComputesAndExits) {
  if (!forks_with_threads) GTEST_SKIP() << no_fork;
  for (const int count : {1, 2, 3, 4}) {
    set_threads(count);
    const std::vector<double> expected = parts_of_a_sum();
    EXPECT_EQ(exit_code_of_child([] { return 0; }), 0) << count << " threads, the child does nothing";
    EXPECT_EQ(exit_code_of_child([&] { return parts_of_a_sum() == expected ? 0 : 1; }), 0) << count << " threads";
    EXPECT_EQ(exit_code_of_child([&] {
                set_threads(count + 1);
                if (parts_of_a_sum() != expected) return 1;
                return exit_code_of_child([&] { return parts_of_a_sum() == expected ? 0 : 1; });
              }),
              0)
        << count << " threads, a child of a child";
    EXPECT_EQ(parts_of_a_sum(), expected) << count << " threads, afterwards";
  }
}

TEST_F(Parallel, AChildThatIsForkedWhileOtherThreadsComputeComputesAndExits) {
  if (!forks_with_threads) GTEST_SKIP() << no_fork;
  set_threads(3);
  const std::vector<double> expected = parts_of_a_sum();
  std::atomic<bool> stop{false};
  std::thread other([&] {
    while (!stop) parts_of_a_sum();
  });
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(exit_code_of_child([&] { return parts_of_a_sum() == expected ? 0 : 1; }), 0) << i;
  stop = true;
  other.join();
}

}  // namespace
}  // namespace gan
