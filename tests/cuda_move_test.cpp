// Moves, pooling and resampling on CUDA against the CPU: bit for bit where elements only move or sums have one order.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <thread>

#include "cases.hpp"
#include "cuda/divide.hpp"
#include "gan/ops/padding.hpp"

namespace gan {
namespace {

const Device cpu = Device::cpu(), gpu = Device::cuda();

class CudaMove : public testing::Test {
 protected:
  void SetUp() override {
    if (cuda_device_count() == 0) GTEST_SKIP() << "no CUDA device can be used here: nothing was compared";
  }
};

/// Small whole numbers of a fixed sequence.
struct Dice {
  u64 state;
  i64 operator()(i64 low, i64 high) {  // both included
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return low + static_cast<i64>((state >> 33) % static_cast<u64>(high - low + 1));
  }
};

/// Values of which many are equal, and some are not numbers where asked for.
template <class T>
Tensor<T> some(i64 n, u64 seed, bool not_numbers = false) {
  Dice dice{seed};
  std::vector<T> values;
  for (i64 i = 0; i < n; ++i) {
    values.push_back(static_cast<T>(dice(-20, 20)) / T(7));
    if (not_numbers && dice(0, 9) == 0) values.back() = std::numeric_limits<T>::quiet_NaN();
  }
  return Tensor<T>::from(values, Shape{n});
}

/// Whole numbers on a device.
template <class I>
struct Array {
  detail::Storage<I> storage;
  Array(const std::vector<I>& values, Device device) : storage(static_cast<i64>(values.size()), device) {
    detail::copy_bytes(storage.data, device, values.data(), cpu, values.size() * sizeof(I));
  }
  std::vector<I> values() const {
    std::vector<I> host(static_cast<std::size_t>(storage.size));
    detail::copy_bytes(host.data(), cpu, storage.data, storage.device, host.size() * sizeof(I));
    return host;
  }
};

template <class T>
void expect_same(const std::vector<T>& found, const std::vector<T>& expected, const std::string& what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i)
    ASSERT_TRUE(found[i] == expected[i] || (found[i] != found[i] && expected[i] != expected[i]))
        << what << ", element " << i << ": " << found[i] << ", not " << expected[i];
}

template <class T>
void expect_close(const Tensor<T>& found, const Tensor<T>& expected, double units, const std::string& what) {
  ASSERT_EQ(found.shape(), expected.shape()) << what;
  EXPECT_EQ(found.device(), gpu) << what;
  const auto a = found.to_vector(), b = expected.to_vector();
  if (units == 0) return expect_same(a, b, what);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
    ASSERT_NEAR(x, y, units * static_cast<double>(std::numeric_limits<T>::epsilon()) * std::max(1.0, std::abs(y)))
        << what << ", element " << i;
  }
}

/// What `f(kernels, x, y)` leaves in y, n numbers that were junk before, on the device.
template <class T, class F>
Tensor<T> result(Device device, const Tensor<T>& x, i64 n, F f) {
  const Tensor<T> from = x.to(device);
  Tensor<T> y = Tensor<T>::full(Shape{n}, T(77), device);
  f(kernels<T>(device), from.data(), y.mutable_data());
  return y;
}
template <class T, class F>
void expect_kernel_agrees(const Tensor<T>& x, i64 n, F f, const std::string& what) {
  expect_close(result(gpu, x, n, f), result(cpu, x, n, f), 0, what);
}

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

// ---- moves --------------------------------------------------------------------------------------------------------

struct Strided {
  Shape shape;
  i64 strides[Shape::max_rank] = {};
  i64 offset = 0, reach = 1;  ///< elements of the strided array
};
/// A random permutation, slice and (of gathers) broadcast of a dense array.
Strided random_strided(Dice& dice, bool broadcast) {
  const int rank = static_cast<int>(dice(0, 6));
  std::array<i64, Shape::max_rank> extents{};
  std::array<int, Shape::max_rank> order{};
  std::iota(order.begin(), order.end(), 0);
  for (int i = 0; i < rank; ++i) {
    extents[static_cast<std::size_t>(i)] = dice(0, 40) == 0  ? 0
                                           : dice(0, 3) == 0 ? dice(1, rank < 4 ? 40 : 9)
                                                             : dice(1, 4);
    std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(dice(0, i))]);
  }
  Strided s{Shape(extents.data(), rank)};
  for (int k = rank - 1; k >= 0; --k) {
    const int axis = order[static_cast<std::size_t>(k)];
    const i64 before = dice(0, 2) == 0 ? dice(0, 3) : 0, behind = dice(0, 2) == 0 ? dice(0, 3) : 0;
    if (broadcast && dice(0, 5) == 0) continue;  // a stride of 0
    s.strides[axis] = s.reach;
    s.offset += before * s.reach;
    s.reach *= std::max<i64>(1, before + s.shape[axis] + behind);
  }
  return s;
}

