// Self-attention: its cases, its start, what it averages, errors, and PyTorch.
#include "gan/nn/attention.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/ops/random.hpp"
#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;
using D = Tensor<double>;
using testing::ElementsAre;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"SelfAttention", Sequential(SelfAttention({.channels = 8})), image_input, image_input, 8 + 8 + 32 + 32 + 1},
      {"SelfAttention", Sequential(SelfAttention<SpectralNorm<Conv2D>>({.channels = 8, .key = 2, .pool = false})),
       image_input, image_input, 16 + 16 + 32 + 32 + 1},
  };
});

TEST(SelfAttention, StartsAsTheIdentityAndMixesAllPixels) {
  SelfAttention<BasicConv2D<double>> layer({.channels = 8});
  EXPECT_THAT(params(layer).names, ElementsAre("theta.weight", "phi.weight", "g.weight", "o.weight", "gamma"));
  init(layer, 1);
  Rng rng{2};
  const D x = rand<double>({2, 4, 4, 8}, rng, -1, 1);
  Pass pass = Pass::training();
  EXPECT_EQ(layer(x, pass).to_vector(), x.to_vector());
  layer.gamma.set(D::scalar(1));
  layer.theta.weight.set(D::zeros(layer.theta.weight.shape()));  // all keys are equally near
  const D added = layer(x, pass) - x;
  const auto pixels = reshape(added, Shape{2, 16, 8}).to_vector();
  for (std::size_t i = 0; i < pixels.size(); ++i)
    EXPECT_NEAR(pixels[i], pixels[i / 128 * 128 + i % 8], 1e-12) << "each pixel gets the mean";
  EXPECT_THROW(SelfAttention({.channels = 4}), ValueError) << "no channel for keys";
  EXPECT_THROW(layer(D::ones({2, 8}), pass), ShapeError);
}

using SelfAttentionReference = reference::LayerReference;

TEST_F(SelfAttentionReference, ValueAndGradients) {
  using Chain = BasicSequential<double>;
  check_layer("attention", Chain(SelfAttention<BasicConv2D<double>>({.channels = 4, .key = 1})));
  check_layer("attention_plain",
              Chain(SelfAttention<BasicConv2D<double>>({.channels = 4, .key = 2, .value = 3, .pool = false})));
  check_layer("attention_spectral", Chain(SelfAttention<SpectralNorm<BasicConv2D<double>>>({.channels = 4, .key = 1})));
}

}  // namespace
}  // namespace gan
