// Recorded work: a replay does what the calls did, with the values it is given. Skipped where no CUDA device can be used.
#include "support/cuda.hpp"

#include <cmath>

#include "gan/backend/capture.hpp"
#include "gan/backend/kernels.hpp"
#include "gan/ops/arithmetic.hpp"

namespace gan {
namespace {

using CudaCapture = Cuda;

TEST_F(CudaCapture, ReplaysDrawAnew) {
  const auto capture = make_capture(gpu);
  Rng rng{3, 4, 0};
  capture->begin();
  const Var z = randn<float>({3, 5}, rng, gpu), doubled = z * 2.0;
  const int n = capture->end();
  for (const u64 draw : {7, 8, 1 << 20}) {
    const GraphArgument value = Rng{3, 4, draw};
    capture->replay(n, {&value, 1});
    Rng same{3, 4, draw};
    const Var expected = randn<float>({3, 5}, same);
    EXPECT_EQ(z.to_vector(), expected.to_vector());
    EXPECT_EQ(doubled.to_vector(), (expected * 2.0).to_vector());
  }
}

TEST_F(CudaCapture, ReplaysUpdateAnew) {
  const Var start = Var::full({1000}, 2), gradient = Var::full({1000}, 0.5f);
  const auto arrays = [](Tensors<float>& t) {
    return UpdateArrays<float>{t[0].size(), t[1].data(), t[0].mutable_data(), {t[2].mutable_data(), t[3].mutable_data()}};
  };
  const auto state = [&] {
    return Tensors<float>{start.to(gpu).clone(), gradient.to(gpu), Var::zeros({1000}, gpu), Var::zeros({1000}, gpu)};
  };
  Tensors<float> played = state(), repeated = state();
  const auto step = [](int t) {
    return AdamStep{0.01 / t, 0.5, 0.999, 1e-8, 0, 1 - std::pow(0.5, t), 1 - std::pow(0.999, t)};
  };
  const auto capture = make_capture(gpu);
  capture->begin();
  const auto of_repeated = arrays(repeated);
  kernels<float>(gpu).adam(step(1), {&of_repeated, 1});
  const int n = capture->end();
  for (int t = 1; t < 5; ++t) {
    const auto of_played = arrays(played);
    kernels<float>(gpu).adam(step(t), {&of_played, 1});
    const GraphArgument value = step(t);
    capture->replay(n, {&value, 1});
    for (const std::size_t i : {0, 2, 3}) EXPECT_EQ(repeated[i].to_vector(), played[i].to_vector()) << t << ", " << i;
  }
}

TEST_F(CudaCapture, NobodyElseGetsItsMemory) {
  const auto capture = make_capture(gpu);
  const Var x = Var::ones({1000}, gpu);
  capture->begin();
  Var y;
  {
    const Var between = x + 1.0;
    y = between * 3.0;
  }
  const int n = capture->end();
  Tensors<float> others;
  for (int i = 0; i < 20; ++i) others.push_back(Var::full({1000}, static_cast<float>(i), gpu));
  capture->replay(n, {});
  EXPECT_EQ(y.to_vector(), std::vector<float>(1000, 6));
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(others[static_cast<std::size_t>(i)].to_vector(), std::vector<float>(1000, static_cast<float>(i)));
  const i64 with = memory_statistics(gpu).live;
  y = Var();
  EXPECT_EQ(memory_statistics(gpu).live, with) << "the recording still writes there";
}

TEST_F(CudaCapture, MemoryOfOthersIsFreedAfterwards) {
  const auto capture = make_capture(gpu);
  const Var x = Var::ones({10}, gpu);
  const i64 before = memory_statistics(gpu).live;
  auto other = std::make_unique<Var>(Var::ones({1 << 20}, gpu));
  capture->begin();
  const Var y = x + 1.0;
  other.reset();
  const int n = capture->end();
  EXPECT_LT(memory_statistics(gpu).live, before + (1 << 20)) << "it is free";
  for (int i = 0; i < 3; ++i) capture->replay(n, {});
  EXPECT_EQ(y.to_vector(), std::vector<float>(10, 2));
}

TEST_F(CudaCapture, TensorsMayOutliveIt) {
  Var y;
  {
    const auto capture = make_capture(gpu);
    const Var x = Var::ones({10}, gpu);
    capture->begin();
    y = x + 1.0;
    capture->replay(capture->end(), {});
  }
  EXPECT_EQ(y.to_vector(), std::vector<float>(10, 2));
}

TEST_F(CudaCapture, AnAbandonedRecordingLeavesTheDeviceUsable) {
  const auto capture = make_capture(gpu);
  const Var x = Var::ones({10}, gpu);
  capture->begin();
  { const Var lost = x + 1.0; }
  capture->abandon();
  EXPECT_EQ((x + 2.0).to_vector(), std::vector<float>(10, 3));
  capture->begin();
  const Var y = x + 4.0;
  const int n = capture->end();
  EXPECT_EQ(n, 0);
  capture->replay(n, {});
  EXPECT_EQ(y.to_vector(), std::vector<float>(10, 5));
}

TEST_F(CudaCapture, ValuesOfAnotherNumberAreRefused) {
  const auto capture = make_capture(gpu);
  Rng rng{3, 4, 0};
  capture->begin();
  const Var z = randn<float>({3, 5}, rng, gpu);
  const int n = capture->end();
  EXPECT_THROW(capture->replay(n, {}), CaptureError);
}

}  // namespace
}  // namespace gan
