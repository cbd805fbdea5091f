// Pooling and resampling on CUDA against the CPU: bit for bit where sums have one order.
#include <thread>

#include "cuda/divide.hpp"
#include "support/cuda/moves.hpp"
#include "gan/ops/padding.hpp"

namespace gan {
namespace {

using namespace moves;
using CudaPool = CudaMove;

// ---- division -----------------------------------------------------------------------------------------------------

TEST(Divider, EqualsDivision) {
  const i64 top = std::numeric_limits<i32>::max();
  std::vector<i64> numbers{0,  1,   2,   3,     5,     7,     10,      31,          32,
                           33, 255, 641, 65535, 65536, 65537, top / 2, top / 2 + 1, top - 1};
  Dice dice{3};
  for (int i = 0; i < 200; ++i) numbers.push_back(dice(0, top - 1) >> dice(0, 30));
  for (i64 by : numbers) {
    if (by == 0) by = i64{1} << 40;  // larger than anything divided
    const cuda::Divider<u32> narrow(by);
    const cuda::Divider<i64> wide(by);
    for (const i64 n : numbers)
      for (const i64 near : {n, n / by * by, std::max<i64>(0, n / by * by - 1)}) {
        ASSERT_EQ(narrow(near), near / by) << near << " / " << by;
        ASSERT_EQ(wide(near), near / by) << near << " / " << by;
      }
  }
}

// ---- pooling ------------------------------------------------------------------------------------------------------

template <class T>
void expect_pooling_agrees(const PoolShape& p, u64 seed) {
  const std::string what = " of images " + to_string({p.n, p.h, p.w, p.c}) + " by " + to_string({p.kh, p.kw}) +
                           " every " + to_string({p.stride_h, p.stride_w}) + " to " + to_string({p.oh, p.ow});
  const i64 in = p.n * p.h * p.w * p.c, out = p.n * p.oh * p.ow * p.c;
  const Tensor<T> x = some<T>(in, seed, seed % 2 == 0), y = some<T>(out, seed + 1);
  expect_kernel_agrees<T>(
      x, out, [&](auto& k, const T* a, T* b) { k.sum_pool(p, a, b); }, "sum_pool" + what);
  expect_kernel_agrees<T>(
      y, in, [&](auto& k, const T* a, T* b) { k.sum_pool_input(p, a, b); }, "adjoint" + what);
  const std::vector<i32> junk(static_cast<std::size_t>(out), i32{-5});
  const Array<i32> here(junk, cpu), there(junk, gpu);
  const Tensor<T> x_there = x.to(gpu);
  cpu_kernels<T>().max_pool_index(p, x.data(), here.storage.data);
  kernels<T>(gpu).max_pool_index(p, x_there.data(), there.storage.data);
  ASSERT_EQ(there.values(), here.values()) << "max_pool_index" << what;
  const auto index = [&](const Kernels<T>& k) {
    return &k == &cpu_kernels<T>() ? here.storage.data : there.storage.data;
  };
  expect_kernel_agrees<T>(
      x, out,
      [&](auto& k, const T* a, T* b) { k.max_pool_gather(p.n, p.oh * p.ow * p.c, p.h * p.w * p.c, index(k), a, b); },
      "max_pool_gather" + what);
  expect_kernel_agrees<T>(
      y, in, [&](auto& k, const T* a, T* b) { k.max_unpool(p, index(k), a, b); }, "max_unpool" + what);
}

template <class T>
void expect_random_pooling_agrees() {
  Dice dice{11};
  for (u64 trial = 0; trial < 120; ++trial) {
    const Size2 kernel(dice(1, 4), dice(1, 4)), stride(dice(1, 5), dice(1, 5));
    const Padding pad(dice(0, kernel.h / 2), dice(0, kernel.h / 2), dice(0, kernel.w / 2), dice(0, kernel.w / 2));
    const Shape images{dice(0, 3), kernel.h + dice(0, 7), kernel.w + dice(0, 7), dice(0, 3) == 0 ? 33 : dice(0, 3)};
    expect_pooling_agrees<T>(detail::pool_shape(images, {kernel, stride, pad}, "test"), trial);
  }
  expect_pooling_agrees<T>(detail::pool_shape({2, 1, 600, 1}, {{1, 5}, {1, 5}}, "test"), 1);  // maxout's
  expect_pooling_agrees<T>(detail::pool_shape({2, 9, 8, 40}, {{9, 8}, {1, 1}}, "test"), 3);   // the whole image
  expect_pooling_agrees<T>(detail::pool_shape({9, 16, 16, 32}, {2, 2}, "test"), 5);
}
TEST_F(CudaPool, PoolingAgreesFloat) { expect_random_pooling_agrees<float>(); }
TEST_F(CudaPool, PoolingAgreesDouble) { expect_random_pooling_agrees<double>(); }

TEST_F(CudaPool, WindowsMayBeHuge) {  // numbers beyond 32 bits
  const i64 huge = i64{1} << 33;
  const PoolShape p{1, 2, 1, 2, 1, 1, huge, 1, huge, 1, huge / 2, 0};
  const Var x = Var::from({1, 5, 3, 4}, {1, 2, 1, 2}, gpu);
  EXPECT_EQ(detail::sum_pool(x, p).to_vector(), (std::vector<float>{4, 9}));
  EXPECT_EQ(detail::sum_pool_input(Var::from({7, 8}, {1, 1, 1, 2}, gpu), p).to_vector(),
            (std::vector<float>{7, 8, 7, 8}));
  const Array<i32> index(std::vector<i32>(2), gpu);
  kernels<float>(gpu).max_pool_index(p, x.data(), index.storage.data);
  EXPECT_EQ(index.values(), (std::vector<i32>{2, 1}));
}

// ---- resampling ---------------------------------------------------------------------------------------------------

template <class T>
void expect_plan_agrees(const detail::ResamplePlan& plan, double units) {
  for (const i64 outer : {0, 1, 3})
    for (const i64 inner : {0, 1, 3, 65}) {
      const std::string what = " from " + std::to_string(plan->in) + " to " + std::to_string(plan->out);
      const auto forth = [&](Device device) {
        return result(device, some<T>(outer * plan->in * inner, 1), outer * plan->out * inner,
                      [&](auto& k, const T* x, T* y) { k.resample(plan->axis(device), outer, inner, x, y); });
      };
      const auto back = [&](Device device) {
        return result(device, some<T>(outer * plan->out * inner, 2), outer * plan->in * inner,
                      [&](auto& k, const T* y, T* x) { k.resample_adjoint(plan->axis(device), outer, inner, y, x); });
      };
      expect_close(forth(gpu), forth(cpu), units, "resample" + what);
      expect_close(back(gpu), back(cpu), units, "its adjoint" + what);
    }
}
template <class T>
void expect_plans_agree() {
  for (const i64 in : {1, 2, 5, 16})
    for (const i64 out : {1, 3, 5, 32})
      for (const bool antialias : {false, true})
        for (const Interpolation mode : {Interpolation::nearest, Interpolation::bilinear, Interpolation::bicubic})
          expect_plan_agrees<T>(detail::resample_plan(in, out, {mode, antialias}),
                                mode == Interpolation::nearest ? 0 : 64);
  expect_plan_agrees<T>(detail::reflection_plan(6, 5, 4), 0);
  expect_plan_agrees<T>(detail::reflection_plan(1, 0, 0), 0);
}
TEST_F(CudaPool, ResamplingAgreesFloat) { expect_plans_agree<float>(); }
TEST_F(CudaPool, ResamplingAgreesDouble) { expect_plans_agree<double>(); }

TEST(ResamplePlans, AreKept) {
  const auto plan = detail::resample_plan(9, 21, {});
  EXPECT_EQ(detail::resample_plan(9, 21, {}), plan);
  EXPECT_NE(detail::resample_plan(9, 21, {.antialias = false}), plan);
  EXPECT_NE(detail::resample_plan(9, 21, {.mode = Interpolation::bicubic}), plan);
  EXPECT_NE(detail::resample_plan(21, 9, {}), plan);
  EXPECT_EQ(detail::reflection_plan(9, 2, 1), detail::reflection_plan(9, 2, 1));
  EXPECT_NE(detail::reflection_plan(9, 2, 1), detail::reflection_plan(9, 1, 2));
  for (i64 i = 1; i < 100; ++i) detail::resample_plan(i, 3, {});
  EXPECT_NE(detail::resample_plan(9, 21, {}), plan) << "but not for good";
}

TEST_F(CudaPool, PlansAreUploadedOnce) {
  const auto plan = detail::resample_plan(10, 23, {});
  std::vector<const i64*> first(2);
  std::thread other([&] { first[0] = plan->axis(gpu).first; });
  first[1] = plan->axis(gpu).first;
  other.join();
  EXPECT_EQ(first[0], first[1]);
  for (i64 i = 1; i < 100; ++i) detail::resample_plan(i, 4, {});
  EXPECT_EQ(detail::resample_plan(10, 23, {}), plan) << "what is on a device is kept";
  const Var x = Var::ones({1, 10, 10, 2}, gpu);
  resize(x, {23, 23});
  const MemoryStatistics before = memory_statistics(gpu);
  resize(x, {23, 23});
  EXPECT_EQ(memory_statistics(gpu).live, before.live);
}

}  // namespace
}  // namespace gan
