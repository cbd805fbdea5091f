// Noise on what a discriminator is shown.
#include "gan/train/instance_noise.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/grad/grad.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

Pass pass_of(const RoundNumber& round, u64 seed = 1) {
  Pass pass = Pass::training(Rng{seed});
  pass.round = &round;
  return pass;
}

TEST(InstanceNoise, HasTheStandardDeviationOfTheRound) {
  const InstanceNoise noise{.sigma = schedule::ramp({.from = 0.5, .to = 0, .steps = 10})};
  const Var x = Var::full({100, 8, 8, 3}, 2);
  for (const u64 number : {0, 5}) {
    const RoundNumber round(number);
    Pass pass = pass_of(round);
    double sum = 0, squares = 0;
    const Var y = noise(x, pass);
    for (const float v : y.to_vector()) {
      sum += v - 2;
      squares += (v - 2) * (v - 2);
    }
    const double n = static_cast<double>(x.size()), sigma = number == 0 ? 0.5 : 0.25;
    EXPECT_NEAR(sum / n, 0, 4 * sigma / std::sqrt(n));
    EXPECT_NEAR(std::sqrt(squares / n), sigma, 4 * sigma / std::sqrt(2 * n));
    EXPECT_NE(noise(x, pass).to_vector(), y.to_vector()) << "the next call draws anew";
    Pass again = pass_of(round);
    EXPECT_EQ(noise(x, again).to_vector(), y.to_vector());
  }
  const RoundNumber end(10);
  Pass pass = pass_of(end);
  EXPECT_EQ(noise(x, pass).data(), x.data()) << "without noise, x itself";
}

TEST(InstanceNoise, GoesWithAnyShapeAndLetsTheGradientThrough) {
  Pass pass = Pass::training();
  const Var x = leaf(Var::ones({4, 2}));
  EXPECT_EQ(grad(sum(square(InstanceNoise{.sigma = 0}(x, pass))), {x})[0].to_vector(), std::vector<float>(8, 2.f));
  const Var y = InstanceNoise{}(x, pass);
  const auto slope = grad(sum(square(y)), {x})[0].to_vector(), noisy = y.to_vector();
  for (std::size_t i = 0; i < slope.size(); ++i) EXPECT_EQ(slope[i], 2 * noisy[i]);
}

TEST(InstanceNoise, RefusesANegativeDeviation) {
  Pass pass = Pass::training();
  expect_error<ValueError>([&] { InstanceNoise{.sigma = -1}(zeros({2, 2}), pass); }, "[InstanceNoise] sigma is -1");
}

}  // namespace
}  // namespace gan
