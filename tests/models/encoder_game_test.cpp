// The games of GANs with encoders, in double, against the same steps written out.
#include <gtest/gtest.h>

#include <cmath>

#include "gan/grad/grad.hpp"
#include "gan/models/aae.hpp"
#include "gan/models/bigan.hpp"
#include "gan/objectives/weight_penalty.hpp"
#include "gan/ops/elementwise.hpp"

namespace gan {
namespace {

using models::AaeVariant;
using models::BiganVariant;
using Aae = models::BasicAae<double>;
using Bigan = models::BasicBigan<double>;
using X = Tensor<double>;

/// Four images (4, size, size, channels) in [0, 1], others in every round.
Tensor<double> images(u64 round, i64 size = 28, i64 channels = 1) {
  std::vector<double> values;
  for (i64 i = 0; i < 4 * size * size * channels; ++i)
    values.push_back(0.5 + 0.5 * std::sin(0.37 * static_cast<double>(i) + static_cast<double>(round)));
  return Tensor<double>::from(values, {4, size, size, channels});
}

BasicRound<double> play_round(BasicGame<double>& game, u64 number, i64 size = 28, i64 channels = 1) {
  BasicRound<double> round;
  round.number = number;
  game.play(
      round,
      [&](int) {
        return BasicBatch<double>({{"x", images(number, size, channels)}});
      },
      9);
  return round;
}

/// Keras's Adam, with a decay of 1e-4.
OptimizerSpec keras_adam(double rate) {
  return OptimizerSpec(Adam{.learning_rate = rate, .beta1 = 0.9, .beta2 = 0.999}).learning_rate(Schedule([](u64 n) {
    return 1 / (1 + 1e-4 * static_cast<double>(n));
  }));
}

/// The updates of generator and encoder, by one optimizer, and of the discriminator, by another, from the same point.
template <class Net>
class EncoderSteps {
 public:
  EncoderSteps(Net& net, const OptimizerSpec& of_g, const OptimizerSpec& of_d)
      : of_g_(params(net.G, net.E)), of_d_(params(net.D)), g_(of_g), d_(of_d) {}
  /// `losses` gives both losses; its argument is the position of the random numbers in the turn of the player "G".
  template <class Losses>
  void run(Losses losses, u64 round) {
    const auto [of_g, of_d] = losses(Rng{9, name_stream("player G"), round * 256 * draws_of_turn});
    const Tensors<double> grads_g = grad(of_g, of_g_.tensors), grads_d = grad(of_d, of_d_.tensors);
    g_.step(of_g_, grads_g);
    d_.step(of_d_, grads_d);
  }

