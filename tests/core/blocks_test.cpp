// Blocks of memory never overlap, are aligned, and are cut and joined again without loss.
#include "src/core/blocks.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace gan {
namespace {

constexpr std::size_t MiB = std::size_t{1} << 20;

void* take(MemoryBlocks& blocks, std::size_t bytes) { return blocks.take(bytes); }

TEST(MemoryBlocks, RandomUseNeverOverlaps) {
  struct Use {
    unsigned char* memory;
    std::size_t bytes;
    unsigned char pattern;
  };
  MemoryBlocks blocks;
  std::vector<Use> uses;
  std::uint32_t state = 1;
  const auto draw = [&state](std::uint32_t n) {
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % n;
  };
  const auto intact = [](const Use& u) {
    for (std::size_t i = 0; i < u.bytes; i += 61)
      if (u.memory[i] != u.pattern) return false;
    return u.memory[u.bytes - 1] == u.pattern;
  };
  std::size_t in_use = 0;
  for (int step = 0; step < 4000; ++step) {
    if (uses.size() < 60 && draw(2) == 0) {
      const std::size_t bytes = 1 + draw(draw(3) == 0 ? 3 * MiB : (draw(2) == 0 ? 300000 : 3000));
      std::size_t length = bytes;
      auto* memory = static_cast<unsigned char*>(blocks.take(length));
      ASSERT_NE(memory, nullptr);
      ASSERT_EQ(reinterpret_cast<std::uintptr_t>(memory) % 64, 0u);
      ASSERT_GE(length, bytes);
      in_use += length;
      uses.push_back({memory, bytes, static_cast<unsigned char>(step)});
      std::memset(memory, step & 255, bytes);
    } else if (!uses.empty()) {
      const std::size_t i = draw(static_cast<std::uint32_t>(uses.size()));
      ASSERT_TRUE(intact(uses[i])) << "step " << step;
      in_use -= blocks.give(uses[i].memory, uses[i].bytes);
      uses[i] = uses.back();
      uses.pop_back();
    }
    ASSERT_GE(blocks.held(), in_use);
  }
  for (const Use& u : uses) {
    ASSERT_TRUE(intact(u));
    in_use -= blocks.give(u.memory, u.bytes);
  }
  EXPECT_EQ(in_use, 0u);
  const std::size_t held = blocks.held();
  EXPECT_EQ(blocks.release(), held);  // everything was joined again
  EXPECT_EQ(blocks.held(), 0u);
}

TEST(MemoryBlocks, TheSecondRoundAsksForNothing) {
  MemoryBlocks blocks;
  const auto round = [&blocks] {
    std::vector<std::pair<void*, std::size_t>> all;
    for (const std::size_t bytes : {9 * MiB, 4 * MiB, 2 * MiB, MiB / 2, MiB / 4, std::size_t{5000}, std::size_t{70}})
      for (int i = 0; i < 3; ++i) all.emplace_back(take(blocks, bytes), bytes);
    for (const auto& [memory, bytes] : all) blocks.give(memory, bytes);
    return blocks.held();
  };
  const std::size_t first = round();
  EXPECT_EQ(round(), first);
  EXPECT_EQ(round(), first);
}

TEST(MemoryBlocks, HalvesOfAFreeBlockAreUsed) {
  MemoryBlocks blocks;
  void* const whole = take(blocks, 8 * MiB);
  blocks.give(whole, 8 * MiB);
  void* const a = take(blocks, 4 * MiB);
  void* const b = take(blocks, 4 * MiB);
  EXPECT_EQ(blocks.held(), 8 * MiB);
  EXPECT_EQ(a, whole);
  EXPECT_EQ(b, static_cast<char*>(whole) + 4 * MiB);
  EXPECT_EQ(blocks.release(), 0u);  // in use
  blocks.give(a, 4 * MiB);
  blocks.give(b, 4 * MiB);
  EXPECT_EQ(take(blocks, 8 * MiB), whole);
  blocks.give(whole, 8 * MiB);
  blocks.release();
}

TEST(MemoryBlocks, BlocksAskedForOneByOneAreNeighbours) {
  MemoryBlocks blocks;
  std::vector<void*> quarters;
  for (int i = 0; i < 4; ++i) quarters.push_back(take(blocks, 5 * MiB));
  for (void* const quarter : quarters) blocks.give(quarter, 5 * MiB);
  void* const whole = take(blocks, 20 * MiB);
  EXPECT_EQ(whole, quarters[0]);
  EXPECT_LE(blocks.held(), 22 * MiB);
  blocks.give(whole, 20 * MiB);
}

TEST(MemoryBlocks, WhatWasReleasedCanBeUsedAgain) {
  MemoryBlocks blocks;
  void* const before = take(blocks, 3 * MiB);
  void* const kept = take(blocks, MiB);
  std::memset(before, 1, 3 * MiB);
  std::memset(kept, 2, MiB);
  blocks.give(before, 3 * MiB);
  EXPECT_EQ(blocks.release(), 3 * MiB);
  EXPECT_EQ(blocks.held(), MiB);
  auto* const again = static_cast<unsigned char*>(take(blocks, 3 * MiB));
  EXPECT_EQ(blocks.held(), 4 * MiB);
  std::memset(again, 3, 3 * MiB);
  EXPECT_EQ(static_cast<unsigned char*>(kept)[0], 2);
  blocks.give(again, 3 * MiB);
  blocks.give(kept, MiB);
}

// The limit stands for a machine that does not give 64 GiB of addresses.
TEST(MemoryBlocks, FewAddressesAreEnough) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer needs addresses of its own";
#endif
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &limit), 0);
  const rlimit whole = limit;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, rlim_t{8} << 30);
  ASSERT_EQ(setrlimit(RLIMIT_AS, &limit), 0);
  {
    MemoryBlocks blocks;
    std::size_t bytes = 3 * MiB;
    void* const a = blocks.take(bytes);
    bytes = 30 * MiB;
    void* const b = blocks.take(bytes);
    std::size_t much = std::size_t{1} << 40;
    void* const nothing = blocks.take(much);
    setrlimit(RLIMIT_AS, &whole);
    ASSERT_NE(a, nullptr);
    ASSERT_NE(b, nullptr);
    EXPECT_EQ(nothing, nullptr);
    std::memset(a, 1, 3 * MiB);
    std::memset(b, 1, 30 * MiB);
    blocks.give(a, 3 * MiB);
    blocks.give(b, 30 * MiB);
  }
}

}  // namespace
}  // namespace gan
