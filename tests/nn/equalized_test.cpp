// The equalised learning rate: its cases, its start, its files, and PyTorch.
#include "gan/nn/equalized.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "gan/nn/activation.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/ops/random.hpp"
#include "support/files.hpp"
#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;
using testing::ElementsAre;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"Equalized", Sequential(Equalized(Dense(8, 4), {.gain = 1, .lr_multiplier = 0.01})), rows_input, {3, 4}, 36},
      {"Equalized", Sequential(Equalized(Conv2D(three_by_three))), image_input, image_input, 584},
      {"Equalized", Sequential(Equalized(ConvTranspose2D(three_by_three))), image_input, image_input, 584},
  };
});

TEST(Equalized, StartsAtUnitScaleAndKeepsTheVarianceOfItsInput) {
  for (const double multiplier : {1.0, 0.01}) {
    Equalized layer(Dense(400, 400), {.gain = 1, .lr_multiplier = multiplier});
    init(layer, 1);
    EXPECT_NEAR(mean(square(layer.layer.weight.tensor())).item() * multiplier * multiplier, 1, 0.02);
    Rng rng{2};
    Pass pass = Pass::inference();
    EXPECT_NEAR(mean(square(layer(randn<float>({64, 400}, rng), pass))).item(), 1, 0.05);
  }
  EXPECT_THROW(Equalized(Dense(2, 2), {.gain = 0}), ValueError);
  EXPECT_THROW(Equalized(Dense(2, 2), {.lr_multiplier = -1}), ValueError);
}

TEST(Equalized, IsFoldedIntoFilesOfThePlainLayer) {
  const std::string path = test::temporary("equalized.safetensors");
  const EqualizedOptions slow{.lr_multiplier = 0.1};
  Equalized trained(Dense(3, 2), slow), again(Dense(3, 2), slow);
  Dense plain(3, 2);
  init(trained, 1);
  trained.layer.bias.set(Var::from({1, -2}, Shape{2}));
  EXPECT_THAT(params(trained).names, ElementsAre("weight_orig", "bias"));
  io::save_folded_weights(trained, path);
  io::load_weights(plain, path);
  io::load_weights(again, path);
  const Var x = Var::from({1, 2, 3}, Shape{1, 3});
  Pass pass = Pass::inference();
  const auto expected = trained(x, pass).to_vector(), read = again(x, pass).to_vector();
  EXPECT_EQ(plain(x, pass).to_vector(), expected);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(read[i], expected[i], 1e-6);
  EXPECT_NEAR(again.layer.bias.data()[1], -2, 1e-6);
  std::filesystem::remove(path);
}

using EqualizedReference = reference::LayerReference;

TEST_F(EqualizedReference, ValueAndGradients) {
  using Chain = BasicSequential<double>;
  check_layer("equalized_dense",
              Chain(Equalized(BasicDense<double>(6, 4),
                              {.lr_multiplier = gan_layer_file().number("equalized_dense.multiplier")})));
  check_layer("equalized_conv", Chain(Equalized(BasicConv2D<double>({.in = 3, .out = 5, .kernel = 3, .padding = 1}))));
}

}  // namespace
}  // namespace gan
