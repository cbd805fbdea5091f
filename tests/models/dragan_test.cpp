// DRAGAN: networks, and what the penalty adds to the loss of DCGAN.
#include "gan/models/dragan.hpp"

#include <gtest/gtest.h>

#include "gan/data/shapes.hpp"
#include "gan/train/trainer.hpp"

namespace gan {
namespace {

using models::Dragan;

TEST(Dragan, HasTheNetworksOfDcgan) {
  Dragan net({.channels = 3, .size = 64});
  EXPECT_EQ(count_parameters(net.G).trainable, 3576704);
  EXPECT_EQ(count_parameters(net.D).trainable, 2765568);
}

/// D's loss in the first round.
double loss(models::DraganOptions options) {
  options.latent = 4;
  options.features = 2;
  Dragan net(options);
  init(net, 1);
  Game game = net.game();
  Trainer trainer{game, data::shapes({.count = 8, .channels = 1}).batches(8), {.rounds = 1, .seed = 1}};
  trainer.run();
  for (const auto& [name, value] : trainer.metrics())
    if (name == "loss_D") return value;
  return 0;
}

TEST(Dragan, AddsThePenaltyToTheLoss) {
  const double plain = loss({.lambda = 0}), once = loss({.lambda = 10}), twice = loss({.lambda = 20});
  EXPECT_GT(once, plain + 0.1) << "the gradient of a new D is small: nearly lambda times 1";
  EXPECT_LT(once, plain + 10.1);
  EXPECT_NEAR(twice - plain, 2 * (once - plain), 1e-4);
  EXPECT_NE(loss({.spread = 5}), once);
}

TEST(Dragan, RefusesOptionsOutOfRange) {
  EXPECT_THROW(Dragan({.size = 30}), ValueError);
  EXPECT_THROW(Dragan({.lambda = -1}), ValueError);
}

}  // namespace
}  // namespace gan
