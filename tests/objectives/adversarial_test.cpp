// The objectives of Goodfellow et al. 2014, by their formulas.
#include "gan/objectives/adversarial.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/ops/elementwise.hpp"
#include "gan/ops/reduce.hpp"
#include "support/objective_reference.hpp"

namespace gan {
namespace {

TEST(Objectives, FollowThePaper) {
  const Tensor<double> real = Tensor<double>::from({0.3, -0.7}, Shape{2, 1}),
                       fake = Tensor<double>::from({1.1, -0.2}, Shape{2, 1});
  auto log_sigmoid = [](double x) { return -std::log1p(std::exp(-x)); };
  const double d = -(log_sigmoid(0.3) + log_sigmoid(-0.7)) / 2 - (log_sigmoid(-1.1) + log_sigmoid(0.2)) / 2;
  EXPECT_NEAR(NonSaturating{}.d(real, fake).item(), d, 1e-12);
  EXPECT_NEAR(Saturating{}.d(real, fake).item(), d, 1e-12);
  EXPECT_NEAR(NonSaturating{}.g(fake).item(), -(log_sigmoid(1.1) + log_sigmoid(-0.2)) / 2, 1e-12);
  EXPECT_NEAR(Saturating{}.g(fake).item(), (log_sigmoid(-1.1) + log_sigmoid(0.2)) / 2, 1e-12);
  const double smooth =
      -(0.9 * log_sigmoid(0.3) + 0.1 * log_sigmoid(-0.3) + 0.9 * log_sigmoid(-0.7) + 0.1 * log_sigmoid(0.7)) / 2 -
      (log_sigmoid(-1.1) + log_sigmoid(0.2)) / 2;
  EXPECT_NEAR(NonSaturating{.real_label = 0.9}.d(real, fake).item(), smooth, 1e-12);
}

/// Least squares as docs/add-a-gan.md has them, on logits; and a program's own, on Scores.
struct Squares {
  template <class T>
  Tensor<T> d(const Tensor<T>& real, const Tensor<T>& fake) const {
    return 0.5 * (mean(square(real - 1.0)) + mean(square(fake)));
  }
  template <class T>
  Tensor<T> g(const Tensor<T>& fake) const {
    return 0.5 * mean(square(fake - 1.0));
  }
};
struct OnScores {
  Var d(const Scores& real, const Scores& fake) const { return mean(fake.logits) - mean(real.logits); }
  Var g(const Scores& real, const Scores& fake) const { return mean(real.logits) - mean(fake.logits); }
};
struct OnScoresOfAnyType {
  template <class T>
  Tensor<T> d(const BasicScores<T>& real, const BasicScores<T>& fake) const {
    return mean(fake.logits) - mean(real.logits);
  }
  template <class T>
  Tensor<T> g(const BasicScores<T>& fake) const {
    return -mean(fake.logits);
  }
};

TEST(Objectives, LeastSquaresHasThreeTargets) {
  const Var real = Var::from({1, 3}, Shape{2, 1}), fake = Var::from({0, 1}, Shape{2, 1});
  EXPECT_EQ(LeastSquares{}.d(real, fake).item(), 0.5f * 2 + 0.5f * 0.5f);
  EXPECT_EQ(LeastSquares{}.g(fake).item(), 0.5f * 0.5f);
  const LeastSquares pearson{.fake_label = -1, .real_label = 1, .wanted_label = 0};
  EXPECT_EQ(pearson.d(real, fake).item(), 0.5f * 2 + 0.5f * 2.5f);
  EXPECT_EQ(pearson.g(fake).item(), 0.5f * 0.5f);
}

TEST(ObjectivesReference, AgreeWithPyTorch) {
  reference::expect_objective_as_pytorch("non_saturating", NonSaturating{});
  reference::expect_objective_as_pytorch(
      "smooth", NonSaturating{.real_label = 0.9, .fake_label = 0.1, .wanted_label = 0.45});
  reference::expect_objective_as_pytorch("minimax", Saturating{});
  reference::expect_objective_as_pytorch("least_squares", LeastSquares{});
  reference::expect_objective_as_pytorch("pearson",
                                         LeastSquares{.fake_label = -1, .real_label = 1, .wanted_label = 0});
  reference::expect_objective_as_pytorch("mse", LeastSquares{.scale = 1});
}

TEST(Objectives, TheMinimaxGameIsOneOfZeroSumWhateverTheLabels) {
  const Tensor<double> real = Tensor<double>::from({0.3, -0.7}, Shape{2, 1}),
                       fake = Tensor<double>::from({1.1, -0.2}, Shape{2, 1});
  const Saturating smooth{.real_label = 0.9, .fake_label = 0.2};
  EXPECT_NEAR(smooth.d(real, fake).item() + smooth.g(fake).item(), bce_with_logits(real, 0.9).item(), 1e-15);
}

TEST(Objectives, NeedNoTemplateArguments) {
  const Var real = Var::from({1, 3}, Shape{2, 1}), fake = Var::from({0, 1}, Shape{2, 1});
  EXPECT_EQ(Squares{}.d(real, fake).item(), 1.25f);
  EXPECT_EQ(Squares{}.g(fake).item(), 0.25f);
  EXPECT_EQ(OnScores{}.d(real, fake).item(), -1.5f);
  EXPECT_EQ(OnScores{}.g(real, fake).item(), 1.5f);
  Pass pass;
  const auto real_scores = [&] { return real; };
  EXPECT_EQ(discriminator_loss(Squares{}, real, fake, pass).item(), 1.25f);
  EXPECT_EQ(discriminator_loss(OnScoresOfAnyType{}, real, fake, pass).item(), -1.5f);
  EXPECT_EQ(generator_loss(Squares{}, fake, real_scores).item(), 0.25f);
  EXPECT_EQ(generator_loss(OnScores{}, fake, real_scores).item(), 1.5f);
  EXPECT_EQ(generator_loss(OnScoresOfAnyType{}, fake, real_scores).item(), -0.5f);
}

}  // namespace
}  // namespace gan
