// Convolutions: their cases, what they refuse, another weight, and PyTorch.
#include "gan/nn/conv.hpp"

#include <gtest/gtest.h>

#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"
#include "support/with_weight.hpp"

namespace gan {
namespace {

using namespace reference;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"Conv2D", Sequential(Conv2D(three_by_three)), image_input, image_input, 584},
      {"ConvTranspose2D", Sequential(ConvTranspose2D(three_by_three)), image_input, image_input, 584},
  };
});

TEST(Convolutions, RefuseMissingOrUnevenChannels) {
  EXPECT_THROW(Conv2D({.out = 8}), ValueError);
  EXPECT_THROW(ConvTranspose2D({.in = 8}), ValueError);
  EXPECT_THROW(Conv2D({.in = 3, .out = 4, .groups = 2}), ValueError);
}

TEST(Convolutions, TakeAnotherWeight) {
  Rng rng{1};
  const Var images = rand<float>(Shape{2, 5, 4, 6}, rng, -1, 1);
  const ConvOptions options{
      .in = 6, .out = 4, .kernel = {3, 2}, .stride = 2, .groups = 2, .activation = LeakyReLU{0.2}};
  expect_with_weight(Conv2D(options), images);
  expect_with_weight(ConvTranspose2D(options), images);
}

ConvOptions conv_options(const std::string& name) {
  const auto at = [&](const char* key, std::size_t i) {
    return static_cast<i64>(layer_file()[name + "." + key].values.at(i));
  };
  ConvOptions o;
  o.kernel = {layer_file()[name + ".weight"].shape[2], layer_file()[name + ".weight"].shape[3]};
  o.stride = {at("stride", 0), at("stride", 1)};
  o.padding = {at("padding", 0), at("padding", 1), at("padding", 2), at("padding", 3)};
  o.dilation = {at("dilation", 0), at("dilation", 1)};
  o.groups = at("groups", 0);
  if (layer_file().has(name + ".output_padding")) o.output_padding = {at("output_padding", 0), at("output_padding", 1)};
  o.in = layer_file()[name + ".x"].shape[1];
  o.out = layer_file()[name + ".y"].shape[1];
  o.bias = layer_file().has(name + ".bias");
  return o;
}

using ConvReference = reference::LayerReference;

TEST_F(ConvReference, Conv2D) {
  for (const char* name : {"conv2d_k3s1p1", "conv2d_k4s2p1", "conv2d_k4s2p1_nobias", "conv2d_k3s2p0",
                           "conv2d_dilation2", "conv2d_groups2", "conv2d_same", "conv2d_1channel", "conv2d_uneven"})
    check_layer(name, BasicSequential<double>(BasicConv2D<double>(conv_options(name))));
}

TEST_F(ConvReference, Conv2DWithPaddingSame) {
  ConvOptions o = conv_options("conv2d_same");
  o.padding = Padding::same();
  check_layer("conv2d_same", BasicSequential<double>(BasicConv2D<double>(o)));
}

TEST_F(ConvReference, ConvTranspose2D) {
  for (const char* name :
       {"conv_transpose_k4s2p1", "conv_transpose_k4s2p1_nobias", "conv_transpose_k3s2p1_op1",
        "conv_transpose_1x1_k4s1p0", "conv_transpose_k3s2p0", "conv_transpose_dilation2", "conv_transpose_groups2"})
    check_layer(name, BasicSequential<double>(BasicConvTranspose2D<double>(conv_options(name))));
}

}  // namespace
}  // namespace gan
