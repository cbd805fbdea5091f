// What holds for every layer: it can be copied, moved, saved, loaded, summarised and initialised again to the same
// bits; and what only one of them promises. Their numbers are compared with PyTorch's in reference/layers_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "gan/gan.hpp"

namespace gan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A layer, an input it takes, and what PyTorch has for it: the shape of the output and how many numbers it trains.
struct Every {
  std::string type;
  Sequential net;
  Shape input, output;
  i64 parameters;
};

std::vector<Every> every_layer() {
  const Shape image{2, 4, 6, 8}, rows{3, 8};
  const ConvOptions three{.in = 8, .out = 8, .kernel = 3, .padding = 1};
  return {
      {"Dense", Sequential(Dense(8, 5)), rows, {3, 5}, 45},
      {"Conv2D", Sequential(Conv2D(three)), image, image, 584},
      {"ConvTranspose2D", Sequential(ConvTranspose2D(three)), image, image, 584},
      {"BatchNorm", Sequential(BatchNorm(8)), image, image, 16},
      {"InstanceNorm", Sequential(InstanceNorm(8)), image, image, 0},
      {"InstanceNorm", Sequential(InstanceNorm(8, {.affine = true, .activation = ReLU{}})), image, image, 16},
      {"LayerNorm", Sequential(LayerNorm({8})), rows, rows, 16},
      {"LayerNorm", Sequential(LayerNorm({4, 6, 8}, {.activation = LeakyReLU{0.2}})), image, image, 384},
      {"LayerNorm", Sequential(LayerNorm({4, 6, 8}, {.per_channel = true})), image, image, 16},
      {"LayerNorm", Sequential(LayerNorm({8}, {.affine = false})), image, image, 0},
      {"ReLU", Sequential(ReLU{}), rows, rows, 0},
      {"LeakyReLU", Sequential(LeakyReLU{0.1}), rows, rows, 0},
      {"ELU", Sequential(ELU{}), rows, rows, 0},
      {"PReLU", Sequential(PReLU()), image, image, 1},
      {"PReLU", Sequential(PReLU({.channels = 8, .start = 0.1})), image, image, 8},
      {"Tanh", Sequential(Tanh{}), rows, rows, 0},
      {"Sigmoid", Sequential(Sigmoid{}), rows, rows, 0},
      {"Softmax", Sequential(Softmax{}), rows, rows, 0},
      {"Softplus", Sequential(Softplus{}), rows, rows, 0},
      {"Maxout", Sequential(Maxout{4}), rows, {3, 2}, 0},
      {"Dropout", Sequential(Dropout{0.3}), rows, rows, 0},
      {"MaxPool2D", Sequential(MaxPool2D{}), image, {2, 2, 3, 8}, 0},
      {"AvgPool2D", Sequential(AvgPool2D{}), image, {2, 2, 3, 8}, 0},
      {"GlobalAveragePool", Sequential(GlobalAveragePool{}), image, {2, 8}, 0},
      {"UpSampling2D", Sequential(UpSampling2D{}), image, {2, 8, 12, 8}, 0},
      {"UpSampling2D", Sequential(UpSampling2D{.mode = Interpolation::bilinear}), image, {2, 8, 12, 8}, 0},
      {"PixelShuffle", Sequential(PixelShuffle{2}), image, {2, 8, 12, 2}, 0},
      {"ReflectionPad2D", Sequential(ReflectionPad2D{3}), image, {2, 10, 12, 8}, 0},
      {"ZeroPad2D", Sequential(ZeroPad2D{{1, 2, 0, 3}}), image, {2, 7, 9, 8}, 0},
      {"Embedding", Sequential(Embedding({.classes = 10, .width = 4})), {3}, {3, 4}, 40},
      {"Flatten", Sequential(Flatten{}), image, {2, 192}, 0},
      {"Reshape", Sequential(Reshape{{2, 4}}), rows, {3, 2, 4}, 0},
      {"Residual", Sequential(Residual(Conv2D(three), {.activation = ReLU{}})), image, image, 584},
      {"Residual", Sequential(Residual(Conv2D(three), {.shortcut = Sequential(Conv2D(three))})), image, image, 1168},
  };
}

