// What holds for every layer: it can be copied, moved, saved, loaded, summarised and initialised again to the same
// bits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "gan/gan.hpp"
#include "support/files.hpp"
#include "support/layer_cases.hpp"

namespace gan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Class numbers for an embedding, normal values for the others.
Var input_of(const LayerCase& layer) {
  if (layer.type == "Embedding") return Var::from({3, 0, 9}, Shape{3});
  Rng rng{1, 2, 3};
  return randn<float>(layer.input, rng);
}

std::vector<float> output_of(const LayerCase& layer, const Sequential& net) {
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
  const std::string path = test::temporary("layer.safetensors");
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
  std::filesystem::remove(path);
}

TEST(EveryLayer, HasGradientsForAllItTrains) {
  for (auto& layer : every_layer()) {
    SCOPED_TRACE(layer.type);
    init(layer.net, 1);
    Pass pass = Pass::training();
    const auto trained = params(layer.net);
    for (Var p : trained.tensors) {  // away from 0, where some layers start and where nothing passes behind them
      Rng rng{2, name_stream(p.name().c_str()), 0};
      p.copy_from(detach(p) + rand<float>(p.shape(), rng, 0.1, 0.3));
    }
    const Var x = layer.type == "Embedding" ? input_of(layer) : leaf(input_of(layer));
    Tensors<float> wrt = trained.tensors;
    if (x.tracked()) wrt.push_back(x);
    for (const Var& g : grad(sum(square(layer.net(x, pass))), wrt)) {
      const auto values = g.to_vector();
      EXPECT_TRUE(std::any_of(values.begin(), values.end(), [](float v) { return v != 0; }));
    }
  }
}

/// The types that the library's layers give to summaries: traced("Dense", …).
std::set<std::string> traced_types() {
  std::set<std::string> types;
  const std::regex call("traced(?:<T>)?\\(\"(\\w+)\"");
  for (const char* folder : {"/../include/gan/nn", "/../src/nn"})
    for (const auto& file : std::filesystem::directory_iterator(std::string(GAN_TESTS_DIR) + folder)) {
      std::ifstream in(file.path());
      const std::string text((std::istreambuf_iterator<char>(in)), {});
      for (std::sregex_iterator match(text.begin(), text.end(), call), end; match != end; ++match)
        types.insert((*match)[1]);
    }
  types.erase("MyLayer");  // in a comment
  return types;
}

TEST(EveryLayer, HasACase) {
  std::set<std::string> types;
  for (const auto& layer : every_layer()) types.insert(layer.type);
  EXPECT_EQ(types, traced_types());
  EXPECT_GE(types.size(), 29u);
}

}  // namespace
}  // namespace gan
