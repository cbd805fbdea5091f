#include "gan/objectives/interpolates.hpp"

#include "gan/nn/norm.hpp"
#include "support/critic_reference.hpp"
#include "support/objective_reference.hpp"

namespace gan {
namespace {

using D = Tensor<double>;
using namespace reference;

TEST(InterpolatesReference, AgreeWithPyTorch) {
  for (const bool fused : {false, true}) {
    Critic critic = reference_critic(fused);
    Pass pass = Pass::training();
    const D real = critic_images("real"), fake = critic_images("fake");
    expect_penalty_as_pytorch(objectives(), "zero_centered", critic,
                              ZeroCentered{}.at(critic, real, fake, critic_images("eps"), pass), 1e-12);
    expect_penalty_as_pytorch(objectives(), "dragan", critic,
                              Dragan{}.at(critic, real, tensor<double>(ours(objectives()["in.noise"])), pass), 1e-12);
  }
}

TEST(Interpolates, AWholeCriticsGradientIsThatOfFiniteDifferences) {
  Critic critic = reference_critic(true, Tanh{});
  const D real = critic_images("real"), fake = critic_images("fake");
  for (const bool dragan : {false, true})
    expect_finite_differences(
        critic,
        [&] {
          Pass pass = Pass::training(Rng{3});
          return dragan ? Dragan{}(critic, real, fake, pass) : ZeroCentered{}(critic, real, fake, pass);
        },
        1e-6);
}

/// Where a penalty takes the gradient.
template <class Penalty>
D points(const Penalty& penalty, const D& real, const D& fake) {
  D seen;
  auto watching = [&seen](const D& x, Pass&) {
    seen = detach(x);
    return sum(square(flatten(x)), {1}, true);
  };
  Pass pass = Pass::training(Rng{5});
  penalty(watching, real, fake, pass);
  EXPECT_FALSE(pass.rng == Rng{5}) << "other points in the next turn";
  return seen;
}

TEST(Interpolates, ZeroCenteredHasOnePointPerExample) {
  const std::vector<double> e = points(ZeroCentered{}, D::ones({4, 2, 2, 1}), D::zeros({4, 2, 2, 1})).to_vector();
  for (std::size_t i = 0; i < e.size(); ++i) EXPECT_EQ(e[i], e[i - i % 4]);
  EXPECT_NE(e[0], e[4]);
}

TEST(Interpolates, DraganStaysWithinHalfADeviationAboveTheData) {
  Rng rng{2};
  const D real = 3.0 * randn<double>({200, 10}, rng);
  const std::vector<double> away = (points(Dragan{}, real, D()) - real).to_vector();
  const double most = *std::max_element(away.begin(), away.end());
  EXPECT_GE(*std::min_element(away.begin(), away.end()), 0);
  EXPECT_NEAR(most, 1.5, 0.1);  // half of 3
  EXPECT_NEAR(std::accumulate(away.begin(), away.end(), 0.0) / 2000, 1.5 / 4, 0.03) << "u e of two uniform numbers";
  EXPECT_NE(away[0], away[1]) << "noise of its own for each value";
}

TEST(Interpolates, RefuseABatchNorm) {
  BasicSequential<double> critic{BasicDense<double>(2, 4), BasicBatchNorm<double>(4), BasicDense<double>(4, 1)};
  init(critic, 1);
  Rng rng{2};
  const D x = randn<double>({5, 2}, rng);
  Pass pass = Pass::training();
  EXPECT_THROW(ZeroCentered{}(critic, x, x, pass), ValueError);
  EXPECT_THROW(Dragan{}(critic, x, x, pass), ValueError);
  EXPECT_NO_THROW((ZeroCentered{.allow_batch_norm = true}(critic, x, x, pass)));
  EXPECT_NO_THROW((Dragan{.allow_batch_norm = true}(critic, x, x, pass)));
}

}  // namespace
}  // namespace gan
