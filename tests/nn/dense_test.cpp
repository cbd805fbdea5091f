// Dense: its cases, another weight, and PyTorch.
#include "gan/nn/dense.hpp"

#include <gtest/gtest.h>

#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"
#include "support/with_weight.hpp"

namespace gan {
namespace {

using namespace reference;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"Dense", Sequential(Dense(8, 5)), rows_input, {3, 5}, 45},
  };
});

TEST(Dense, TakesAnotherWeight) {
  Rng rng{1};
  expect_with_weight(Dense(4, 3, {.activation = Tanh{}}), rand<float>(Shape{5, 4}, rng, -1, 1));
}

using DenseReference = reference::LayerReference;

TEST_F(DenseReference, WithAndWithoutBias) {
  check_layer("linear", BasicSequential<double>(BasicDense<double>(5, 4)));
  check_layer("linear_nobias", BasicSequential<double>(BasicDense<double>(5, 4, {.bias = false})));
}

}  // namespace
}  // namespace gan
