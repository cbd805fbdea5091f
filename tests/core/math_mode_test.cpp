#include "gan/core/math_mode.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "gan/backend/runtime.hpp"

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

TEST(MathMode, HasNamesAndDevicesSayWhichTheyMultiplyIn) {
  EXPECT_STREQ(to_string(MathMode::fp32), "fp32");
  EXPECT_STREQ(to_string(MathMode::tf32), "tf32");
  EXPECT_STREQ(to_string(MathMode::bf16), "bf16");
  EXPECT_TRUE(has_math_mode(Device::cpu(), MathMode::fp32));
  EXPECT_FALSE(has_math_mode(Device::cpu(), MathMode::tf32));
  for (const MathMode mode : {MathMode::fp32, MathMode::tf32, MathMode::bf16})
    EXPECT_TRUE(has_math_mode(Device::cuda(), mode));
}

}  // namespace
}  // namespace gan
