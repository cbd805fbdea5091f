// Weight norm: its cases, its start from data, files with and without it, and PyTorch.
#include "gan/nn/weight_norm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "gan/nn/activation.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/embedding.hpp"
#include "gan/nn/reshape.hpp"
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
      {"WeightNorm", Sequential(WeightNorm(Dense(8, 4, {.activation = Tanh{}}))), rows_input, {3, 4}, 40},
      {"WeightNorm", Sequential(WeightNorm(Dense(8, 4, {.activation = Tanh{}}), {.train_gain = false})), rows_input,
       {3, 4}, 36},
      {"WeightNorm", Sequential(WeightNorm(Conv2D(three_by_three))), image_input, image_input, 592},
      {"WeightNorm", Sequential(WeightNorm(ConvTranspose2D(three_by_three))), image_input, image_input, 592},
  };
});

TEST(WeightNorm, HasVectorsOfLengthGWhateverTheInitializer) {
  WeightNorm layer(Dense(2, 2, {.bias = false}));
  init(layer, 1, initializer::normal(0.02));
  EXPECT_THAT(layer.g.to_vector(), ElementsAre(1, 1));
  layer.layer.weight.set(Var::from({3, 4, 0, 2}, Shape{2, 2}));
  layer.g.set(Var::from({10, 1}, Shape{2, 1}));
  Pass pass = Pass::inference();
  EXPECT_THAT(layer(one_hot<float>({0, 1}, 2), pass).to_vector(), ElementsAre(6, 0, 8, 1));
  EXPECT_THAT(params(layer).names, ElementsAre("weight_g", "weight_v"));
}

TEST(WeightNorm, StartsFromDataWithMeanZeroAndVarianceOne) {
  using D = Tensor<double>;
  const auto conv = [](i64 in, FusedActivation activation = {}) {
    return WeightNorm(BasicConv2D<double>({.in = in, .out = 4, .kernel = 3, .padding = 1, .activation = activation}));
  };
  BasicSequential<double> net(conv(3, LeakyReLU{0.2}), conv(4), Flatten{},
                              WeightNorm(BasicDense<double>(4 * 5 * 5, 3)));
  init(net, 1);
  Rng rng{2};
  const D x = rand<double>({16, 5, 5, 3}, rng, 1, 4);
  init_from_data(net, x);
  Pass pass = Pass::inference();
  for (const std::size_t layers : {2u, 4u}) {
    D y = net.range(x, pass, 0, layers);
    y = reshape(y, Shape{y.size() / y.shape(-1), y.shape(-1)});
    for (const double m : mean(y, {0}).to_vector()) EXPECT_NEAR(m, 0, 1e-9);
    for (const double v : mean(square(y), {0}).to_vector()) EXPECT_NEAR(v, 1, 1e-6);
  }
  EXPECT_NEAR(mean(net.range(x, pass, 0, 1)).item(), 0.4 * std::sqrt(2 / M_PI), 0.1)
      << "0.8 E max(N(0, 1), 0): the first layer was normalised before its activation";
}

TEST(WeightNorm, AGainThatIsNotTrainedIsSetFromDataAndKept) {
  const auto gain_after = [](WeightNormOptions o) {
    WeightNorm layer(Dense(3, 2), o);
    init(layer, 1);
    Rng rng{2};
    const Var x = rand<float>({8, 3}, rng);
    init_from_data(layer, x);
    const std::vector<float> before = layer.g.to_vector();
    EXPECT_NE(before, (std::vector<float>{1, 1}));
    each_param(layer, [](const std::string&, Param<float>& p) {
      if (p.trainable()) p.set(p.tensor() + 1);
    });
    return layer.g.to_vector() == before;
  };
  EXPECT_TRUE(gain_after({.train_gain = false}));
  EXPECT_FALSE(gain_after({}));
}

TEST(WeightNorm, OfAnEmbeddingKeepsItsGains) {
  WeightNorm table{Embedding({.classes = 2, .width = 3})};
  init(table, 1);
  init_from_data(table, Var::from({0, 1}, Shape{2}));
  EXPECT_THAT(table.g.to_vector(), ElementsAre(1, 1));
}

TEST(WeightNorm, IsFoldedIntoFilesOfThePlainLayer) {
  const std::string path = test::temporary("weight_norm.safetensors");
  const ConvOptions options{.in = 3, .out = 2, .kernel = 4, .stride = 2, .padding = 1};
  WeightNorm trained{ConvTranspose2D(options)}, again{ConvTranspose2D(options)};
  ConvTranspose2D plain(options);
  init(trained, 1);
  trained.g.set(Var::from({0.5, 3}, Shape{1, 1, 1, 2}));
  io::save_folded_weights(trained, path);
  io::load_weights(plain, path);
  io::load_weights(again, path);
  Rng rng{2};
  const Var x = rand<float>({2, 3, 3, 3}, rng, -1, 1);
  Pass pass = Pass::inference();
  const auto expected = trained(x, pass).to_vector(), read = again(x, pass).to_vector();
  EXPECT_EQ(plain(x, pass).to_vector(), expected);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(read[i], expected[i], 1e-5);
  EXPECT_NEAR(again.g.data()[1], 3, 1e-5);
  std::filesystem::remove(path);
}

using WeightNormReference = reference::LayerReference;

TEST_F(WeightNormReference, ValueAndGradients) {
  using Chain = BasicSequential<double>;
  check_layer("weight_dense", Chain(WeightNorm(BasicDense<double>(6, 4))));
  check_layer("weight_conv", Chain(WeightNorm(BasicConv2D<double>({.in = 3, .out = 5, .kernel = 3, .padding = 1}))));
  check_layer(
      "weight_deconv",
      Chain(WeightNorm(BasicConvTranspose2D<double>({.in = 3, .out = 4, .kernel = 4, .stride = 2, .padding = 1}))));
}

}  // namespace
}  // namespace gan
