// R3GAN: the paper's networks, how they begin, its game, its options.
#include "gan/models/r3gan.hpp"

#include <gtest/gtest.h>

#include "gan/data/shapes.hpp"
#include "gan/io/samples.hpp"
#include "gan/train/trainer.hpp"

namespace gan {
namespace {

using models::R3gan;
using models::R3ganPreset;

TEST(R3gan, HasThePapersNetworks) {
  const struct {
    R3ganPreset preset;
    i64 size, g, d;
  } all[] = {{R3ganPreset::small, 32, 267552, 261504},
             {R3ganPreset::cifar10, 32, 20732160, 20683776},
             {R3ganPreset::ffhq64, 64, 22429824, 22381440},
             {R3ganPreset::ffhq256, 256, 23057952, 23009568}};
  for (const auto& expected : all) {
    R3gan net({.preset = expected.preset});
    EXPECT_EQ(count_parameters(net.G).total(), expected.g);
    EXPECT_EQ(count_parameters(net.D).total(), expected.d);
    EXPECT_EQ(net.needs().x, (Shape{expected.size, expected.size, 3}));
  }
}

TEST(R3gan, BlocksBeginAsTheIdentity) {
  models::BasicR3gan<double> net({.width = 16});
  init(net, 3);
  Pass pass = Pass::inference();
  // With blocks that change nothing, G is linear in z.
  const auto a = randn<double>({2, 64}, pass.rng), b = randn<double>({2, 64}, pass.rng);
  const auto sum = net.G(a + b, pass).to_vector(), x = net.G(a, pass).to_vector(), y = net.G(b, pass).to_vector();
  double scale = 0;
  for (const double v : sum) scale = std::max(scale, std::abs(v));
  for (std::size_t i = 0; i < sum.size(); ++i) EXPECT_NEAR(sum[i], x[i] + y[i], 1e-12 * scale);
  EXPECT_GT(scale, 0.1);
}

TEST(R3gan, ImagesAndLogitsHaveTheirShapes) {
  for (const R3ganPreset preset : {R3ganPreset::small, R3ganPreset::ffhq64}) {
    R3gan net({.preset = preset, .channels = 1, .width = 16});
    init(net, 1);
    Pass pass = Pass::inference();
    const Var x = net.G(Var::zeros({2, 64}), pass);
    EXPECT_EQ(x.shape(), net.needs().x.prepend(2));
    EXPECT_EQ(net.D(x, pass).shape(), (Shape{2, 1}));
  }
}

TEST(R3gan, Trains) {
  for (const auto loss : {models::R3ganLoss::relativistic, models::R3ganLoss::non_saturating}) {
    R3gan net({.width = 8, .loss = loss, .augment = 0.5, .horizon = 2});
    init(net, 1);
    Game game = net.game();
    EXPECT_EQ(game.batches_in(0), 2) << "each player's turn has its own images";
    Trainer trainer{game, data::shapes({.count = 40}).resize(32).batches(4), {.rounds = 3, .seed = 1}};
    const auto before = params(net.G).tensors[0].to_vector();
    trainer.run();
    EXPECT_NE(params(net.G).tensors[0].to_vector(), before);
    EXPECT_EQ(game.first_not_finite(), "");
    EXPECT_DOUBLE_EQ(game["D"].optimizer.learning_rate(), 5e-5);
    EXPECT_DOUBLE_EQ(game["G"].optimizer.spec().beta2_at(100), 0.99);
  }
}

TEST(R3gan, OptionsAreChecked) {
  EXPECT_THROW(R3gan({.width = 12}), ValueError);
  EXPECT_THROW(R3gan({.preset = R3ganPreset::ffhq256, .width = 32}), ValueError);
  EXPECT_THROW(R3gan({.r1 = -1}), ValueError);
  EXPECT_THROW(R3gan({.augment = 2}), ValueError);
}

}  // namespace
}  // namespace gan
