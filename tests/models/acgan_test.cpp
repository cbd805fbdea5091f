// AC-GAN: the networks of Keras's program, whose classes are learnt from real images, its game, its options.
#include "gan/models/acgan.hpp"

#include <gtest/gtest.h>

#include "gan/data/shapes.hpp"
#include "gan/grad/grad.hpp"
#include "gan/io/samples.hpp"
#include "gan/train/trainer.hpp"
#include "support/round_reference.hpp"

namespace gan {
namespace {

using models::Acgan;

/// Small networks for five classes.
Acgan small(models::AcganOptions o = {}) {
  o.classes = 5;
  o.latent = 4;
  o.features = o.discriminator_features = 2;
  Acgan net(o);
  init(net, 1);
  return net;
}

Batch some_batch() {
  const std::vector<i64> first{0, 1, 2, 3};
  return data::shapes({.count = 40, .channels = 1}).batch(first);
}

TEST(Acgan, HasTheNetworksOfKerasProgram) {
  Acgan net;
  EXPECT_EQ(count_parameters(net.G).trainable, 2656745);
  EXPECT_EQ(count_parameters(net.D).trainable, 525835);
  init(net, 1);
  Pass pass = Pass::inference();
  const Parts input{{"z", Var::ones({2, 100})}, {"labels", Var::from({3, 7}, {2})}};
  const Var x = net.G(input, pass);
  EXPECT_EQ(x.shape(), (Shape{2, 28, 28, 1}));
  for (const float v : x.to_vector()) EXPECT_TRUE(v > -1 && v < 1);
  EXPECT_NE(rows(x, 0, 1).to_vector(), rows(x, 1, 2).to_vector()) << "the class matters";
  const Scores scores = net.D(x, input, pass);
  EXPECT_EQ(scores.logits.shape(), (Shape{2, 1}));
  EXPECT_EQ(scores.features.shape(), (Shape{2, 10}));
  EXPECT_EQ(scores.labels.to_vector(), input["labels"].to_vector());
}

TEST(Acgan, MayNormalizeTheGenerator) {
  Acgan net({.batch_norm = true});
  EXPECT_EQ(count_parameters(net.G).trainable, 2656745 + 2 * (3456 + 192 + 96));
  EXPECT_EQ(count_parameters(net.G).non_trainable, 2 * (3456 + 192 + 96));
  Acgan narrow = small({.batch_norm = true});
  EXPECT_EQ(io::sample(narrow.G, 5, narrow.input()).shape(), (Shape{5, 28, 28, 1}));
}

TEST(Acgan, ClassifiesImages) {
  Acgan net = small();
  const Abilities all = net.abilities();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].name, "classify");
  const Parts parts{{"x", Var::ones({3, 28, 28, 1})}};
  Pass pass = Pass::inference(), again = Pass::inference();
  const NoGrad constant;
  EXPECT_EQ(all[1].run(parts, pass)["logits"].to_vector(), net.D.classify(parts["x"], again).to_vector());
}

/// Whether D's head for classes has a gradient from fakes alone, which `on_real` = 0 leaves.
bool learns_from_fakes(double on_fake) {
  Acgan net = small({.on_real = 0, .on_fake = on_fake});
  Game game = net.game();
  Round round;
  const auto before = net.D.classes.weight.to_vector();
  game.play(
      round, [](int) { return some_batch(); }, 1);
  return net.D.classes.weight.to_vector() != before;
}

TEST(Acgan, LearnsClassesFromFakesOnlyIfTold) {
  EXPECT_FALSE(learns_from_fakes(Acgan::Options{}.on_fake));
  EXPECT_TRUE(learns_from_fakes(1));
}

TEST(Acgan, TheGeneratorHasTwoNewFakesForEachImage) {
  Acgan net = small();
  Game game = net.game();
  i64 asked = 0;
  game["G"].terms.push_back([&asked](const Batch&, Round& round, Pass&) {
    EXPECT_FALSE(round.has("fake"));
    ++asked;
    return Var::zeros(Shape{});
  });
  Round round;
  game.play(
      round, [](int) { return some_batch(); }, 1);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(game.first_not_finite(), "");
}

TEST(Acgan, OptionsAreChecked) {
  EXPECT_THROW(Acgan({.classes = 0}), ValueError);
  EXPECT_THROW(Acgan({.smoothing = 0.6}), ValueError);
  EXPECT_THROW(Acgan({.on_fake = -1}), ValueError);
  Acgan net = small();
  EXPECT_EQ(io::sample(net.G, 5, net.input()).shape(), (Shape{5, 28, 28, 1}));
}

template <class T>
auto narrow(models::AcganOptions o) {
  o.classes = 3;
  o.latent = 5;
  o.features = o.discriminator_features = 1;
  return models::BasicAcgan<T>(o);
}

TEST(AcganReference, ARound) {
  reference::expect_round_as_pytorch("acgan", narrow<double>({}), reference::in_double);
  reference::expect_round_as_pytorch("acgan", narrow<float>({}), reference::in_float);
}

TEST(AcganReference, ARoundOfThePapersLosses) {
  reference::expect_round_as_pytorch("acgan_paper", narrow<double>({.on_real = 1, .on_fake = 1}), reference::in_double);
}

}  // namespace
}  // namespace gan
