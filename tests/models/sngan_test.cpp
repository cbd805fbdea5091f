// SNGAN: the paper's networks, its game, its options.
#include "gan/models/sngan.hpp"

#include <gtest/gtest.h>

#include "gan/data/shapes.hpp"
#include "gan/train/trainer.hpp"

namespace gan {
namespace {

using models::Sngan;

TEST(Sngan, HasThePapersNetworks) {
  Sngan net;
  EXPECT_EQ(count_parameters(net.G).trainable, 4276739);
  EXPECT_EQ(count_parameters(net.D).trainable, 1053825);
  init(net, 1);
  Pass pass = Pass::inference();
  const Var x = net.G(Var::zeros({2, 128}), pass);
  EXPECT_EQ(x.shape(), (Shape{2, 32, 32, 3}));
  EXPECT_EQ(net.D(x, pass).shape(), (Shape{2, 1}));
}

TEST(Sngan, GeneratesTwoFakesForEachImageOfTheDiscriminator) {
  Sngan net({.features = 4, .decay = 2, .discriminator_steps = 3});
  init(net, 1);
  Game game = net.game();
  std::vector<i64> scored;
  game["G"].terms.push_back([&scored](const Batch& batch, Round& round, Pass&) {
    scored.push_back(batch.size());
    EXPECT_FALSE(round.has("fake"));
    return Var::zeros(Shape{});
  });
  EXPECT_EQ(game.batches_in(0), 3);
  Trainer trainer{game, data::shapes({.count = 40}).resize(32).batches(4), {.rounds = 2, .seed = 1}};
  const auto before = params(net.D).tensors[0].to_vector();
  trainer.run();
  EXPECT_NE(params(net.D).tensors[0].to_vector(), before);
  EXPECT_EQ(scored.size(), 2u);
  EXPECT_EQ(game["D"].optimizer.updates(), 6u);
  EXPECT_EQ(game["D"].optimizer.learning_rate(), 0) << "both players' rates are 0 after the same round";
  EXPECT_EQ(game["G"].optimizer.learning_rate(), 0);
}

TEST(Sngan, OptionsAreChecked) {
  EXPECT_THROW(Sngan({.features = 0}), ValueError);
  EXPECT_THROW(Sngan({.decay = -1}), ValueError);
  EXPECT_EQ(Sngan({.decay = 0}).game()["G"].optimizer.spec().learning_rate_at(1000000), 2e-4);
}

}  // namespace
}  // namespace gan
