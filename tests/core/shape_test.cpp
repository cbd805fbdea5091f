// Shapes: what they refuse, with the numbers; how they are made of others; what they broadcast to.
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

TEST(ShapeRules, RefusesMoreThanSixAxesAndNegativeExtents) {
  EXPECT_EQ((Shape{1, 2, 3, 4, 5, 6}).rank(), 6);
  expect_refused([] { Shape{1, 1, 1, 1, 1, 1, 1}; }, HasSubstr("at most 6"));
  expect_refused([] { Shape{2, -1}; }, HasSubstr("axis 1 has a negative extent"));
}

TEST(ShapeRules, CountsElementsAndPrintsExtents) {
  const Shape scalar, empty{3, 0, 2}, image{64, 28, 28, 1};
  EXPECT_EQ(scalar.size(), 1);
  EXPECT_EQ(empty.size(), 0);
  EXPECT_EQ(image.size(), 64 * 28 * 28);
  EXPECT_EQ(image[-1], 1);
  EXPECT_EQ(image[-4], 64);
  EXPECT_EQ(to_string(scalar), "()");
  EXPECT_EQ(to_string(image), "(64, 28, 28, 1)");
  EXPECT_NE((Shape{2, 3}), (Shape{2, 3, 1}));
  EXPECT_NE((Shape{2, 3}), (Shape{3, 2}));
}

TEST(ShapeRules, EntriesOfTheLeadingAxis) {
  EXPECT_EQ((Shape{4, 5, 6}).stride0(), 30);
  EXPECT_EQ((Shape{7}).stride0(), 1);
  EXPECT_EQ(Shape{}.stride0(), 1);
}

TEST(ShapeRules, OthersAreMadeOfOne) {
  const Shape s{2, 3};
  EXPECT_EQ(s.prepend(5), (Shape{5, 2, 3}));
  EXPECT_EQ(Shape{}.prepend(0), (Shape{0}));
  EXPECT_THROW((Shape{1, 2, 3, 4, 5, 6}).prepend(1), ShapeError);
  EXPECT_EQ(s.tail(), (Shape{3}));
  EXPECT_EQ(Shape{}.tail(), Shape{});
  EXPECT_EQ(s.with(0, 7), (Shape{7, 3}));
  EXPECT_EQ(s.with(-1, 7), (Shape{2, 7}));
  EXPECT_EQ(s, (Shape{2, 3}));
}

TEST(ShapeRules, BroadcastingAlignsTrailingAxes) {
  EXPECT_EQ(broadcast_shapes({2, 1, 4}, {3, 1}, "op"), (Shape{2, 3, 4}));
  EXPECT_EQ(broadcast_shapes({3, 1}, {2, 1, 4}, "op"), (Shape{2, 3, 4}));
  EXPECT_EQ(broadcast_shapes({}, {2, 3}, "op"), (Shape{2, 3}));
  EXPECT_EQ(broadcast_shapes({0}, {1}, "op"), (Shape{0})) << "one empty axis makes the result empty";
  EXPECT_EQ(broadcast_shapes({1}, {2, 0}, "op"), (Shape{2, 0}));
  expect_refused([] { broadcast_shapes({2, 3}, {2}, "add"); }, HasSubstr("[add] shapes do not broadcast: (2, 3), (2)"));
  EXPECT_THROW(broadcast_shapes({0}, {2}, "op"), ShapeError);
}

}  // namespace
}  // namespace gan
