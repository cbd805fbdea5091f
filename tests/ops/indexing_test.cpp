// Entries selected by numbers: the cases that value_test, gradient_test, threads_test and devices read, errors, and
// PyTorch.
#include "gan/ops/indexing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace naive;
using testing::ElementsAre;

/// The numbers on the device of x.
template <class T>
Tensor<T> numbers(const Tensor<T>& x, const std::vector<double>& values, Shape shape) {
  return Tensor<T>::from(std::vector<T>(values.begin(), values.end()), shape).to(x.device());
}

/// y[i, j, k] = x[i, number[i * n + j] * inner + k, …] of x (2, 3, 2): along its axis 1.
Array selected(const Array& x, const std::vector<i64>& number, i64 n) {
  Array y(Shape{2, n, 2});
  for (i64 i = 0; i < 2; ++i)
    for (i64 j = 0; j < n; ++j)
      for (i64 k = 0; k < 2; ++k) y.at({i, j, k}) = x.at({i, number[static_cast<std::size_t>((i * n + j) * 2 + k)], k});
  return y;
}

const Cases cases{
    make_case(
        "arange", {}, [](auto& x) { return arange<typename std::remove_cvref_t<decltype(x[0])>::value_type>(11); },
        [](auto&) {
          Array y(Shape{11});
          for (i64 i = 0; i < 11; ++i) y.at({i}) = static_cast<double>(i);
          return y;
        }),
    make_case(
        "stack", {{2, 3}, {2, 3}}, [](auto& x) { return stack(x, 1); },
        [](auto& x) {
          Array y(Shape{2, 2, 3});
          for (i64 i = 0; i < 2; ++i)
            for (i64 j = 0; j < 2; ++j)
              for (i64 k = 0; k < 3; ++k) y.at({i, j, k}) = x[static_cast<std::size_t>(j)].at({i, k});
          return y;
        }),
    make_case(
        "stack.last", {{2, 3}, {2, 3}}, [](auto& x) { return stack(x, -1); },
        [](auto& x) {
          Array y(Shape{2, 3, 2});
          for (i64 i = 0; i < 2; ++i)
            for (i64 j = 0; j < 3; ++j)
              for (i64 k = 0; k < 2; ++k) y.at({i, j, k}) = x[static_cast<std::size_t>(k)].at({i, j});
          return y;
        }),
    make_case(
        "index_select", {{2, 3, 2}},
        [](auto& x) {
          return index_select(x[0], {2, 0, 2, 1}, -2);
        },
        [](auto& x) {
          return selected(x[0], {2, 2, 0, 0, 2, 2, 1, 1, 2, 2, 0, 0, 2, 2, 1, 1}, 4);
        }),
    make_case(
        "index_select.rows", {{3, 2}},
        [](auto& x) {
          return index_select(x[0], {1, 1});
        },
        [](auto& x) {
          Array y(Shape{2, 2});
          for (i64 i = 0; i < 2; ++i)
            for (i64 k = 0; k < 2; ++k) y.at({i, k}) = x[0].at({1, k});
          return y;
        }),
    make_case(
        "gather.along", {{2, 3, 2}},
        [](auto& x) {
          return gather(x[0], numbers(x[0], {2, 0, 1, 1, 0, 2, 0, 1}, Shape{2, 2, 2}), 1);
        },
        [](auto& x) {
          return selected(x[0], {2, 0, 1, 1, 0, 2, 0, 1}, 2);
        }),
};

TEST(OpsIndexing, BadShapesAndValuesAreNamed) {
  const Var matrix = zeros({2, 3});
  expect_error<ShapeError>([&] { arange<float>(-1); }, "negative extent");
  expect_error<ShapeError>([&] { stack<float>({}); }, "[stack] nothing to stack");
  expect_error<ShapeError>([&] { stack({matrix, zeros({3, 2})}); }, "[stack] shapes differ: (2, 3), (3, 2)");
  expect_error<ShapeError>([&] { stack({matrix}, 3); }, "[stack] no such axis");
  expect_error<ShapeError>([&] { stack({zeros({1, 1, 1, 1, 1, 1})}); }, "[stack] 7 axes");
  expect_error<ShapeError>([&] { index_select(matrix, {0}, 2); }, "[index_select] no axis 2");
  expect_error<ValueError>([&] { index_select(matrix, {3}, 1); }, "[index_select] index 3 outside axis 1 of (2, 3)");
  expect_error<ValueError>([&] { index_select(matrix, {-1}, 1); }, "[index_select] index -1");
  expect_error<ShapeError>([&] { gather(matrix, zeros({1, 2}), 1); }, "[gather] the other axes must agree");
  expect_error<ShapeError>([&] { gather(matrix, zeros({2}), 1); }, "[gather] the other axes must agree");
  expect_error<ShapeError>([&] { gather(zeros({2, 0}), matrix, 1); }, "[gather] nothing to select from");
  for (const float index : {-1.0f, 0.5f, 3.0f, std::nanf("")})
    expect_error<ValueError>([&] { gather(matrix, Var::full({2, 1}, index), 1); }, "[gather] index");
  expect_error<ShapeError>([&] { detail::require_countable(1, (1 << 24) + 1, 4, "gather"); }, "[gather] 1 rows");
  expect_error<ShapeError>([&] { detail::require_countable(i64{1} << 31, 9, 4, "gather"); }, "use smaller parts");
  EXPECT_NO_THROW(detail::require_countable(i64{1} << 31, i64{1} << 31, 8, "gather"));
}

TEST(OpsIndexing, NothingIsSelectedFromNothing) {
  EXPECT_EQ(arange<float>(0).shape(), (Shape{0}));
  EXPECT_EQ(index_select(zeros({2, 3}), {}, 1).shape(), (Shape{2, 0}));
  EXPECT_EQ(gather(zeros({2, 0}), zeros({2, 0}), 1).shape(), (Shape{2, 0}));
  EXPECT_EQ(gather(zeros({0, 3}), zeros({0, 4}), 1).shape(), (Shape{0, 4}));
}

TEST(OpsIndexing, FunctorsStayInside) {
  const auto index = [](double x) {
    return __builtin_bit_cast(i64, functor::AsIndex{5}(x)) * 100 +
           __builtin_bit_cast(i32, functor::AsIndex{5}(static_cast<float>(x)));
  };
  EXPECT_EQ(index(3), 303);
  EXPECT_EQ(index(1e30), 404);
  EXPECT_EQ(index(-1e30), 0);
  EXPECT_EQ(index(std::nan("")), 0);
}

using IndexingReference = reference::LayerReference;

TEST_F(IndexingReference, GatherIndexSelectAndStack) {
  using namespace reference;
  using D = Tensor<double>;
  const D index = tensor<double>(op_file()["gather.index"]);
  check_function("gather", [&](const D& x) { return gather(x, index, 1); });
  check_function("index_select", [&](const D& x) { return index_select(x, {2, 0, 2}, 2); });
  const D other = leaf(tensor<double>(layer_array("stack", "other")));
  check_function("stack", [&](const D& x) { return stack({x, other, x}, -1); }, {other}, {"other"});
}

}  // namespace
}  // namespace gan
