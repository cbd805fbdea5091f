#include "gan/core/math_mode.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace gan {
namespace {

TEST(MathMode, IsTf32UntilSetAndScopesBelongToAThread) {
  EXPECT_EQ(math_mode(), MathMode::tf32);
  {
    const MathScope outer(MathMode::bf16);
    EXPECT_EQ(math_mode(), MathMode::bf16);
    std::thread([] { EXPECT_EQ(math_mode(), MathMode::tf32); }).join();
    {
      const MathScope inner(MathMode::fp32);
      set_math_mode(MathMode::bf16);  // for those outside of scopes
      EXPECT_EQ(math_mode(), MathMode::fp32);
      std::thread([] { EXPECT_EQ(math_mode(), MathMode::bf16); }).join();
    }
    EXPECT_EQ(math_mode(), MathMode::bf16);
    set_math_mode(MathMode::tf32);
  }
  EXPECT_EQ(math_mode(), MathMode::tf32);
}

}  // namespace
}  // namespace gan
