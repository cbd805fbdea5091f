// The Wasserstein GAN: networks, the schedule of the critic's turns, clipping, the estimate.
#include "gan/models/wgan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "gan/data/shapes.hpp"
#include "gan/nn/summary.hpp"
#include "gan/train/trainer.hpp"

namespace gan {
namespace {

using models::Wgan;
using models::WganGenerator;

TEST(Wgan, HasTheNetworksOfDcgan) {
  Wgan authors({.channels = 3, .size = 64});
  EXPECT_EQ(count_parameters(authors.G).trainable, 3576704);
  EXPECT_EQ(count_parameters(authors.D).trainable, 2765568);
  Wgan small;
  EXPECT_EQ(summarize(small.G, Shape{2, 100}).layers.back().output, (Shape{2, 28, 28, 1}));
  EXPECT_EQ(summarize(small.D, Shape{2, 28, 28, 1}).layers.back().output, (Shape{2, 1}));
}

TEST(Wgan, HasAnMlpForAGenerator) {
  Wgan net({.channels = 3, .size = 32, .generator = WganGenerator::mlp});
  EXPECT_EQ(count_parameters(net.G).total(), 100 * 512 + 512 + 3 * (512 * 512 + 512) + 512 * 3072 + 3072);
  EXPECT_EQ(summarize(net.G, Shape{2, 100}).layers.back().output, (Shape{2, 32, 32, 3}));
}

TEST(Wgan, TheCriticHasManyTurnsAtFirstAndNowAndThen) {
  const Schedule turns = Wgan().critic_steps();
  for (const u64 round : {0, 1, 24, 500, 1000, 123500}) EXPECT_EQ(turns(round), 100) << round;
  for (const u64 round : {25, 26, 499, 501, 999}) EXPECT_EQ(turns(round), 5) << round;
  EXPECT_EQ(turns.text(), "100 in the first 25 rounds and every 500th, else 5");
  const Schedule never = Wgan({.critic_steps = 2, .first_rounds = 0, .many_every = 0}).critic_steps();
  EXPECT_TRUE(never.is_constant());
  EXPECT_EQ(never(0), 2);
}

/// The largest size of the critic's parameters.
double largest(Wgan& net) {
  double most = 0;
  for (const Var& w : params(net.D).tensors)
    for (const float v : w.to_vector()) most = std::max(most, std::abs(double{v}));
  return most;
}

TEST(Wgan, ClipsTheCriticBeforeItsTurnsAndReportsTheEstimate) {
  Wgan net({.latent = 4, .features = 2, .critic_steps = 2, .many_critic_steps = 3, .first_rounds = 1});
  init(net, 1);
  EXPECT_GT(largest(net), 0.9) << "the gains of the batch norm";
  Game game = net.game();
  EXPECT_EQ(game.batches_in(0), 3);
  EXPECT_EQ(game.batches_in(1), 2);
  Trainer trainer{game, data::shapes({.count = 40, .channels = 1}).batches(8), {.rounds = 2, .seed = 1}};
  trainer.run();
  EXPECT_EQ(game["D"].optimizer.updates(), 5u);
  EXPECT_GT(largest(net), 0.01) << "the last update comes after the last clip";
  EXPECT_LT(largest(net), 0.011) << "by less than ten learning rates";
  std::map<std::string, double> metrics;
  for (const auto& [name, value] : trainer.metrics()) metrics[name] = value;
  EXPECT_EQ(metrics.at("wasserstein"), -metrics.at("loss_D"));
  EXPECT_NE(metrics.at("wasserstein"), 0);
}

TEST(Wgan, RefusesOptionsOutOfRange) {
  EXPECT_THROW(Wgan({.size = 30}), ValueError);
  EXPECT_THROW(Wgan({.critic_steps = 0}), ValueError);
  EXPECT_THROW(Wgan({.clip = 0}), ValueError);
}

}  // namespace
}  // namespace gan
