// Moves on CUDA, and the ops of moves, pooling and resampling, against the CPU: bit for bit where elements only move or
// sums have one order.
#include <array>
#include <numeric>
#include <set>

#include "support/cases.hpp"
#include "support/cuda/moves.hpp"
#include "gan/ops/indexing.hpp"
#include "gan/ops/padding.hpp"

namespace gan {
namespace {

using namespace moves;

// ---- moves --------------------------------------------------------------------------------------------------------

struct Strided {
  Shape shape;
  Strides strides = {};
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

TEST_F(CudaMove, ConcatOfManyRowsAgrees) {
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

TEST_F(CudaMove, ClassesBecomeOnesWhereTheLabelsLie) {
  const Var labels = Var::from({4, 0, 4, 2}, {4});
  expect_close(one_hot(labels.to(gpu), 5), one_hot(labels, 5), 0, "one_hot");
  EXPECT_THROW(one_hot(labels.to(gpu), 4), ValueError);
  EXPECT_THROW(embedding(some<float>(4 * 3, 1).view({4, 3}).to(gpu), labels.to(gpu)), ValueError);
}

TEST_F(CudaMove, WhatTheHostDoesNotSeeIsNanWhereItIsInvalid) {
  const Var x = some<float>(2 * 3, 1).view({2, 3});
  const Var index = Var::from({0, 3, std::nanf(""), 2, 0.5f, -1}, {2, 3});
  const std::vector<float> y = gather(x.to(gpu), index.to(gpu), 1).to_vector();
  EXPECT_EQ(y[0], x.data()[0]);
  EXPECT_EQ(y[3], x.data()[5]);
  for (const std::size_t i : {1u, 2u, 4u, 5u}) EXPECT_TRUE(std::isnan(y[i])) << i;
  const Var labels = Var::from({2, 0}, {2});
  EXPECT_NEAR(cross_entropy(x.to(gpu), labels.to(gpu)).item(), cross_entropy(x, labels).item(), 1e-6);
  EXPECT_TRUE(std::isnan(cross_entropy(x.to(gpu), Var::from({3, 0}, {2}).to(gpu)).item()));
  EXPECT_THROW(cross_entropy(x.to(gpu), labels), DeviceError);
  EXPECT_EQ(arange<float>(1000, gpu).to_vector(), arange<float>(1000).to_vector());
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