template <class T>
void expect_strided_moves_agree() {
  Dice dice{5};
  for (int trial = 0; trial < 150; ++trial) {
    const Strided g = random_strided(dice, true), s = random_strided(dice, false);
    expect_kernel_agrees<T>(
        some<T>(g.reach, 1), g.shape.size(),
        [&](auto& k, const T* x, T* y) { k.gather_strided(g.shape, g.strides, g.offset, x, y); },
        "gather_strided " + to_string(g.shape));
    for (const i64 y_size : {s.reach, i64{0}})
      expect_kernel_agrees<T>(
          some<T>(s.shape.size(), 2), s.reach,
          [&](auto& k, const T* x, T* y) { k.scatter_strided(s.shape, s.strides, s.offset, x, y, y_size); },
          "scatter_strided " + to_string(s.shape));
  }
}
TEST_F(CudaMove, StridedMovesAgreeFloat) { expect_strided_moves_agree<float>(); }
TEST_F(CudaMove, StridedMovesAgreeDouble) { expect_strided_moves_agree<double>(); }

template <class T>
void expect_tiles_agree() {
  const auto permuted = [](Shape shape, std::vector<int> order) {
    const Tensor<T> x = some<T>(shape.size(), 1).view(shape);
    expect_close(permute(x.to(gpu), order), permute(x, order), 0, "permute " + to_string(shape));
  };
  for (const Shape& s : {Shape{16, 16}, Shape{15, 40}, Shape{32, 33}, Shape{100, 65}, Shape{1, 70}})
    permuted(s, {1, 0});
  permuted({3, 20, 17, 19}, {0, 3, 1, 2});  // to planes
  permuted({3, 19, 20, 17}, {0, 2, 3, 1});  // and back
  permuted({2, 17, 3, 18, 2}, {3, 2, 0, 1, 4});
  permuted({2, 17, 3, 40}, {3, 2, 1, 0});
  permuted({17, 2, 3, 2, 18, 1}, {4, 2, 1, 5, 3, 0});
}
TEST_F(CudaMove, TranspositionsAgreeFloat) { expect_tiles_agree<float>(); }
TEST_F(CudaMove, TranspositionsAgreeDouble) { expect_tiles_agree<double>(); }

template <class T>
void expect_row_moves_agree() {
  Dice dice{7};
  for (const i64 rows : {0, 1, 5, 300})
    for (const i64 width : {0, 1, 3, 130})
      for (const i64 table : {1, 4, 70}) {
        std::vector<i64> numbers;
        for (i64 i = 0; i < rows; ++i) numbers.push_back(dice(0, table - 1));
        const Array<i64> here(numbers, cpu), there(numbers, gpu);
        const auto index = [&](const Kernels<T>& k) {
          return &k == &cpu_kernels<T>() ? here.storage.data : there.storage.data;
        };
        const std::string what = std::to_string(rows) + " rows of " + std::to_string(width);
        expect_kernel_agrees<T>(
            some<T>(table * width, 1), rows * width,
            [&](auto& k, const T* x, T* y) { k.gather_rows(rows, width, index(k), x, y); }, "gather_rows, " + what);
        expect_kernel_agrees<T>(
            some<T>(rows * width, 2), table * width,
            [&](auto& k, const T* x, T* y) { k.scatter_add_rows(rows, width, index(k), x, y, table); },
            "scatter_add_rows, " + what);
      }
}
TEST_F(CudaMove, RowMovesAgreeFloat) { expect_row_moves_agree<float>(); }
TEST_F(CudaMove, RowMovesAgreeDouble) { expect_row_moves_agree<double>(); }

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
      x, out, [&](auto& k, const T* a, T* b) { k.take(p.n, p.oh * p.ow * p.c, p.h * p.w * p.c, index(k), a, b); },
      "take" + what);
  expect_kernel_agrees<T>(
      y, in, [&](auto& k, const T* a, T* b) { k.put_add(p, index(k), a, b); }, "put_add" + what);
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
TEST_F(CudaMove, PoolingAgreesFloat) { expect_random_pooling_agrees<float>(); }
TEST_F(CudaMove, PoolingAgreesDouble) { expect_random_pooling_agrees<double>(); }

