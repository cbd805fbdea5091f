// CGAN: the paper's networks, its game with labels, tags and images as the condition, its options.
#include "gan/models/cgan.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "gan/data/captioned.hpp"
#include "gan/data/shapes.hpp"
#include "gan/grad/grad.hpp"
#include "gan/io/samples.hpp"
#include "gan/metrics/labels.hpp"
#include "gan/train/trainer.hpp"

namespace gan {
namespace {

using models::Cgan;

TEST(Cgan, HasThePapersNetworks) {
  Cgan net;
  EXPECT_EQ(count_parameters(net.G).trainable, 2413984);
  EXPECT_EQ(count_parameters(net.D).trainable, 1224351);
  init(net, 1);
  Pass pass = Pass::inference();
  const Var classes = one_hot<float>({3, 7}, 10);
  const Var x = net.G(Var::zeros({2, 100}), classes, pass);
  EXPECT_EQ(x.shape(), (Shape{2, 28, 28, 1}));
  EXPECT_EQ(net.D(x, classes, pass).shape(), (Shape{2, 1}));
  for (const float v : x.to_vector()) EXPECT_TRUE(v > 0 && v < 1);
  EXPECT_NE(rows(x, 0, 1).to_vector(), rows(x, 1, 2).to_vector()) << "the class matters";
}

TEST(Cgan, TrainsOnLabelledImages) {
  Cgan net({.classes = 5, .adam = true});
  init(net, 1);
  Game game = net.game();
  const data::Images images = data::shapes({.count = 40, .channels = 1}).scale(0, 1);
  Trainer trainer{game, images.batches(10), {.rounds = 3, .seed = 1}};
  const auto before = params(net.G).tensors[0].to_vector();
  trainer.run();
  EXPECT_NE(params(net.G).tensors[0].to_vector(), before);
  EXPECT_EQ(game.first_not_finite(), "");
  EXPECT_EQ(io::sample(net.G, 5, net.input()).shape(), (Shape{5, 28, 28, 1}));
}

/// Eight black and eight white images, whose captions say so.
data::Captioned dark_and_light() {
  std::vector<float> pixels;
  std::vector<data::Captioned::Captions> captions;
  for (int i = 0; i < 16; ++i) {
    pixels.insert(pixels.end(), 784, static_cast<float>(i % 2));
    captions.push_back({i % 2 == 0 ? "a dark image" : "a light image"});
  }
  return {data::Images::from_tensor(Var::from(pixels, {16, 28, 28, 1}), 0, 1).scale(0, 1),
          captions,
          {.vocabulary = Vocabulary("dark light"), .length = 3}};
}

/// A CGAN with this condition.
Cgan of_brightness(models::CganCondition condition) {
  Cgan net({.condition = condition, .vocabulary = "dark light", .words = 3, .adam = true});
  init(net, 1);
  return net;
}

void learn(Cgan& net, i64 rounds) {
  Game game = net.game();
  Trainer trainer{game, data::Loader(dark_and_light(), {.batch_size = 16}), {.rounds = rounds, .seed = 1}};
  trainer.run();
  EXPECT_EQ(game.first_not_finite(), "");
}

/// What it makes for all of these images.
Parts made_by(Cgan& net, const char* ability) {
  std::vector<i64> all(16);
  std::iota(all.begin(), all.end(), i64{0});
  const Ability can = net.abilities().at(0);
  EXPECT_EQ(can.name, ability);
  const NoGrad constant;
  Pass pass = Pass::inference();
  Rng rng{3, 4, 0};
  return can.run(input_for<float>(can.input, dark_and_light().batch(all), rng), pass);
}

TEST(Cgan, TagsAreTheWordsThatTheVocabularyHas) {
  const models::CganVectors vectors({.condition = models::CganCondition::tags, .vocabulary = "red blue star"});
  const Vocabulary words("red blue star");
  std::vector<float> text;
  for (const char* caption : {"a star, a red star", "nothing"})
    for (const i64 number : words.numbers(caption, 5)) text.push_back(static_cast<float>(number));
  EXPECT_EQ(vectors.tags_of(Parts{{"text", Var::from(text, {2, 5})}}).to_vector(),
            (std::vector<float>{1, 0, 1, 0, 0, 0}));
}

TEST(Cgan, DrawsFromTags) {
  Cgan net = of_brightness(models::CganCondition::tags);
  const std::vector<float> of_g = net.G.of_class.weight.to_vector(), of_d = net.D.of_class.weight.to_vector();
  EXPECT_EQ(of_g.size(), 2000u) << "two tags for a thousand units";
  learn(net, 3);
  EXPECT_NE(net.G.of_class.weight.to_vector(), of_g);
  EXPECT_NE(net.D.of_class.weight.to_vector(), of_d);
  const Var x = made_by(net, "sample")["x"];
  EXPECT_EQ(x.shape(), (Shape{16, 28, 28, 1}));
  const std::vector<i64> first{0, 1};
  const Parts same_z{{"z", Var::zeros({2, 100})}, {"text", dark_and_light().batch(first)["text"]}};
  Pass pass = Pass::inference();
  const NoGrad constant;
  const Var two = net.G(same_z, pass);
  EXPECT_NE(rows(two, 0, 1).to_vector(), rows(two, 1, 2).to_vector());
}

TEST(Cgan, TellsTheTagsOfAnImage) {
  Cgan net = of_brightness(models::CganCondition::image);
  EXPECT_EQ(net.G.of_class.weight.shape(1), 784);
  learn(net, 300);
  std::vector<float> wanted;
  for (int i = 0; i < 16; ++i) wanted.insert(wanted.end(), {i % 2 == 0 ? 1.0f : 0.0f, i % 2 == 0 ? 0.0f : 1.0f});
  EXPECT_EQ(metrics::tag_f1(made_by(net, "predict")["tags"], Var::from(wanted, {16, 2})), 1);
}

TEST(Cgan, TagsAreJudgedWithNoise) {
  const auto loss = [](double noise, bool makes_tags) {
    const auto condition = makes_tags ? models::CganCondition::image : models::CganCondition::tags;
    Cgan net({.condition = condition, .vocabulary = "dark light", .words = 3, .noise = noise});
    init(net, 1);
    Game game = net.game();
    std::vector<i64> all(16);
    std::iota(all.begin(), all.end(), i64{0});
    Round round;
    Pass pass = Pass::training(Rng{5});
    pass.dropout = false;
    return game["D"].loss(Batch(dark_and_light().batch(all)), round, pass).item();
  };
  EXPECT_NE(loss(0.3, true), loss(0, true));
  EXPECT_EQ(loss(0.3, false), loss(0, false)) << "images are judged as they are";
}

TEST(Cgan, OptionsAreThePapersOrAdams) {
  const auto rate = [](models::CganOptions options) {
    Cgan net(options);
    return net.game()["D"].optimizer.learning_rate();
  };
  EXPECT_EQ(rate({}), 0.1);
  EXPECT_EQ(rate({.adam = true}), 2e-4);
  EXPECT_EQ(rate({.learning_rate = 0.5}), 0.5);
  EXPECT_THROW(Cgan({.classes = 0}), ValueError);
  EXPECT_THROW(Cgan({.noise = -1}), ValueError);
}

}  // namespace
}  // namespace gan
