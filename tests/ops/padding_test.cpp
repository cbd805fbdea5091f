// Borders of images: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/padding.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

using Source = std::function<i64(i64, i64)>;
/// Every pixel of a larger image from `source` of its row and column, or 0 where that is outside.
Array border(const Array& x, const Padding& p, Source source) {
  Array y(Shape{x.shape[0], x.shape[1] + p.top + p.bottom, x.shape[2] + p.left + p.right, x.shape[3]});
  for (i64 n = 0; n < y.shape[0]; ++n)
    for (i64 i = 0; i < y.shape[1]; ++i)
      for (i64 j = 0; j < y.shape[2]; ++j)
        for (i64 c = 0; c < y.shape[3]; ++c) {
          const i64 r = source(i - p.top, x.shape[1]), s = source(j - p.left, x.shape[2]);
          y.at({n, i, j, c}) = r < 0 || s < 0 ? 0 : x.at({n, r, s, c});
        }
  return y;
}
const Padding uneven{1, 2, 0, 3};

const Cases cases{
    make_case(
        "zero_pad", {{2, 3, 2, 2}}, [](auto& x) { return zero_pad(x[0], uneven); },
        [](auto& x) { return border(x[0], uneven, [](i64 i, i64 n) { return i < n ? i : -1; }); }),
    make_case(
        "reflection_pad", {{2, 3, 4, 2}}, [](auto& x) { return reflection_pad(x[0], uneven); },
        [](auto& x) {
          return border(x[0], uneven, [](i64 i, i64 n) { return i < 0 ? -i : i < n ? i : n - 1 - (i - (n - 1)); });
        },
        {.large = {{4, 30, 30, 16}}}),
};

TEST(OpsPadding, BadShapesAndValuesAreNamed) {
  const Var image = zeros({2, 5, 5, 3}), matrix = zeros({2, 3});
  expect_error<ShapeError>([&] { zero_pad(matrix, 1); }, "[zero_pad] images (N, H, W, C) are needed: (2, 3)");
  expect_error<ValueError>([&] { zero_pad(image, -1); }, "[zero_pad] the sides must be numbers that are not negative");
  expect_error<ValueError>([&] { reflection_pad(image, Padding::same()); }, "[reflection_pad] the sides must be");
  expect_error<ShapeError>([&] { reflection_pad(image, 5); }, "[reflection_pad] every side must be smaller");
}

}  // namespace
}  // namespace gan