TEST_F(CudaMove, WindowsMayBeHuge) {  // numbers beyond 32 bits
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
TEST_F(CudaMove, ResamplingAgreesFloat) { expect_plans_agree<float>(); }
TEST_F(CudaMove, ResamplingAgreesDouble) { expect_plans_agree<double>(); }

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

TEST_F(CudaMove, PlansAreUploadedOnce) {
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

// ---- ops ----------------------------------------------------------------------------------------------------------

template <class T>
Tensors<T> on(Device device, const Tensors<T>& tensors) {
  Tensors<T> moved;
  for (const auto& t : tensors) moved.push_back(leaf(t.to(device)));
  return moved;
}

/// The value, the first derivatives with cotangent v, and theirs in v.
template <class T, class F>
Tensors<T> with_derivatives(const F& f, const Tensors<T>& inputs, Device device) {
  const Tensors<T> x = on(device, inputs);
  const Tensor<T> y = f(x);
  Rng rng{3, 4, 0};
  const Tensor<T> v = leaf(rand<T>(y.shape(), rng, -1, 1).to(device));
  Tensors<T> all{y};
  for (const Tensor<T>& g : grad(y, v, x, true)) {
    all.push_back(g);
    if (g.tracked()) all.push_back(grad(g, rand<T>(g.shape(), rng, -1, 1).to(device), {v})[0]);
  }
  return all;
}

template <class T>
void expect_ops_agree(std::function<Tensor<T>(const Tensors<T>&)> Case::*f) {
  const std::set<std::string> mine{"permute",     "transpose",     "slice",           "rows",
                                   "pad",         "concat",        "gather",          "maxout",
                                   "scatter_add", "embedding",     "max_pool2d",      "avg_pool2d",
                                   "resize",      "zero_pad",      "reflection_pad",  "reshape",
                                   "flatten",     "pixel_shuffle", "upsample_nearest"};
  std::set<std::string> met;
  for (const Case& c : all_cases()) {
    const std::string op = c.name.substr(0, c.name.find('.'));
    if (mine.count(op) == 0) continue;
    met.insert(op);
    const Tensors<T> x = case_inputs<T>(c, c.inputs);
    const Tensors<T> found = with_derivatives<T>(c.*f, x, gpu), expected = with_derivatives<T>(c.*f, x, cpu);
    ASSERT_EQ(found.size(), expected.size()) << c.name;
    const double units = op == "resize" ? 64 : op == "avg_pool2d" ? 4 : 0;
    for (std::size_t i = 0; i < found.size(); ++i) expect_close(found[i], expected[i], units, c.name);
  }
  EXPECT_EQ(met, mine);
}
TEST_F(CudaMove, OpsAndTheirDerivativesAgreeFloat) { expect_ops_agree(&Case::f32); }
TEST_F(CudaMove, OpsAndTheirDerivativesAgreeDouble) { expect_ops_agree(&Case::f64); }

TEST_F(CudaMove, EveryModeOfResizeAgrees) {
  for (const Interpolation mode : {Interpolation::nearest, Interpolation::bilinear, Interpolation::bicubic})
    for (const bool antialias : {false, true})
      for (const Size2 size : {Size2(4, 13), Size2(11, 3)}) {
        const auto f = [&](const Tensors<float>& x) { return resize(x[0], size, {mode, antialias}); };
        const Tensors<float> x{some<float>(2 * 7 * 6 * 3, 1).view({2, 7, 6, 3})};
        const Tensors<float> found = with_derivatives<float>(f, x, gpu), expected = with_derivatives<float>(f, x, cpu);
        for (std::size_t i = 0; i < found.size(); ++i)
          expect_close(found[i], expected[i], mode == Interpolation::nearest ? 0 : 64, "resize");
      }
}

TEST_F(CudaMove, ConcatOfManyRowsIsOneMoveAPart) {
  const Var a = some<float>(40 * 40 * 3, 1).view({40, 40, 3}), b = some<float>(40 * 40 * 2, 2).view({40, 40, 2});
  const Var none(Shape{40, 40, 0});
  const Var expected = concat<float>({a, none, b}, 2);
  expect_close(concat<float>({a.to(gpu), none.to(gpu), b.to(gpu)}, 2), expected, 0, "concat");
  expect_close(concat<float>({a.to(gpu), none, b}, 2), expected, 0, "concat of parts elsewhere");
  expect_close(concat<float>({a.to(gpu), a.to(gpu)}, 0), concat<float>({a, a}, 0), 0, "concat of rows");
}

TEST_F(CudaMove, EmbeddingTakesLabelsOfEitherDevice) {
  const Var table = some<float>(5 * 3, 1).view({5, 3}), labels = Var::from({4, 0, 4}, {3});
  const Var expected = embedding(table, labels);
  expect_close(embedding(table.to(gpu), labels), expected, 0, "embedding");
  expect_close(embedding(table.to(gpu), labels.to(gpu)), expected, 0, "embedding");
}

TEST_F(CudaMove, NothingIsLost) {
  const MemoryStatistics before = memory_statistics(gpu);
  {
    const Var x = leaf(Var::ones({2, 4, 4, 3}, gpu));
    const Var y = max_pool2d(x), z = gather(y, {1, 0, 1});
    grad(z, Var::ones(z.shape(), gpu), {x});
  }
  EXPECT_EQ(memory_statistics(gpu).live, before.live);
}

}  // namespace
}  // namespace gan
