// BiGAN: networks, options. Its game is in encoder_game_test.cpp.
#include "gan/models/bigan.hpp"

#include <gtest/gtest.h>

namespace gan {
namespace {

using models::Bigan;
using models::BiganVariant;

void check_networks(models::BiganOptions options, i64 g, i64 e, i64 d, i64 features) {
  Bigan net(options);
  const i64 latent = net.options.latent;
  EXPECT_EQ(count_parameters(net.G).trainable, g);
  EXPECT_EQ(count_parameters(net.E).trainable, e);
  EXPECT_EQ(count_parameters(net.D).trainable, d);
  init(net, 1);
  Pass pass = Pass::inference();
  const Var z = Var::zeros({2, latent}), x = net.G(z, pass);
  EXPECT_EQ(x.shape(), (Shape{2, 28, 28, 1}));
  for (const float v : x.to_vector()) EXPECT_TRUE(v > 0 && v < 1);
  EXPECT_EQ(net.E(x, pass).shape(), (Shape{2, latent}));
  EXPECT_EQ(net.D(z, x, pass).shape(), (Shape{2, 1}));
  EXPECT_EQ(net.abilities()[2].run({{"x", x}}, pass)["features"].shape(), (Shape{2, features}));
}

TEST(Bigan, HasTheNetworksOfTheAuthors) {
  const i64 norm = 2 * 1024;  // which the authors' program has without gains and biases
  check_networks({}, 50 * 1024 + 1074 * 1024 + 1024 * 784 + 2 * norm, 784 * 1024 + 1024 * 1024 + 1024 * 50 + norm,
                 784 * 1024 + 1074 * 1024 + 1024 + norm, 1024);
  check_networks({}, 1957888, 1904640, 1905664, 1024);  // as the documentation says
}

TEST(Bigan, HasTheNetworksOfKerasAdversarial) {
  check_networks({.variant = BiganVariant::keras_adversarial}, 1467152, 1476402, 10065921, 256);
}

TEST(Bigan, RefusesOptionsOutOfRange) {
  EXPECT_THROW(Bigan({.latent = -1}), ValueError);
  EXPECT_THROW(Bigan({.dropout = 1}), ValueError);
  EXPECT_THROW(Bigan({.penalty = -1}), ValueError);
}

}  // namespace
}  // namespace gan