/// Class numbers for an embedding, normal values for the others.
Var input_of(const Every& layer) {
  if (layer.type == "Embedding") return Var::from({3, 0, 9}, Shape{3});
  Rng rng{1, 2, 3};
  return randn<float>(layer.input, rng);
}

std::vector<float> output_of(const Every& layer, const Sequential& net) {
  Pass pass = Pass::training(Rng{4, 5, 6});
  pass.update_stats = false;
  return net(input_of(layer), pass).to_vector();
}

/// All numbers that a network holds, buffers included.
std::vector<float> numbers(Sequential& net) {
  std::vector<float> all;
  each_param(net, [&all](const std::string&, Param<float>& p) {
    for (const float v : p.to_vector()) all.push_back(v);
  });
  return all;
}

TEST(EveryLayer, HasPyTorchsShapesAndNumbersOfParameters) {
  for (auto& layer : every_layer()) {
    SCOPED_TRACE(layer.type);
    const Summary s = summarize(layer.net, layer.input);
    ASSERT_FALSE(s.layers.empty());
    EXPECT_EQ(s.layers.back().type, layer.type);
    EXPECT_EQ(s.layers.back().output, layer.output) << to_string(s.layers.back().output);
    EXPECT_EQ(s.count.trainable, layer.parameters);
    i64 listed = 0;
    for (const auto& line : s.layers) listed += line.trainable;
    EXPECT_EQ(listed, layer.parameters) << "no line counts what another counts";
    EXPECT_THAT(summary(layer.net, layer.input), HasSubstr(layer.type));
  }
}

TEST(EveryLayer, IsInitialisedToTheSameBits) {
  for (auto& layer : every_layer()) {
    Sequential other = layer.net;
    init(layer.net, 7);
    init(other, 7);
    EXPECT_EQ(numbers(layer.net), numbers(other)) << layer.type;
    EXPECT_EQ(output_of(layer, layer.net), output_of(layer, other)) << layer.type;
  }
}

TEST(EveryLayer, CopiesItsNumbersAndMoves) {
  for (auto& layer : every_layer()) {
    SCOPED_TRACE(layer.type);
    init(layer.net, 1);
    const auto expected = output_of(layer, layer.net);
    const auto kept = numbers(layer.net);
    Sequential copy = layer.net;
    EXPECT_EQ(output_of(layer, copy), expected);
    each_param(layer.net, [](const std::string&, Param<float>& p) { p.set(Var::full(p.shape(), 9)); });
    EXPECT_EQ(numbers(copy), kept) << "a copy shares no number";
    Sequential moved = std::move(copy);
    EXPECT_EQ(output_of(layer, moved), expected);
    to(moved, Device::cpu());
    EXPECT_EQ(output_of(layer, moved), expected);
    const auto before = params(moved), after = params(moved);
    EXPECT_EQ(before.names, after.names);
    for (const Var& p : after.tensors) EXPECT_TRUE(p.tracked()) << "still trained after a move";
  }
}

TEST(EveryLayer, SurvivesAFile) {
  const std::string path = testing::TempDir() + "/layer.safetensors";
  for (auto& layer : every_layer()) {
    SCOPED_TRACE(layer.type);
    Sequential other = layer.net;
    init(layer.net, 1);
    init(other, 2);
    each_param(layer.net, [](const std::string& name, Param<float>& p) {  // constants differ, too
      Rng rng{3, name_stream(name.c_str()), 0};
      p.set(rand<float>(p.shape(), rng, 0.5, 1.5));
    });
    io::save_weights(layer.net, path);
    io::load_weights(other, path);
    EXPECT_EQ(numbers(other), numbers(layer.net));
    EXPECT_EQ(output_of(layer, other), output_of(layer, layer.net));
  }
}

