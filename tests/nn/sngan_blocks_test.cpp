// SNGAN's residual blocks: their cases, counts of whole networks, classes, and PyTorch.
#include "gan/nn/sngan_blocks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "gan/nn/conditional_norm.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/ops/random.hpp"
#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;
using testing::ElementsAre;
using Spectral = SpectralNorm<Conv2D>;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"GeneratorBlock",
       Sequential(GeneratorBlock({.in = 8, .out = 4})),
       image_input,
       {2, 8, 12, 4},
       (8 * 9 + 1) * 4 + (4 * 9 + 1) * 4 + 9 * 4 + 2 * 12},
      {"DiscriminatorBlock",
       Sequential(DiscriminatorBlock<>({.in = 8, .out = 4})),
       image_input,
       {2, 2, 3, 4},
       (8 * 9 + 1) * 8 + (8 * 9 + 1) * 4 + 9 * 4},
      {"DiscriminatorBlock", Sequential(DiscriminatorBlock<Spectral>({.in = 8, .out = 8, .downsample = false})),
       image_input, image_input, 2 * 584},
      {"FirstDiscriminatorBlock",
       Sequential(FirstDiscriminatorBlock<Spectral>({.in = 8, .out = 4})),
       image_input,
       {2, 2, 3, 4},
       (8 * 9 + 1) * 4 + (4 * 9 + 1) * 4 + 9 * 4},
  };
});

TEST(SnganBlocks, MakeTheNetworksOfThePaper) {
  const auto up = GeneratorBlock({.in = 256, .out = 256});
  Sequential G(Dense(128, 4 * 4 * 256), Reshape{{4, 4, 256}}, up, up, up, BatchNorm(256, {.activation = ReLU{}}),
               Conv2D({.in = 256, .out = 3, .kernel = 3, .padding = 1, .activation = Tanh{}}));
  EXPECT_EQ(count_parameters(G).trainable, 4'276'739);
  const auto flat = DiscriminatorBlock<Spectral>({.in = 128, .out = 128, .downsample = false});
  Sequential D(FirstDiscriminatorBlock<Spectral>({.out = 128}), DiscriminatorBlock<Spectral>({.in = 128, .out = 128}),
               flat, flat, ReLU{}, SpectralNorm(Dense(128, 1)));
  EXPECT_EQ(count_parameters(D).trainable, 1'053'825);
  GeneratorBlock block({.in = 2, .out = 3});
  EXPECT_THAT(params(block).names, ElementsAre("b1.weight", "b1.bias", "c1.weight", "c1.bias", "b2.weight", "b2.bias",
                                               "c2.weight", "c2.bias", "c_sc.weight", "c_sc.bias"));
}

TEST(SnganBlocks, StartAsGlorotsWithTheirGains) {
  DiscriminatorBlock<> block({.in = 64, .out = 64});
  init(block, 1);
  const double fan = 64 * 9;
  EXPECT_NEAR(mean(square(block.c1.weight.tensor())).item() * fan, 2, 0.05);
  EXPECT_NEAR(mean(square(block.c2.weight.tensor())).item() * fan, 2, 0.05);
  EXPECT_NEAR(mean(square(block.c_sc->weight.tensor())).item() * 64, 1, 0.05);
}

TEST(SnganBlocks, TakeClasses) {
  const auto norm = [](i64 channels) { return ConditionalBatchNorm({.classes = 2, .channels = channels}); };
  GeneratorBlock<ConditionalBatchNorm> block({.in = 3, .out = 2}, norm(3), norm(2));
  GeneratorBlock plain({.in = 3, .out = 2});
  init(block, 1);
  init(plain, 1);
  Rng rng{2};
  const Var x = rand<float>({2, 2, 2, 3}, rng, -1, 1);
  Pass pass = Pass::training();
  const auto expected = plain(x, pass).to_vector(), y = block(x, Var::from({0, 1}, Shape{2}), pass).to_vector();
  EXPECT_EQ(y, expected) << "all classes start alike";
  block.b2.bias.set(Var::from({0, 0, 1, 1}, Shape{2, 2}));
  const auto other = block(x, Var::from({0, 1}, Shape{2}), pass).to_vector();
  const auto half = static_cast<std::ptrdiff_t>(y.size() / 2);
  EXPECT_TRUE(std::equal(y.begin(), y.begin() + half, other.begin())) << "the image of class 0 is the same";
  EXPECT_FALSE(std::equal(y.begin() + half, y.end(), other.begin() + half));
}

using SnganBlocksReference = reference::LayerReference;

TEST_F(SnganBlocksReference, ValueAndGradients) {
  using Chain = BasicSequential<double>;
  using Conv = BasicConv2D<double>;
  check_layer("generator_block", Chain(GeneratorBlock<BasicBatchNorm<double>>({.in = 3, .out = 2})), Pass::training(),
              1);  // of the bias before a BatchNorm, which takes it away again, the gradient is 0
  check_layer("first_block", Chain(FirstDiscriminatorBlock<Conv>({.in = 3, .out = 4})));
  check_layer("first_block_spectral", Chain(FirstDiscriminatorBlock<SpectralNorm<Conv>>({.in = 3, .out = 4})));
  check_layer("down_block", Chain(DiscriminatorBlock<Conv>({.in = 3, .out = 4})));
  check_layer("down_block_spectral", Chain(DiscriminatorBlock<SpectralNorm<Conv>>({.in = 3, .out = 4})));
  check_layer("flat_block", Chain(DiscriminatorBlock<Conv>({.in = 3, .out = 3, .downsample = false})));
}

}  // namespace
}  // namespace gan
