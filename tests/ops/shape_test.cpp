// Moves of elements: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/shape.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

/// The same elements in another shape.
naive::Naive same(Shape shape) {
  return [shape](const std::vector<Array>& x) {
    Array y = x[0];
    y.shape = shape;
    return y;
  };
}

const Cases cases{
    make_case(
        "reshape", {{2, 6}},
        [](auto& x) {
          return reshape(x[0], Shape{3, 4});
        },
        same({3, 4})),
    make_case(
        "reshape.inferred", {{2, 6}},
        [](auto& x) {
          return reshape(x[0], {-1, 2, 2});
        },
        same({3, 2, 2})),
    make_case(
        "flatten", {{2, 3, 2}}, [](auto& x) { return flatten(x[0]); }, same({2, 6})),
    make_case(
        "permute", {{2, 3, 4}},
        [](auto& x) {
          return permute(x[0], {2, 0, 1});
        },
        [](auto& x) {
          Array y(Shape{4, 2, 3});
          for (i64 i = 0; i < 2; ++i)
            for (i64 j = 0; j < 3; ++j)
              for (i64 k = 0; k < 4; ++k) y.at({k, i, j}) = x[0].at({i, j, k});
          return y;
        },
        {.large = {{50, 40, 30}}}),
    make_case(
        "transpose", {{2, 3}}, [](auto& x) { return transpose(x[0]); },
        [](auto& x) {
          Array y(Shape{3, 2});
          for (i64 i = 0; i < 2; ++i)
            for (i64 j = 0; j < 3; ++j) y.at({j, i}) = x[0].at({i, j});
          return y;
        }),
    make_case(
        "slice", {{3, 5}}, [](auto& x) { return slice(x[0], -1, 1, 4); },
        [](auto& x) {
          Array y(Shape{3, 3});
          for (i64 i = 0; i < 3; ++i)
            for (i64 j = 0; j < 3; ++j) y.at({i, j}) = x[0].at({i, j + 1});
          return y;
        }),
    make_case(
        "rows", {{4, 2}}, [](auto& x) { return rows(x[0], 1, 3); },
        [](auto& x) {
          Array y(Shape{2, 2});
          for (i64 i = 0; i < 2; ++i)
            for (i64 j = 0; j < 2; ++j) y.at({i, j}) = x[0].at({i + 1, j});
          return y;
        }),
    make_case(
        "pad", {{2, 3}}, [](auto& x) { return pad(x[0], 1, 1, 2); },
        [](auto& x) {
          Array y(Shape{2, 6});
          for (i64 i = 0; i < 2; ++i)
            for (i64 j = 0; j < 3; ++j) y.at({i, j + 1}) = x[0].at({i, j});
          return y;
        }),
    make_case(
        "concat", {{2, 2}, {2, 1}}, [](auto& x) { return concat(x, 1); },
        [](auto& x) {
          Array y(Shape{2, 3});
          for (i64 i = 0; i < 2; ++i) {
            y.at({i, 0}) = x[0].at({i, 0});
            y.at({i, 1}) = x[0].at({i, 1});
            y.at({i, 2}) = x[1].at({i, 0});
          }
          return y;
        }),
    make_case(
        "gather", {{4, 2}},
        [](auto& x) {
          return gather(x[0], {3, 0, 3});
        },
        [](auto& x) {
          Array y(Shape{3, 2});
          const i64 from[] = {3, 0, 3};
          for (i64 i = 0; i < 3; ++i)
            for (i64 j = 0; j < 2; ++j) y.at({i, j}) = x[0].at({from[i], j});
          return y;
        }),
    make_case(
        "scatter_add", {{3, 2}},
        [](auto& x) {
          return scatter_add(x[0], {1, 0, 1}, 4);
        },
        [](auto& x) {
          Array y(Shape{4, 2});
          const i64 into[] = {1, 0, 1};
          for (i64 i = 0; i < 3; ++i)
            for (i64 j = 0; j < 2; ++j) y.at({into[i], j}) += x[0].at({i, j});
          return y;
        }),
    make_case(
        "one_hot", {},
        [](auto& x) {
          return one_hot<typename std::remove_cvref_t<decltype(x[0])>::value_type>({1, 0}, 3);
        },
        [](auto&) {
          Array y(Shape{2, 3});
          y.at({0, 1}) = 1;
          y.at({1, 0}) = 1;
          return y;
        }),
    make_case(
        "one_hot.of_labels", {},
        [](auto& x) {
          using T = typename std::remove_cvref_t<decltype(x[0])>::value_type;
          return one_hot(Tensor<T>::from({T(2), T(0)}, Shape{2}), 3);
        },
        [](auto&) {
          Array y(Shape{2, 3});
          y.at({0, 2}) = 1;
          y.at({1, 0}) = 1;
          return y;
        }),
    make_case(
        "pixel_shuffle", {{2, 2, 3, 8}}, [](auto& x) { return pixel_shuffle(x[0], 2); },
        [](auto& x) {
          Array y(Shape{2, 4, 6, 2});
          for (i64 n = 0; n < 2; ++n)
            for (i64 i = 0; i < 4; ++i)
              for (i64 j = 0; j < 6; ++j)
                for (i64 c = 0; c < 2; ++c) y.at({n, i, j, c}) = x[0].at({n, i / 2, j / 2, c * 4 + i % 2 * 2 + j % 2});
          return y;
        },
        {.large = {{4, 14, 14, 36}}}),
};

TEST(OpsShape, BadShapesAndValuesAreNamed) {
  const Var image = zeros({2, 5, 5, 3}), matrix = zeros({2, 3});
  expect_error<ShapeError>([&] { reshape(matrix, Shape{4}); }, "[reshape] sizes differ: (2, 3), (4)");
  expect_error<ShapeError>([&] { reshape(matrix, {-1, 4}); }, "[reshape] 6 elements");
  expect_error<ShapeError>([&] { permute(matrix, {0, 0}); }, "[permute] the order must name every axis once: (2, 3)");
  expect_error<ShapeError>([&] { slice(matrix, 1, 2, 4); }, "[slice] the range lies outside the tensor: (2, 3)");
  expect_error<ShapeError>([&] { pad(matrix, 2, 1, 1); }, "[pad]");
  expect_error<ShapeError>([&] { concat<float>({matrix, zeros({2, 4})}, 0); }, "[concat] the other axes must agree");
  expect_error<ShapeError>([&] { concat<float>({}); }, "[concat] nothing to join");
  expect_error<ValueError>([&] { gather(matrix, {2}); }, "[gather] index 2 outside the rows of (2, 3)");
  expect_error<ValueError>([&] { scatter_add(matrix, {0, 9}, 4); }, "[scatter_add] index 9 outside 4 rows");
  expect_error<ValueError>([&] { one_hot<float>({3}, 3); }, "[one_hot] class 3 outside [0, 3)");
  expect_error<ShapeError>([&] { one_hot(matrix, 3); }, "[one_hot] labels (N) and at least one class are needed");
  for (const float label : {-1.0f, 0.5f, 3.0f, std::nanf("")})
    expect_error<ValueError>([&] { one_hot(Var::full({1}, label), 3); }, "[one_hot] label");
  expect_error<ShapeError>([&] { pixel_shuffle(image, 2); }, "[pixel_shuffle] images (N, H, W, C) of a multiple of 2");
}

}  // namespace
}  // namespace gan