TEST(EveryLayer, HasGradientsForAllItTrains) {
  for (auto& layer : every_layer()) {
    SCOPED_TRACE(layer.type);
    init(layer.net, 1);
    Pass pass = Pass::training();
    const auto trained = params(layer.net);
    const Var x = layer.type == "Embedding" ? input_of(layer) : leaf(input_of(layer));
    Tensors<float> wrt = trained.tensors;
    if (x.tracked()) wrt.push_back(x);
    for (const Var& g : grad(sum(square(layer.net(x, pass))), wrt)) {
      const auto values = g.to_vector();
      EXPECT_TRUE(std::any_of(values.begin(), values.end(), [](float v) { return v != 0; }));
    }
  }
}

TEST(Dropout, StaysOnWhenAskedTo) {
  const Dropout always{.rate = 0.5, .always = true};
  const Var x = Var::ones({1000});
  Pass a = Pass::inference(Rng{1, 2, 3}), b = Pass::inference(Rng{1, 2, 3}), c = Pass::inference(Rng{1, 2, 4});
  const auto dropped = always(x, a).to_vector();
  const auto zeros = std::count(dropped.begin(), dropped.end(), 0.0f);
  EXPECT_GT(zeros, 400);
  EXPECT_LT(zeros, 600);
  EXPECT_EQ(std::count(dropped.begin(), dropped.end(), 2.0f), 1000 - zeros);
  EXPECT_EQ(always(x, b).to_vector(), dropped) << "a function of the pass's random numbers";
  EXPECT_NE(always(x, c).to_vector(), dropped);
}

TEST(Embedding, IsARowOfItsTableAndRefusesOtherLabels) {
  Embedding layer({.classes = 3, .width = 2});
  Pass pass = Pass::inference();
  EXPECT_THROW(layer(Var::zeros({1}), pass), ValueError) << "no values yet";
  init(layer, 1);
  const auto w = layer.weight.to_vector();
  EXPECT_THAT(layer(Var::from({2, 0}, Shape{2}), pass).to_vector(), ElementsAre(w[4], w[5], w[0], w[1]));
  EXPECT_THROW(layer(Var::from({3}, Shape{1}), pass), ValueError);
  EXPECT_THROW(layer(Var::from({-1}, Shape{1}), pass), ValueError);
  EXPECT_THROW(layer(Var::from({0.5}, Shape{1}), pass), ValueError);
  EXPECT_THROW(layer(Var::zeros({1, 1}), pass), ShapeError);
  EXPECT_THROW(Embedding({.classes = 3}), ValueError);
}

TEST(Embedding, StartsStandardNormal) {
  Embedding layer({.classes = 100, .width = 100});
  init(layer, 1);
  double first = 0, second = 0;
  for (const float v : layer.weight.to_vector()) {
    first += static_cast<double>(v) / 1e4;
    second += static_cast<double>(v) * static_cast<double>(v) / 1e4;
  }
  EXPECT_NEAR(first, 0, 0.04) << "four standard errors";
  EXPECT_NEAR(second, 1, 0.06);
}

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

TEST(Norms, RefuseWhatTheyWereNotMadeFor) {
  Pass pass = Pass::training();
  EXPECT_THROW(LayerNorm({4})(Var::ones({2, 3}), pass), ShapeError);
  EXPECT_THROW(LayerNorm({2, 3})(Var::ones({3}), pass), ShapeError);
  EXPECT_THROW(LayerNorm(Shape{}), ValueError);
  EXPECT_THROW(InstanceNorm(4)(Var::ones({2, 2, 2, 3}), pass), ShapeError);
  EXPECT_THROW(InstanceNorm(3)(Var::ones({2, 1, 1, 3}), pass), ShapeError);
  EXPECT_THROW(PReLU({.channels = 4})(Var::ones({2, 3}), pass), ShapeError);
}

}  // namespace
}  // namespace gan
