// WGAN-GP: the networks of the authors' program, its game, its options.
#include "gan/models/wgan_gp.hpp"

#include <gtest/gtest.h>

#include "gan/data/mixtures.hpp"
#include "gan/train/trainer.hpp"

namespace gan {
namespace {

using models::WganGp;
using models::WganGpVariant;

TEST(WganGp, HasTheAuthorsNetworks) {
  const struct {
    WganGpVariant variant;
    i64 g, d;
  } all[] = {{WganGpVariant::mnist, 1554177, 1030145},
             {WganGpVariant::dcgan, 5179907, 4114689},
             {WganGpVariant::resnet, 1204483, 1053825},
             {WganGpVariant::toy, 527874, 527361}};
  for (const auto& expected : all) {
    WganGp net({.variant = expected.variant});
    EXPECT_EQ(count_parameters(net.G).trainable, expected.g);
    EXPECT_EQ(count_parameters(net.D).trainable, expected.d);
    init(net, 1);
    Pass pass = Pass::inference();
    const Var x = net.G(Var::zeros({2, net.input().latent.size}), pass);
    EXPECT_EQ(x.shape(), net.needs().x.prepend(2));
    EXPECT_EQ(net.D(x, pass).shape(), (Shape{2, 1}));
  }
}

TEST(WganGp, TrainsOnPoints) {
  WganGp net({.variant = WganGpVariant::toy});
  init(net, 1);
  Game game = net.game();
  EXPECT_EQ(game.batches_in(0), 5);
  Trainer trainer{game, data::ring({.count = 100}).batches(8), {.rounds = 2, .seed = 1}};
  const auto before = params(net.G).tensors[0].to_vector();
  trainer.run();
  EXPECT_NE(params(net.G).tensors[0].to_vector(), before);
  EXPECT_EQ(game.first_not_finite(), "");
}

TEST(WganGp, OptionsAreTheAuthors) {
  WganGp net, residual({.variant = WganGpVariant::resnet, .decay = 10}), points({.variant = WganGpVariant::toy});
  EXPECT_EQ(net.options.lambda, 10);
  EXPECT_EQ(points.options.lambda, 0.1);
  EXPECT_EQ(net.game()["D"].optimizer.learning_rate(), 1e-4);
  EXPECT_EQ(residual.game()["D"].optimizer.spec().learning_rate_at(25), 1e-4);
  EXPECT_EQ(residual.game()["G"].optimizer.spec().learning_rate_at(5), 1e-4);
  EXPECT_THROW(WganGp({.lambda = -1}), ValueError);
  EXPECT_THROW(WganGp({.discriminator_steps = 0}), ValueError);
}

}  // namespace
}  // namespace gan
