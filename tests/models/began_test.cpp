// The boundary equilibrium GAN: networks, its equilibrium.
#include "gan/models/began.hpp"

#include <gtest/gtest.h>

#include <map>

#include "gan/data/shapes.hpp"
#include "gan/nn/summary.hpp"
#include "gan/train/trainer.hpp"

namespace gan {
namespace {

using models::Began;

constexpr i64 of_conv(i64 in, i64 out) { return 9 * in * out + out; }

TEST(Began, HasThePapersNetworks) {
  constexpr i64 n = 64, z = 64;
  Began net;
  const i64 decoder = z * 64 * n + 64 * n + 6 * of_conv(n, n) + of_conv(n, 3);
  const i64 encoder = of_conv(3, n) + 3 * of_conv(n, n) + of_conv(n, 2 * n) + 2 * of_conv(2 * n, 2 * n) +
                      of_conv(2 * n, 3 * n) + of_conv(3 * n, 3 * n) + 64 * 3 * n * z + z;
  EXPECT_EQ(count_parameters(net.G).total(), decoder);
  EXPECT_EQ(count_parameters(net.D).total(), encoder + decoder);
  EXPECT_EQ(summarize(net.G, Shape{2, 64}).layers.back().output, (Shape{2, 32, 32, 3}));
  Began larger({.size = 64});
  EXPECT_EQ(count_parameters(larger.G).total(), decoder + 2 * of_conv(n, n));
  init(larger, 1);
  Pass pass = Pass::inference();
  const Scores scores = larger.D(Var::zeros({2, 64, 64, 3}), pass);
  EXPECT_EQ(scores.logits.shape(), (Shape{2, 1}));
  EXPECT_EQ(scores.features.shape(), (Shape{2, 64}));
}

TEST(Began, TheEnergyIsTheMeanAbsoluteError) {
  Began net({.channels = 1, .latent = 4, .features = 2});
  each_param(net, [](const std::string&, Param<float>& p) { p.set(Var::zeros(p.shape())); });
  Pass pass = Pass::inference();
  EXPECT_NEAR(net.D(Var::full({1, 32, 32, 1}, -0.25f), pass).logits.item(), 0.25, 1e-6) << "it draws zeros";
}

TEST(Began, MovesKTowardsTheEquilibrium) {
  Began net({.channels = 1, .latent = 4, .features = 2, .gamma = 1, .rate = 0.1});
  init(net, 1);
  Game game = net.game();
  const auto k = [&game] {
    std::map<std::string, std::vector<float>> found;
    each_param(game, [&](const std::string& name, Param<float>& p) { found[name] = p.to_vector(); });
    return found.at("objective.k").at(0);
  };
  EXPECT_EQ(k(), 0);
  Trainer trainer{game, data::shapes({.count = 8, .size = 32, .channels = 1}).batches(4), {.rounds = 3, .seed = 1}};
  trainer.run();
  EXPECT_GT(k(), 0) << "an untrained D reconstructs neither, and the images are further from 0 than the fakes";
}

TEST(Began, HalvesItsLearningRate) {
  Began net({.channels = 1, .latent = 4, .features = 2, .decay_every = 2});
  Game game = net.game();
  EXPECT_EQ(game["G"].optimizer.spec().learning_rate_at(1), 1e-4);
  EXPECT_EQ(game["G"].optimizer.spec().learning_rate_at(2), 5e-5);
  EXPECT_EQ(game["D"].optimizer.spec().learning_rate_at(4), 2.5e-5);
}

TEST(Began, RefusesOptionsOutOfRange) {
  EXPECT_THROW(Began({.size = 28}), ValueError);
  EXPECT_THROW(Began({.size = 48}), ValueError);
  EXPECT_THROW(Began({.gamma = 1.5}), ValueError);
}

}  // namespace
}  // namespace gan
