// Noise between layers: its cases, its size, and when it acts.
#include "gan/nn/noise.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/layer_cases.hpp"

namespace gan {
namespace {

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"GaussianNoise", Sequential(GaussianNoise{0.3}), rows_input, rows_input, 0},
  };
});

TEST(GaussianNoise, HasItsStandardDeviation) {
  const GaussianNoise noise{0.3};
  Pass pass = Pass::training(Rng{1, 2, 3});
  const Var y = noise(Var::full({100, 50}, 2), pass);
  EXPECT_EQ(pass.rng.draw, 4u);
  double sum = 0, squares = 0;
  for (const float v : y.to_vector()) {
    sum += v - 2;
    squares += (v - 2) * (v - 2);
  }
  EXPECT_NEAR(sum / 5000, 0, 4 * 0.3 / std::sqrt(5000));
  EXPECT_NEAR(std::sqrt(squares / 5000), 0.3, 4 * 0.3 / std::sqrt(10000));
}

TEST(GaussianNoise, ActsOnlyWhenThePassSaysSo) {
  const Var x = Var::ones({1000});
  Pass inference = Pass::inference(Rng{1, 2, 3}), training = Pass::training(Rng{1, 2, 3});
  EXPECT_EQ(GaussianNoise{}(x, inference).to_vector(), x.to_vector());
  EXPECT_EQ(GaussianNoise{.sigma = 0}(x, training).to_vector(), x.to_vector());
  EXPECT_EQ(training.rng.draw, 3u) << "no noise, no draw";
  const std::vector<float> noisy = GaussianNoise{}(x, training).to_vector();
  EXPECT_NE(GaussianNoise{}(x, training).to_vector(), noisy) << "the next call draws anew";
}

}  // namespace
}  // namespace gan
