// The least squares GAN: networks, labels.
#include "gan/models/lsgan.hpp"

#include <gtest/gtest.h>

#include <map>

#include "gan/data/shapes.hpp"
#include "gan/nn/summary.hpp"
#include "gan/train/trainer.hpp"

namespace gan {
namespace {

using models::Lsgan;

TEST(Lsgan, HasTheNetworksOfDcgan) {
  Lsgan net({.channels = 3, .size = 64});
  EXPECT_EQ(count_parameters(net.G).trainable, 3576704);
  EXPECT_EQ(count_parameters(net.D).trainable, 2765568);
  EXPECT_EQ(summarize(net.G, Shape{2, 100}).layers.back().output, (Shape{2, 64, 64, 3}));
}

TEST(Lsgan, UsesItsLabels) {
  Lsgan net({.latent = 4, .features = 2, .fake_label = -1, .real_label = 1, .wanted_label = 0.5});
  init(net, 1);
  each_param(net.D, [](const std::string&, Param<float>& p) {
    if (p.trainable()) p.set(Var::zeros(p.shape()));
  });
  Game game = net.game();
  Trainer trainer{game, data::shapes({.count = 8, .channels = 1}).batches(8), {.rounds = 1, .seed = 1}};
  trainer.run();
  const std::map<std::string, double> expected{{"loss_D", 0.5 * 1 + 0.5 * 1}, {"loss_G", 0.5 * 0.25}};
  int seen = 0;
  for (const auto& [name, value] : trainer.metrics()) {  // with scores of 0, before and after D's turn
    if (expected.count(name) == 0) continue;
    EXPECT_EQ(value, expected.at(name)) << name;
    ++seen;
  }
  EXPECT_EQ(seen, 2);
}

TEST(Lsgan, RefusesOptionsOutOfRange) {
  EXPECT_THROW(Lsgan({.size = 30}), ValueError);
  EXPECT_THROW(Lsgan({.beta1 = 1}), ValueError);
}

}  // namespace
}  // namespace gan
