// Residual blocks: their cases, names and errors, and PyTorch.
#include "gan/nn/residual.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/nn/activation.hpp"
#include "gan/nn/norm.hpp"
#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;
using testing::ElementsAre;
using testing::HasSubstr;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"Residual", Sequential(Residual(Conv2D(three_by_three), {.activation = ReLU{}})), image_input, image_input, 584},
      {"Residual", Sequential(Residual(Conv2D(three_by_three), {.shortcut = Sequential(Conv2D(three_by_three))})),
       image_input, image_input, 1168},
  };
});

TEST(Residual, NamesBothWaysAndRefusesWaysThatEndApart) {
  const ConvOptions wider{.in = 2, .out = 3, .kernel = 1};
  Residual block(Conv2D(wider), {.shortcut = Sequential(Conv2D(wider), BatchNorm(3))});
  EXPECT_THAT(params(block).names, ElementsAre("body.weight", "body.bias", "shortcut.0.weight", "shortcut.0.bias",
                                               "shortcut.1.weight", "shortcut.1.bias"));
  Residual narrow(Conv2D({.in = 3, .out = 1, .kernel = 1}));
  init(narrow, 1);
  Pass pass = Pass::training();
  try {
    narrow(Var::ones({1, 2, 2, 3}), pass);
    FAIL() << "one channel must not be broadcast to three";
  } catch (const ShapeError& e) {
    EXPECT_THAT(e.what(),
                HasSubstr("[Residual] body and shortcut end in different shapes: (1, 2, 2, 1), (1, 2, 2, 3)"));
  }
}

using ResidualReference = reference::LayerReference;

TEST_F(ResidualReference, WithAndWithoutShortcut) {
  const auto conv = [](i64 in, i64 out, i64 kernel, FusedActivation activation = {}) {
    return BasicConv2D<double>(
        {.in = in, .out = out, .kernel = kernel, .padding = kernel / 2, .activation = activation});
  };
  using Chain = BasicSequential<double>;
  check_layer("residual", Chain(BasicResidual<double>(Chain(conv(3, 4, 3), ReLU{}, conv(4, 3, 3)))));
  check_layer("residual_shortcut",
              Chain(BasicResidual<double>(Chain(conv(3, 4, 3), ReLU{}, conv(4, 2, 3)),
                                          {.shortcut = Chain(conv(3, 2, 1)), .activation = ReLU{}})));
}

}  // namespace
}  // namespace gan
