// What computes ahead in a forked child, which has no such thread. The rest is in loader_test.cpp.
#include "src/data/prefetch.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "support/fork.hpp"

namespace gan::data {
namespace {

TEST(PrefetchInAChild, GoesOnAndEnds) {
  if (!forks_with_threads) GTEST_SKIP() << no_fork;
  for (const bool busy : {false, true}) {
    std::atomic<bool> hold{busy};
    auto ahead = std::make_unique<Prefetcher<u64>>(
        [&](u64 k) {
          while (k >= 3 && hold) std::this_thread::sleep_for(std::chrono::milliseconds(1));
          return k * k;
        },
        3);
    for (u64 k = 0; k < 3; ++k) ASSERT_EQ(ahead->get(k), k * k);
    const int code = exit_code_of_child([&] {
      hold = false;
      for (u64 k = 3; k < 9; ++k)
        if (ahead->get(k) != k * k) return 1;
      ahead.reset();
      return 0;
    });
    EXPECT_EQ(code, 0) << (busy ? "busy" : "idle");
    hold = false;
    for (u64 k = 3; k < 9; ++k) EXPECT_EQ(ahead->get(k), k * k);
  }
}

}  // namespace
}  // namespace gan::data
