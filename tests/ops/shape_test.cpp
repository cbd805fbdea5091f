// Moves of elements: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/shape.hpp"

#include <gtest/gtest.h>

#include "gan/ops/padding.hpp"
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

TEST(OpsShape, ExtentsThatDoNotFitAreRefused) {
  constexpr i64 most = INT64_MAX, half = i64{1} << 62, root = i64{1} << 31;
  const Var matrix = zeros({2, 2}), image = zeros({1, 2, 2, 1}), filters = zeros({1, 2, 2, 1});
  expect_error<ShapeError>([] { Var::zeros(Shape{half + 1, 4}); }, "(4611686018427387905, 4)");
  expect_error<ShapeError>([&] { pad(matrix, 0, most, 1); }, "[pad] 2 + 9223372036854775807");
  expect_error<ShapeError>([&] { pad(matrix, 0, 1, half); }, "[pad] the extents (4611686018427387907, 2)");
  expect_error<ShapeError>([&] { zero_pad(image, Padding(0, most, 0, 0)); }, "[pad] 2 + 9223372036854775807");
  expect_error<ShapeError>([&] { upsample_nearest(image, half); }, "[upsample_nearest] 2 * 4611686018427387904");
  expect_error<ShapeError>([&] { upsample_nearest(image, root); }, "[upsample_nearest] the extents (1, 4294967296, ");
  expect_error<ShapeError>([&] { resize(image, root); }, "[resize] the extents (1, 2147483648, 2147483648, 1)");
  expect_error<ShapeError>([&] { reshape(zeros({4}), {half + 1, 4}); }, "[reshape] 4611686018427387905 * 4");
  expect_error<ShapeError>([&] { reshape(zeros({4}), {half, 4, -1}); }, "[reshape] 4611686018427387904 * 4");
  expect_error<ShapeError>([&] { broadcast_to(zeros({1}), Shape{root, root}); }, "(2147483648, 2147483648)");
  expect_error<ShapeError>([&] { slice(matrix, 0, most - 1, most); }, "[slice] the range lies outside the tensor");
  expect_error<ShapeError>([&] { slice(matrix, 0, -1, 1); }, "(2, 2), entries -1 to 1 of axis 0");
  expect_error<ShapeError>(
      [&] {
        scatter_add(matrix, {0, 1}, half);
      },
      "[scatter_add] the extents (4611686018427387904");
  expect_error<ShapeError>([&] { scatter_add(zeros({0, 2}), std::vector<i64>{}, -1); }, "[scatter_add] axis 0 has");
  expect_error<ShapeError>([&] { pixel_shuffle(image, i64{1} << 32); }, "[pixel_shuffle] images");
  expect_error<ShapeError>([] { one_hot<float>({0, 1}, half); }, "[one_hot] the extents (2, 4611686018427387904)");
  expect_error<ShapeError>([&] { one_hot(zeros({2}), half); }, "(2, 4611686018427387904)");
  expect_error<ShapeError>([&] { conv2d(image, filters, {.padding = most}); }, "[conv2d] 2 + 9223372036854775807");
  expect_error<ShapeError>([&] { conv2d(image, filters, {.padding = root}); }, "(1, 4294967297, 4294967297, 1)");
  expect_error<ShapeError>(
      [&] {
        conv2d(image, zeros({1, 4, 4, 1}), {.dilation = half});
      },
      "[conv2d] 4611686018427387904 * 3");
  expect_error<ShapeError>(
      [&] {
        conv2d(image, zeros({4, 1, 1, 4}), {.groups = half});
      },
      "[conv2d] 4 * 4611686018427387904");
  expect_error<ShapeError>(
      [&] {
        conv2d_transpose(zeros({1, 4, 4, 1}), filters, {.stride = half});
      },
      "[conv2d_transpose] 3 * 4611686018427387904");
  expect_error<ShapeError>([&] { conv2d_transpose(image, filters, {.output_padding = most}); }, "[conv2d_transpose]");
  expect_error<ShapeError>([&] { conv2d_transpose(image, filters, {.padding = most}); },
                           "[conv2d_transpose] 9223372036854775807 + 9223372036854775807");
  expect_error<ShapeError>([&] { conv2d_transpose(image, filters, {.stride = half, .padding = Padding::same()}); },
                           "[conv2d_transpose] 2 * 4611686018427387904");
  expect_error<ValueError>([&] { max_pool2d(image, {.kernel = 2, .padding = most}); }, "[max_pool2d] the padding must");
  expect_error<ShapeError>([&] { avg_pool2d(image, {.kernel = most - 1, .padding = half - 1}); }, "[avg_pool2d]");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they end a program that asks for so much
  expect_error<OutOfMemory>([] { Var::zeros(Shape{Shape::max_size}); }, "bytes");
  expect_error<OutOfMemory>([&] { resize(image, Size2{i64{1} << 50, 1}); }, "[resample]");
#endif
}

TEST(OpsShape, ConcatOfABracedListNeedsNoTemplateArgument) {
  const Var a = Var::ones({2, 1}), b = zeros({2, 3});
  EXPECT_EQ(concat({a, b}, 1).shape(), (Shape{2, 4}));
  EXPECT_EQ(concat({a, a}).to_vector(), (std::vector<float>{1, 1, 1, 1}));
  EXPECT_EQ(concat<float>({b}).shape(), b.shape());
  const Tensor<double> x = leaf(Tensor<double>::ones({1}));
  EXPECT_EQ(grad(sum(concat({x, x})), {x})[0].item(), 2);
}

}  // namespace
}  // namespace gan
