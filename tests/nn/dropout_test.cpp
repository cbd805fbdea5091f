// Dropout: its cases, and when it acts.
#include "gan/nn/dropout.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/layer_cases.hpp"

namespace gan {
namespace {

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"Dropout", Sequential(Dropout{0.3}), rows_input, rows_input, 0},
  };
});

TEST(Dropout, ActsOnlyWhenThePassSaysSo) {
  const Dropout drop{0.5};
  Pass training = Pass::training(Rng{1, 2, 3}), inference = Pass::inference();
  const Var x = Var::ones({1000});
  EXPECT_NE(drop(x, training).to_vector(), x.to_vector());
  EXPECT_EQ(training.rng.draw, 4u);
  EXPECT_EQ(drop(x, inference).to_vector(), x.to_vector());
}

TEST(Dropout, StaysOnWhenAskedTo) {
  const Dropout always{.rate = 0.5, .always = true};
  const Var x = Var::ones({1000});
  Pass a = Pass::inference(Rng{1, 2, 3}), b = Pass::inference(Rng{1, 2, 3}), c = Pass::inference(Rng{1, 2, 4});
  const auto dropped = always(x, a).to_vector();
  const auto zeros = std::count(dropped.begin(), dropped.end(), 0.0f);
  EXPECT_GT(zeros, 400);
  EXPECT_LT(zeros, 600);
  EXPECT_EQ(std::count(dropped.begin(), dropped.end(), 2.0f), 1000 - zeros);
  EXPECT_EQ(always(x, b).to_vector(), dropped) << "a function of the pass's random numbers";
  EXPECT_NE(always(x, c).to_vector(), dropped);
}

}  // namespace
}  // namespace gan
