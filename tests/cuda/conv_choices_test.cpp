// Which convolutions cuDNN gets and which of its algorithms are taken, and what a failure of it says.
#include "gan/ops/conv.hpp"
#include "support/cuda/conv.hpp"

namespace gan {
namespace {

using CudaConvChoices = CudaConv;

TEST_F(CudaConvChoices, DeterministicAlgorithmsAloneWhereThatIsWanted) {
  const auto some = [] {
    for (const i64 side : {3, 5}) expect_exact<float>(shape_of({2, 7, 8, 4, 6, side, side, 1, 1, 1, 0, 1, 1}));
  };
  const long free = counted(nondeterministic_runs, some);
  set_deterministic(true);
  const long held = counted(nondeterministic_runs, some);
  set_deterministic(false);
  if (free < 0) return;
  EXPECT_EQ(free, 4) << "backwards the emulated cuDNN proposes another algorithm first";
  EXPECT_EQ(held, 0);
  EXPECT_EQ(counted(nondeterministic_runs, some), 4);
}

TEST_F(CudaConvChoices, AnAlgorithmThatRefusesIsNotTriedTwice) {
  const auto twice_high = [] { expect_exact<float>(shape_of({1, 6, 9, 3, 5, 2, 3, 1, 0, 1, 0, 1, 1})); };
  const long first = counted(second_choices, twice_high);
  if (first < 0) return;
  EXPECT_EQ(first, 3);
  EXPECT_EQ(counted(second_choices, twice_high), 0);
}

TEST_F(CudaConvChoices, WhatCudnnSupportsGoesThroughIt) {
  struct Row {
    ConvCase shape;
    long runs;
  };
  for (const auto& [q, expected] : {Row{{2, 8, 8, 3, 5, 3, 3, 1, 1, 1, 0, 1, 1}, 3},   // as it is
                                    Row{{2, 8, 8, 3, 5, 4, 4, 2, 1, 1, 1, 1, 1}, 3},   // in a frame
                                    Row{{2, 8, 8, 3, 5, 2, 2, 1, 2, 2, 0, 1, 1}, 3},   // padded by more than the filter
                                    Row{{2, 8, 8, 4, 6, 3, 3, 1, 1, 1, 0, 1, 2}, 3},   // groups
                                    Row{{2, 8, 8, 4, 6, 3, 3, 1, 1, 1, 0, 2, 2}, 0},   // not supported
                                    Row{{2, 8, 8, 4, 6, 1, 1, 1, 0, 0, 0, 1, 1}, 0}})  // matrix products
  {
    const ConvShape s = shape_of(q);
    const long found = counted(runs, [&] { expect_exact<float>(s); });
    EXPECT_TRUE(found < 0 || found == expected) << name_of(s) << ": cuDNN ran " << found << " times";
  }
}

TEST_F(CudaConvChoices, AFailureNamesOpAndShape) {
  if (gan_emulated_cudnn == nullptr || plain_kernels_are_forced()) GTEST_SKIP() << "only the emulated cuDNN fails so";
  const Var x = Var::ones({1, 3, 97, 2}, gpu), w = Var::ones({5, 3, 97, 2}, gpu);
  const ConvGeometry geometry{.padding = {1, 1, 0, 0}};
  try {
    conv2d(x, w, geometry);
    FAIL() << "no DeviceError";
  } catch (const DeviceError& e) {
    EXPECT_STREQ(
        e.what(),
        "[conv2d] cuDNN failed on images (1, 3, 97, 2) and filters (5, 3, 97, 2) -> (1, 3, 1, 5), stride (1, 1), "
        "padding (1, 0), dilation (1, 1), groups 1: CUDNN_STATUS_EXECUTION_FAILED");
  }
}

}  // namespace
}  // namespace gan
