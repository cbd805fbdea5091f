// Unrolled play: the generator's loss against the discriminator as it would be some updates later.
#include "gan/train/two_players.hpp"

#include <gtest/gtest.h>

#include "gan/data/points.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/objectives/adversarial.hpp"
#include "gan/optim/rmsprop.hpp"
#include "gan/train/adversarial.hpp"

namespace gan {
namespace {

using Double = Tensor<double>;
using Net = BasicSequential<double>;

struct Nets {
  Net G{BasicDense<double>(2, 5, {.activation = Tanh{}}), BasicDense<double>(5, 2)};
  Net D{BasicDense<double>(2, 6, {.activation = Tanh{}}), BasicDense<double>(6, 1)};
  Nets() {
    init(G, 1);
    init(D, 2);
  }
};

BasicBatch<double> batch() {
  return BasicBatch<double>(BasicParts<double>{{"x", Double::from({1, 0, 0, 1, -1, 0.5, 0.3, -1}, Shape{4, 2})}});
}

AdversarialOptions options(int unrolled, OptimizerSpec of_discriminator) {
  return {.input = {.latent = 2},
          .unrolled = unrolled,
          .generator = Sgd{.learning_rate = 1},
          .discriminator = std::move(of_discriminator)};
}

/// The parameters of a network as one list of numbers.
std::vector<double> values(Net& net) {
  std::vector<double> out;
  each_param(net, [&out](const std::string&, Param<double>& p) {
    for (const double x : p.to_vector()) out.push_back(x);
  });
  return out;
}

/// Changes in G and D in one round of play: the gradient of G's loss with opposite sign, and D after its turn.
struct Course {
  std::vector<double> by, D;
};
Course play(AdversarialOptions how) {
  Nets nets;
  const auto before = values(nets.G);
  auto game = adversarial(nets.G, nets.D, NonSaturating{}, std::move(how), R1{.gamma = 0.5});
  BasicRound<double> round;
  game.play(round, [](int) { return batch(); }, 7);
  Course course{values(nets.G), values(nets.D)};
  for (std::size_t i = 0; i < before.size(); ++i) course.by[i] -= before[i];
  return course;
}

TEST(Unrolled, ByNoStepsIsThePlainGame) {
  const Course plain = play({.input = {.latent = 2}, .generator = Sgd{.learning_rate = 1}}),
               none = play(options(0, Adam{})), some = play(options(2, Adam{}));
  EXPECT_EQ(plain.by, none.by);
  EXPECT_EQ(plain.D, none.D);
  EXPECT_EQ(plain.D, some.D);  // D itself makes one update
  EXPECT_NE(plain.by, some.by);
}

/// G's loss when D has made its turn and, for good, `steps` further updates against the fakes of G, one parameter of
/// which is moved once D has made its turn.
double loss_against_later(int steps, const OptimizerSpec& spec, std::size_t moved, double by) {
  Nets nets;
  const R1 penalty{.gamma = 0.5};
  auto game = adversarial(nets.G, nets.D, NonSaturating{}, options(0, spec), penalty);
  game["G"].optimizer = Optimizer<double>(Sgd{.learning_rate = 0});
  BasicRound<double> round;
  game.play(round, [](int) { return batch(); }, 7);
  std::size_t i = 0;
  each_param(nets.G, [&](const std::string&, Param<double>& p) {
    auto v = p.to_vector();
    for (double& x : v) x += i++ == moved ? by : 0;
    p.set(Double::from(v, p.shape()));
  });
  // The latents of D's turn, whose fakes G's turn uses.
  Pass pass = Pass::training(Rng{7, name_stream("player D"), 0});
  const auto z = draw_input<double>({.latent = 2}, 4, pass.rng)["z"];
  const Double fake = nets.G(z, pass), real = batch()["x"];
  auto own = params(nets.D);
  Optimizer<double> optimizer = game["D"].optimizer;
  for (int step = 0; step < steps; ++step) {
    const Double loss = NonSaturating{}.d(nets.D(real, pass), nets.D(detach(fake), pass)) +
                        penalty(nets.D, real, detach(fake), pass);
    optimizer.step(own, grad(loss, own.tensors));
  }
  return NonSaturating{}.g(nets.D(fake, pass)).item();
}

TEST(Unrolled, GradientIsThatOfTheLossAgainstTheLaterDiscriminator) {
  const OptimizerSpec specs[] = {Adam{.learning_rate = 0.05}, Sgd{.learning_rate = 0.2, .momentum = 0.5},
                                 RmsProp{.learning_rate = 0.02}};
  for (const OptimizerSpec& spec : specs) {
    for (const int steps : {1, 3}) {
      const Course course = play(options(steps, spec));
      const std::size_t all = course.by.size();
      for (std::size_t i = 0; i < all; i += 4) {
        constexpr double h = 1e-5;
        const double slope =
            (loss_against_later(steps, spec, i, h) - loss_against_later(steps, spec, i, -h)) / (2 * h);
        EXPECT_NEAR(-course.by[i], slope, 1e-8) << spec.text() << steps << " steps, number " << i;
      }
    }
  }
}

TEST(Unrolled, RefusesWhatItDoesNotKnow) {
  Nets nets;
  EXPECT_THROW(adversarial(nets.G, nets.D, NonSaturating{}, options(-1, Adam{})), ValueError);
  auto game = adversarial(nets.G, nets.D, NonSaturating{}, options(1, OptimizerSpec(Adam{}).clip_gradient_norm(1)));
  BasicRound<double> round;
  EXPECT_THROW(game.play(round, [](int) { return batch(); }, 7), ValueError);
}

TEST(MicroBatches, PlayWithFreshFakesForEachPart) {
  Nets nets;
  auto game = adversarial(nets.G, nets.D, NonSaturating{}, {.input = {.latent = 2}, .micro_batches = 2});
  BasicRound<double> round;
  game.play(round, [](int) { return batch(); }, 7);
  EXPECT_FALSE(round.has("fake"));
  EXPECT_EQ(game["D"].optimizer.updates(), 1u);
}

}  // namespace
}  // namespace gan
