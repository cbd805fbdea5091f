// The gradient penalties of WGAN-GP, R1 and R2: of discriminators worked out by hand, against PyTorch and against
// finite differences; and what must not go wrong with them.
#include "gan/objectives/penalty.hpp"

#include <gmock/gmock.h>

#include "gan/nn/conditional_norm.hpp"
#include "gan/nn/norm.hpp"
#include "gan/objectives/wasserstein.hpp"
#include "support/critic_reference.hpp"
#include "support/objective_reference.hpp"

namespace {

using namespace gan;
using namespace reference;
using D = Tensor<double>;

/// The parameter says whether activations are fused into the convolutions.
class PenaltyReference : public testing::TestWithParam<bool> {
 protected:
  void check(const std::string& name, const D& value, double tolerance, const File& file = critic_file()) {
    expect_penalty_as_pytorch(file, name, critic, value, tolerance);
  }
  Critic critic = reference_critic(GetParam());
  D real = critic_images("real"), fake = critic_images("fake"), eps = critic_images("eps");
  Pass pass = Pass::training();
};

TEST_P(PenaltyReference, WassersteinGradientPenaltyWrittenOut) {
  const D between = eps * real + (1.0 - eps) * fake;
  const D norms = sqrt(squared_norms(input_gradient(critic, between, pass)));
  check("gp", critic_file().number("lambda") * mean(square(norms - 1.0)), 1e-13);
}

// The library's own adds 1e-12 to the squared norm, so that a zero gradient has a derivative.
TEST_P(PenaltyReference, WassersteinGradientPenalty) {
  const GradientPenalty penalty{.lambda = critic_file().number("lambda")};
  check("gp", penalty.at(critic, real, fake, eps, pass), 1e-9);
}

TEST_P(PenaltyReference, OneSidedGradientPenalty) {
  auto steep = [this](const D& x, Pass& p) { return 15.0 * critic(x, p); };
  check("one_sided", GradientPenalty{.one_sided = true}.at(steep, real, fake, eps, pass), 1e-12, objectives());
}

TEST_P(PenaltyReference, WholeLossOfACritic) {
  const D loss = Wasserstein{}.d(critic(real, pass), critic(fake, pass));
  check("wgan_gp", loss + GradientPenalty{}.at(critic, real, fake, eps, pass), 1e-12, objectives());
}

TEST_P(PenaltyReference, R1) { check("r1", R1{.gamma = 2}(critic, real, fake, pass), 1e-13); }
TEST_P(PenaltyReference, R2) { check("r2", R2{.gamma = 0.3}(critic, real, fake, pass), 1e-13, objectives()); }

INSTANTIATE_TEST_SUITE_P(Activations, PenaltyReference, testing::Values(false, true),
                         [](const auto& test) { return std::string(test.param ? "Fused" : "Separate"); });

TEST(Penalty, AWholeCriticsGradientIsThatOfFiniteDifferences) {
  // With a smooth activation: across a kink of a leaky ReLU, the gradient in x, and so the penalty, would jump.
  Critic critic = reference_critic(true, Tanh{});
  const D real = critic_images("real"), fake = critic_images("fake"), eps = critic_images("eps");
  Pass pass = Pass::training();
  expect_finite_differences(
      critic,
      [&] {
        return Wasserstein{}.d(critic(real, pass), critic(fake, pass)) +
               GradientPenalty{}.at(critic, real, fake, eps, pass);
      },
      1e-6);
  expect_finite_differences(
      critic, [&] { return R1{.gamma = 2}(critic, real, fake, pass); }, 1e-6);
}

TEST(Penalty, GradientPenaltyOfALinearDiscriminatorIsExact) {
  // D(x) = w x has gradient w everywhere: the penalty is lambda (|w| - 1)^2, its derivative 2 lambda (|w| - 1) w / |w|.
  const D w = leaf(D::from({3.0, 4.0}, Shape{1, 2}));
  auto discriminator = [&w](const D& x, Pass&) { return linear(x, w); };
  const auto real = D::ones({5, 2}), fake = D::zeros({5, 2});
  Pass pass = Pass::training();
  const auto penalty = GradientPenalty{10}(discriminator, real, fake, pass);
  EXPECT_NEAR(penalty.item(), 160, 1e-9);
  const auto g = grad(penalty, {w})[0];
  EXPECT_NEAR(g.data()[0], 2 * 10 * 4 * 3.0 / 5, 1e-9);
  EXPECT_NEAR(g.data()[1], 2 * 10 * 4 * 4.0 / 5, 1e-9);
  EXPECT_NEAR(R1{2}(discriminator, real, fake, pass).item(), 25, 1e-9);
  EXPECT_NEAR(R2{2}(discriminator, real, fake, pass).item(), 25, 1e-9);
}

TEST(Penalty, OneSidedLeavesSmallGradientsAlone) {
  const D x = D::ones({5, 2});
  Pass pass = Pass::training();
  auto flat = [](const D& in, Pass&) { return sum(0.5 * in, {1}, true); };  // a gradient of norm 0.71
  EXPECT_EQ((GradientPenalty{.one_sided = true}(flat, x, x, pass).item()), 0);
  EXPECT_NEAR(GradientPenalty{}(flat, x, x, pass).item(), 10 * std::pow(std::sqrt(0.5) - 1, 2), 1e-9);
}

TEST(Penalty, TheNormIsOverAllValuesOfAnExample) {
  Pass pass = Pass::training();
  auto total = [](const D& x, Pass&) { return sum(flatten(x), {1}, true); };  // a gradient of ones
  const D images = D::zeros({3, 4, 2, 2});
  EXPECT_NEAR(GradientPenalty{1}(total, images, images, pass).item(), 9, 1e-9);  // (sqrt(16) - 1)^2
  EXPECT_NEAR(R1{2}(total, images, images, pass).item(), 16, 1e-12);
}

TEST(Penalty, EveryExampleHasItsOwnPointBetweenRealAndFake) {
  D seen;
  auto watching = [&seen](const D& x, Pass&) {
    seen = detach(x);
    return sum(square(flatten(x)), {1}, true);
  };
  Pass pass = Pass::training(Rng{5});
  const Rng before = pass.rng;
  GradientPenalty{}(watching, D::ones({4, 2, 2, 1}), D::zeros({4, 2, 2, 1}), pass);  // x̂ is e
  const std::vector<double> e = seen.to_vector();
  for (std::size_t i = 0; i < e.size(); ++i) {
    EXPECT_EQ(e[i], e[i - i % 4]) << "one for all pixels of an image";
    EXPECT_TRUE(e[i] >= 0 && e[i] < 1);
    if (i >= 4) { EXPECT_NE(e[i], e[i - 4]) << "another for the next image"; }
  }
  EXPECT_FALSE(pass.rng == before) << "new ones in the next turn";
}

TEST(Penalty, AZeroGradientHasADerivative) {
  const D w = leaf(D::zeros({1, 2}));
  auto flat = [&w](const D& x, Pass&) { return linear(x, w); };
  Pass pass = Pass::training();
  const D penalty = GradientPenalty{10}(flat, D::ones({3, 2}), D::ones({3, 2}), pass);
  for (const double v : grad(penalty, {w})[0].to_vector()) EXPECT_TRUE(std::isfinite(v));
}

using BatchNormCritic = BasicSequential<double>;
BatchNormCritic with_batch_norm() {
  BatchNormCritic critic{BasicDense<double>(2, 4), BasicBatchNorm<double>(4), ReLU{}, BasicDense<double>(4, 1)};
  init(critic, 1);
  return critic;
}

TEST(Penalty, ABatchNormInTheCriticIsRefused) {
  BatchNormCritic critic = with_batch_norm();
  Rng rng{1};
  const D real = randn<double>({6, 2}, rng), fake = randn<double>({6, 2}, rng);
  Pass pass = Pass::training();
  try {
    GradientPenalty{}(critic, real, fake, pass);
    ADD_FAILURE() << "a penalty on each example's gradient needs scores of each example";
  } catch (const ValueError& e) {
    EXPECT_THAT(e.what(), testing::AllOf(testing::HasSubstr("[BatchNorm]"), testing::HasSubstr("LayerNorm"),
                                         testing::HasSubstr("SpectralNorm"), testing::HasSubstr("allow_batch_norm")));
  }
  EXPECT_THROW(R1{}(critic, real, fake, pass), ValueError);
  EXPECT_THROW(R2{}(critic, real, fake, pass), ValueError);
  EXPECT_NO_THROW(critic(real, pass)) << "the pass itself is as before";
  BasicConditionalBatchNorm<double> of_class({.classes = 3, .channels = 2});
  init(of_class, 1);
  auto conditional = [&](const D& x, Pass& p) { return of_class(x, D::zeros({6}), p); };
  EXPECT_THROW(R1{}(conditional, real, fake, pass), ValueError);
}

TEST(Penalty, ABatchNormIsAllowedOnRequestOrWithRunningStatistics) {
  BatchNormCritic critic = with_batch_norm();
  Rng rng{1};
  const D real = randn<double>({6, 2}, rng), fake = randn<double>({6, 2}, rng);
  Pass training = Pass::training(), inference = Pass::inference();
  const auto statistics = [&critic] {
    std::vector<double> all;
    each_param(critic, [&all](const std::string&, const Param<double>& p) {
      if (!p.trainable())
        for (const double v : p.to_vector()) all.push_back(v);
    });
    return all;
  };
  const std::vector<double> before = statistics();
  EXPECT_NO_THROW((GradientPenalty{.allow_batch_norm = true}(critic, real, fake, training)));
  EXPECT_NO_THROW((R1{.allow_batch_norm = true}(critic, real, fake, training)));
  EXPECT_NO_THROW((R2{.allow_batch_norm = true}(critic, real, fake, training)));
  EXPECT_NO_THROW(R1{}(critic, real, fake, inference));
  EXPECT_EQ(statistics(), before) << "a penalty does not change running statistics";
}

TEST(Penalty, SharedScoresGiveTheSamePenaltyWithoutAPassOfItsOwn) {
  Critic critic = reference_critic(true);
  Pass pass = Pass::training();
  const D real = leaf(critic_images("real")), fake = leaf(critic_images("fake"));
  const BasicShown<double> shown{real, critic(real, pass), fake, critic(fake, pass)};
  int calls = 0;
  auto counting = [&](const D& x, Pass& p) {
    ++calls;
    return critic(x, p);
  };
  const D r1 = penalize(R1{3}, counting, shown, pass), r2 = penalize(R2{3}, counting, shown, pass);
  EXPECT_EQ(calls, 0);
  EXPECT_NEAR(r1.item(), R1{3}(counting, real, fake, pass).item(), 1e-15);
  EXPECT_NEAR(r2.item(), R2{3}(counting, real, fake, pass).item(), 1e-15);
  EXPECT_EQ(calls, 2);
  EXPECT_TRUE(R1{}.per_example());
  EXPECT_FALSE(R2{.allow_batch_norm = true}.per_example());
  penalize(GradientPenalty{}, counting, shown, pass);
  EXPECT_EQ(calls, 3) << "one at other points needs its own";
  EXPECT_FALSE(penalize(NoPenalty{}, counting, shown, pass).defined());
}

TEST(Penalty, StrengthsFollowTheRound) {
  auto total = [](const D& x, Pass&) { return sum(x, {1}, true); };
  const D x = D::ones({3, 2});
  const RoundNumber third = 3;
  Pass pass = Pass::training();
  pass.round = &third;
  const Schedule rounds = [](u64 round) { return static_cast<double>(round); };
  EXPECT_NEAR(R1{rounds}(total, x, x, pass).item(), 3, 1e-12);
  EXPECT_NEAR(R2{rounds}(total, x, x, pass).item(), 3, 1e-12);
  EXPECT_NEAR(GradientPenalty{rounds}(total, x, x, pass).item(), 3 * std::pow(std::sqrt(2.0) - 1, 2), 1e-9);
}

}  // namespace
