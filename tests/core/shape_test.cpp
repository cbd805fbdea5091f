// Shape: what it refuses, with the numbers.
#include "gan/core/shape.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/core/error.hpp"

namespace gan {
namespace {

using testing::AllOf;
using testing::HasSubstr;

template <class F, class Matcher>
void expect_refused(F f, const Matcher& message) {
  try {
    f();
    ADD_FAILURE() << "no error";
  } catch (const ShapeError& e) { EXPECT_THAT(e.what(), message); }
}

constexpr i64 large = i64{1} << 62;

TEST(Shape, ProductsThatDoNotFitAreRefused) {
  expect_refused([] { Shape{large + 1, 4}; }, AllOf(HasSubstr("[Shape]"), HasSubstr("(4611686018427387905, 4)")));
  expect_refused([] { Shape{i64{1} << 32, i64{1} << 32}; }, HasSubstr("(4294967296, 4294967296)"));
  expect_refused([] { Shape{large}; }, HasSubstr("(4611686018427387904)"));  // of doubles: 2^65 bytes
  expect_refused([] { Shape{large, 4, 0}; }, HasSubstr("(4611686018427387904, 4, 0)"));
  expect_refused([] { Shape{0, large, 4}; }, HasSubstr("(0, 4611686018427387904, 4)"));
  EXPECT_EQ((Shape{Shape::max_size}.size()), Shape::max_size);
  EXPECT_EQ((Shape{0, Shape::max_size}.size()), 0);
}

TEST(Shape, WhatIsMadeOfShapesIsChecked) {
  const Shape half{i64{1} << 40, 2};
  expect_refused([&] { half.with(-1, i64{1} << 40); }, HasSubstr("(1099511627776, 1099511627776)"));
  expect_refused([&] { half.with(1, -2, "op"); }, AllOf(HasSubstr("[op]"), HasSubstr("(1099511627776, -2)")));
  expect_refused([&] { half.prepend(i64{1} << 40); }, HasSubstr("(1099511627776, 1099511627776, 2)"));
  expect_refused(
      [&] {
        broadcast_shapes(Shape{i64{1} << 40, 1}, Shape{i64{1} << 40}, "add");
      },
      AllOf(HasSubstr("[add]"), HasSubstr("(1099511627776, 1099511627776)")));
  EXPECT_EQ(half.with(1, 3), (Shape{i64{1} << 40, 3}));
  EXPECT_EQ((broadcast_shapes(Shape{2, 1, 4}, Shape{3, 1}, "add")), (Shape{2, 3, 4}));
}

TEST(Shape, SumsAndProductsOfExtents) {
  EXPECT_EQ(checked_add(INT64_MAX - 1, 1, "op"), INT64_MAX);
  EXPECT_EQ(checked_multiply(-3, 4, "op"), -12);
  expect_refused([] { checked_add(2, INT64_MAX, "op"); }, HasSubstr("[op] 2 + 9223372036854775807"));
  expect_refused([] { checked_multiply(large, 2, "op"); }, HasSubstr("[op] 4611686018427387904 * 2"));
}

}  // namespace
}  // namespace gan
