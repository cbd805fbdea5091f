// The adversarial autoencoder: networks, options. Its game is in encoder_game_test.cpp.
#include "gan/models/aae.hpp"

#include <gtest/gtest.h>

#include "gan/nn/summary.hpp"

namespace gan {
namespace {

using models::Aae;
using models::AaeVariant;

TEST(Aae, HasTheNetworksOfTheExamples) {
  Aae mnist;
  EXPECT_EQ(count_parameters(mnist.G).total(), 716560);
  EXPECT_EQ(count_parameters(mnist.E).total(), 767176);
  EXPECT_EQ(count_parameters(mnist.D).total(), 314881);
  Aae cifar({.variant = AaeVariant::cifar10});
  EXPECT_EQ(count_parameters(cifar.G).total(), 7849987);
  EXPECT_EQ(count_parameters(cifar.E).total(), 9939968);
  EXPECT_EQ(count_parameters(cifar.D).total(), 328961);
  EXPECT_EQ(summarize(cifar.G, Shape{2, 256}).layers.back().output, (Shape{2, 32, 32, 3}));
  EXPECT_EQ(summarize(cifar.E.body, Shape{2, 32, 32, 3}).layers.back().output, (Shape{2, 8192}));
  EXPECT_EQ(summarize(cifar.D, Shape{2, 256}).layers.back().output, (Shape{2, 1}));
}

TEST(Aae, MakesImagesOfCodesAndCodesOfImages) {
  Aae net({.latent = 5});
  init(net, 1);
  Pass pass = Pass::inference();
  const Var x = net.G(Var::zeros({2, 5}), pass);
  EXPECT_EQ(x.shape(), (Shape{2, 28, 28, 1}));
  for (const float v : x.to_vector()) EXPECT_TRUE(v > 0 && v < 1);
  EXPECT_EQ(net.E(x, pass).shape(), (Shape{2, 5}));
}

TEST(Aae, OptionsAreTheVariants) {
  EXPECT_EQ(Aae().options.latent, 100);
  EXPECT_EQ(Aae({.variant = AaeVariant::cifar10}).options.latent, 256);
  EXPECT_EQ(Aae({.variant = AaeVariant::cifar10}).needs().x, (Shape{32, 32, 3}));
  EXPECT_EQ(Aae({.learning_rate = 0.5}).game()["G"].optimizer.learning_rate(), 0.5);
  EXPECT_THROW(Aae({.latent = -1}), ValueError);
  EXPECT_THROW(Aae({.penalties = -1}), ValueError);
}

}  // namespace
}  // namespace gan