 private:
  Parameters<double> of_g_, of_d_;
  Optimizer<double> g_, d_;
};

/// All parameters and buffers agree.
template <class Net>
void expect_equal(Net& a, Net& b, double tolerance = 1e-9) {
  std::vector<std::vector<double>> of_b;
  each_param(b, [&](const std::string&, Param<double>& p) { of_b.push_back(p.to_vector()); });
  std::size_t k = 0;
  each_param(a, [&](const std::string& name, Param<double>& p) {
    const std::vector<double> x = p.to_vector(), &y = of_b.at(k++);
    double worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(x[i] - y[i]));
    EXPECT_LE(worst, tolerance) << name;
  });
}

/// -log of the probability that a pair is real.
X real(const X& logits) { return mean(log(1 + exp(-logits))); }
X fake(const X& logits) { return mean(log(1 + exp(logits))); }

/// What is random in G's turn, and the scores of both turns.
struct Turns {
  X made_to_g, given_to_g, made_to_d, given_to_d;
};
Turns turns(Bigan& net, u64 round, Rng rng) {
  Pass pass = Pass::training(rng);
  pass.dropout = false;
  const X x = images(round), z = draw_latent<double>(4, net.input().latent, pass.rng);
  const X made = net.G(z, pass), code = net.E(x, pass);
  // One use of D after the other: the order in which its running statistics are updated.
  const X a = net.D(z, made, pass), b = net.D(code, x, pass);
  const X c = net.D(z, detach(made), pass), d = net.D(detach(code), x, pass);
  return {a, b, c, d};
}

TEST(BiganGame, BothPlayersLearnFromOnePoint) {
  Bigan net({.latent = 3});
  init(net, 1);
  Bigan by_hand = net;
  auto game = net.game();
  const OptimizerSpec adam = Adam{.learning_rate = 2e-4, .beta1 = 0.5, .beta2 = 0.999, .weight_decay = 2.5e-5};
  EncoderSteps<Bigan> steps(by_hand, adam, adam);
  for (u64 round = 0; round < 2; ++round) {
    play_round(game, round);
    steps.run(
        [&](Rng rng) {
          const Turns t = turns(by_hand, round, rng);
          return std::pair(0.5 * (real(t.made_to_g) + fake(t.given_to_g)),
                           0.5 * (fake(t.made_to_d) + real(t.given_to_d)));
        },
        round);
  }
  expect_equal(net, by_hand);
}

TEST(BiganGame, TheVariantOfKerasAdversarialHasPenaltiesAndFallingRates) {
  Bigan net({.variant = BiganVariant::keras_adversarial, .latent = 3, .dropout = 0});
  init(net, 1);
  Bigan by_hand = net;
  auto game = net.game();
  EncoderSteps<Bigan> steps(by_hand, keras_adam(1e-4), keras_adam(1e-3));
  for (u64 round = 0; round < 2; ++round) {
    play_round(game, round);
    steps.run(
        [&](Rng rng) {
          const Turns t = turns(by_hand, round, rng);
          return std::pair(real(t.made_to_g) + fake(t.given_to_g) + weight_penalty(params(by_hand.G), 1e-5, 1e-5) +
                               weight_penalty(params(by_hand.E), 1e-5, 0),
                           fake(t.made_to_d) + real(t.given_to_d) + weight_penalty(params(by_hand.D), 1e-7, 1e-7));
        },
        round);
  }
  expect_equal(net, by_hand);
}

TEST(BiganGame, DropsOutInTheDiscriminatorsTurnAlone) {
  const auto losses = [](double dropout) {
    Bigan net({.variant = BiganVariant::keras_adversarial, .latent = 3, .dropout = dropout});
    init(net, 1);
    auto game = net.game();
    const auto round = play_round(game, 0);
    return std::pair(round.metric("loss_G"), round.metric("loss_D"));
  };
  const auto with = losses(0.5), without = losses(0);
  EXPECT_EQ(with.first, without.first);
  EXPECT_NE(with.second, without.second);
}

/// Plays two rounds, and makes the same steps written out.
void check_game(models::AaeOptions options, i64 size, i64 channels, double rate, double reconstruction,
                double adversarial, double squares) {
  Aae net(options);
  init(net, 1);
  Aae by_hand = net;
  auto game = net.game();
  EncoderSteps<Aae> steps(by_hand, keras_adam(rate), keras_adam(1e-3));
  for (u64 round = 0; round < 2; ++round) {
    play_round(game, round, size, channels);
    steps.run(
        [&](Rng rng_g) {
          Pass pass = Pass::training(rng_g);
          Rng rng_d{rng_g.seed, name_stream("player D"), rng_g.draw};
          const X x = images(round, size, channels), code = by_hand.E(x, pass);
          const X of_g = reconstruction * mean(square(by_hand.G(code, pass) - x)) +
                         adversarial * real(by_hand.D(code, pass)) +
                         weight_penalty(params(by_hand.G, by_hand.E), 1e-7, squares);
          const X z = randn<double>({4, net.options.latent}, rng_d);
          const X of_d = adversarial * (real(by_hand.D(z, pass)) + fake(by_hand.D(detach(code), pass))) +
                         weight_penalty(params(by_hand.D), 1e-7, 1e-7);
          return std::pair(of_g, of_d);
        },
        round);
  }
  expect_equal(net, by_hand);
}

TEST(AaeGame, BothPlayersLearnFromOnePoint) { check_game({.latent = 3}, 28, 1, 1e-4, 1, 0.01, 0); }

TEST(AaeGame, TheConvolutionalVariantHasItsOwnWeights) {
  check_game({.variant = AaeVariant::cifar10, .latent = 3}, 32, 3, 3e-4, 100, 0.1, 1e-7);
}

}  // namespace
}  // namespace gan
