// The CPU's memory, and what devices are asked to do.
#include "gan/backend/runtime.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "gan/tensor/tensor.hpp"

namespace gan {
namespace {

TEST(Runtime, MemoryIsAlignedCountedAndReused) {
  const auto before = memory_statistics();
  const float* first;
  {
    const Var t(Shape{1000});
    first = t.data();
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % 64, 0u);
    EXPECT_GE(memory_statistics().live - before.live, 4000);
    EXPECT_GE(memory_statistics().peak, memory_statistics().live);
  }
  EXPECT_EQ(memory_statistics().live, before.live);
#if !defined(__SANITIZE_ADDRESS__)
  EXPECT_EQ(Var(Shape{1000}).data(), first) << "a freed block of the same size is reused";
  EXPECT_GT(memory_statistics().cached, 0);
#endif
  release_cached_memory();
  EXPECT_EQ(memory_statistics().cached, 0);
  reset_peak_memory();
  EXPECT_EQ(memory_statistics().peak, memory_statistics().live);
}

TEST(Deterministic, IsOffUntilSet) {
  EXPECT_FALSE(deterministic());
  set_deterministic(true);
  EXPECT_TRUE(deterministic());
  set_deterministic(false);
  EXPECT_FALSE(deterministic());
}

}  // namespace
}  // namespace gan
