// CGAN: the paper's networks, its game on labelled images, its options.
#include "gan/models/cgan.hpp"

#include <gtest/gtest.h>

#include "gan/data/shapes.hpp"
#include "gan/grad/grad.hpp"
#include "gan/io/samples.hpp"
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

TEST(Cgan, OptionsAreThePapersOrAdams) {
  const auto rate = [](models::CganOptions options) {
    Cgan net(options);
    return net.game()["D"].optimizer.learning_rate();
  };
  EXPECT_EQ(rate({}), 0.1);
  EXPECT_EQ(rate({.adam = true}), 2e-4);
  EXPECT_EQ(rate({.learning_rate = 0.5}), 0.5);
  EXPECT_THROW(Cgan({.classes = 0}), ValueError);
}

}  // namespace
}  // namespace gan
