// Moved and cut images: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/translate.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

using Places = std::vector<std::vector<int>>;

Naive moved(Places places) {
  return [places](const std::vector<Array>& x) {
    Array y(x[0].shape);
    for (i64 n = 0; n < y.shape[0]; ++n) {
      const std::vector<int>& at = places[static_cast<std::size_t>(n) % places.size()];
      for (i64 i = 0; i < y.shape[1]; ++i)
        for (i64 j = 0; j < y.shape[2]; ++j)
          for (i64 c = 0; c < y.shape[3]; ++c) {
            const i64 a = i - at[0], b = j - at[1];
            const bool inside = a >= 0 && a < y.shape[1] && b >= 0 && b < y.shape[2];
            const bool cut = i >= at[2] && j >= at[3] && i < at[4] && j < at[5];
            y.at({n, i, j, c}) = inside && !cut ? x[0].at({n, a, b, c}) : 0;
          }
    }
    return y;
  };
}

/// Image n is moved and cut as places[n % places.size()] says.
Case moved_case(const char* name, Shape shape, const Places& places, Shape large = {}) {
  return make_case(
      name, {shape},
      [places](auto& x) {
        using T = typename std::decay_t<decltype(x[0])>::value_type;
        std::vector<T> all;
        for (i64 n = 0; n < x[0].shape(0); ++n)
          for (const int v : places[static_cast<std::size_t>(n) % places.size()]) all.push_back(static_cast<T>(v));
        const auto place = Tensor<T>::from(std::span<const T>(all), Shape{x[0].shape(0), 6}, x[0].device());
        return translate_cutout(x[0], place);
      },
      moved(places), {.large = large.rank() > 0 ? std::vector<Shape>{large} : std::vector<Shape>{}});
}

const Cases cases{
    moved_case("translate_cutout", {4, 4, 5, 2},
               {{1, -2, 0, 0, 0, 0}, {0, 0, 1, 2, 3, 4}, {-1, 1, -1, 3, 2, 7}, {3, 4, 0, 0, 4, 3}}, {70, 33, 30, 3}),
    moved_case("translate_cutout.away", {5, 3, 3, 1},
               {{3, 0, 0, 0, 0, 0},
                {0, -3, 0, 0, 0, 0},
                {0, 0, 0, 0, 3, 3},
                {-1000000, 1000000, 0, 0, 0, 0},
                {0, 1, -1000000, 2, 1000000, 1000000}}),
    moved_case("translate_cutout.kept", {2, 3, 2, 1}, {{0, 0, 2, 1, 2, 1}, {0, 0, 5, 5, 9, 9}}),
};

TEST(OpsTranslate, BadShapesAreNamed) {
  expect_error<ShapeError>(
      [] {
        translate_cutout(zeros({2, 5, 5}), zeros({2, 6}));
      },
      "[translate_cutout] images (N, H, W, C) and places (N, 6) are needed");
  expect_error<ShapeError>([] { translate_cutout(zeros({2, 5, 5, 1}), zeros({3, 6})); }, "[translate_cutout]");
  expect_error<ShapeError>([] { translate_cutout(zeros({2, 5, 5, 1}), zeros({2, 4})); }, "[translate_cutout]");
}

TEST(OpsTranslate, WhatIsNotMovedHasItsBitsAndNanIsNotSpread) {
  Var x = Var::full({1, 3, 3, 1}, std::nanf(""));
  x.mutable_data()[4] = 0.25f;
  const auto y = translate_cutout(x, Var::from({-1, -1, 0, 1, 3, 3}, {1, 6})).to_vector();
  EXPECT_EQ(y[0], 0.25f);
  for (const int i : {1, 2, 4, 5, 6, 7, 8}) EXPECT_EQ(y[static_cast<std::size_t>(i)], 0) << i;
  EXPECT_TRUE(std::isnan(y[3]));
}

}  // namespace
}  // namespace gan
