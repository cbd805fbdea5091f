// Resampling: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/resample.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

const Cases cases{
    make_case(
        "resize", {{2, 3, 4, 2}},
        [](auto& x) {
          return resize(x[0], {5, 7});
        },
        [](auto& x) { return bilinear(x[0], 5, 7); }, {.large = {{8, 14, 14, 16}}}),
    make_case(
        "resize.smaller", {{1, 6, 5, 1}},
        [](auto& x) {
          return resize(x[0], {4, 3}, {.antialias = false});
        },
        [](auto& x) { return bilinear(x[0], 4, 3); }),
    make_case(
        "resize.bicubic_antialiased", {{1, 8, 7, 1}},
        [](auto& x) {
          return resize(x[0], {3, 4}, {.mode = Interpolation::bicubic});
        },
        nullptr),
};

TEST(OpsResample, BadShapesAndValuesAreNamed) {
  const Var matrix = zeros({2, 3});
  expect_error<ShapeError>([&] { resize(matrix, 3); }, "[resize]");
}

}  // namespace
}  // namespace gan
