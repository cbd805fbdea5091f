// Resampling: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/resample.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

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
    make_case(  // lines of one channel are taken side by side, and there are more than a vector has lanes
        "resize.grey", {{3, 6, 5, 1}},
        [](auto& x) {
          return resize(x[0], {7, 18});
        },
        [](auto& x) { return bilinear(x[0], 7, 18); }, {.large = {{20, 30, 37, 1}}}),
    make_case(  // rows of four vectors, of one, and of a part of one
        "resize.long_rows", {{1, 2, 39, 2}},
        [](auto& x) {
          return resize(x[0], {3, 42});
        },
        [](auto& x) { return bilinear(x[0], 3, 42); }, {.large = {{9, 30, 59, 3}}}),
};

TEST(OpsResample, WhatHasNoWeightIsNotRead) {
  // Output 0 has input 0 alone: the weight of input 1 is 0, and its value is no number.
  for (const i64 channels : {1, 40}) {
    const auto plan =
        std::make_shared<const detail::ResampleMatrix>(2, std::vector<i64>{0, 0}, std::vector<double>{2, 0, 0.5, 0.25});
    Var x = Var::ones({1, 2, channels});
    std::fill_n(x.mutable_data() + channels, channels, std::nanf(""));
    const std::vector<float> y = detail::resample(x, 1, plan).to_vector();
    const std::vector<float> adjoint = detail::resample_adjoint(x, 1, plan).to_vector();
    for (i64 c = 0; c < channels; ++c) {
      EXPECT_EQ(y[static_cast<std::size_t>(c)], 2);
      EXPECT_TRUE(std::isnan(y[static_cast<std::size_t>(channels + c)]));
      EXPECT_TRUE(std::isnan(adjoint[static_cast<std::size_t>(c)]));
      EXPECT_TRUE(std::isnan(adjoint[static_cast<std::size_t>(channels + c)]));
    }
  }
}

TEST(OpsResample, BadShapesAndValuesAreNamed) {
  const Var matrix = zeros({2, 3});
  expect_error<ShapeError>([&] { resize(matrix, 3); }, "[resize]");
}

}  // namespace
}  // namespace gan
