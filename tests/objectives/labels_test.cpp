#include "gan/objectives/labels.hpp"

#include "support/objective_reference.hpp"

namespace gan {
namespace {

using D = Tensor<double>;

/// The targets that D had, one per element: the derivative of softplus(x) - t x at 0 is 1/2 - t.
std::vector<double> targets(const NoisyLabels& objective, const Shape& shape, bool real, Rng rng = Rng{3}) {
  const D on_real = leaf(D::zeros(shape)), on_fake = leaf(D::zeros(shape));
  Pass pass = Pass::training(rng);
  const Tensors<double> g = grad(objective.d(on_real, on_fake, pass), {on_real, on_fake});
  std::vector<double> t = g[real ? 0 : 1].to_vector();
  for (double& v : t) v = 0.5 - v * static_cast<double>(shape.size());
  return t;
}

TEST(NoisyLabels, EachExampleHasATargetOfItsOwnInTheRangeOfItsKind) {
  for (const bool real : {true, false}) {
    const std::vector<double> t = targets({.flip = 0}, {2000, 1}, real);
    const auto [low, high] = std::minmax_element(t.begin(), t.end());
    EXPECT_NEAR(*low, real ? 0.7 : 0, 1e-3);
    EXPECT_NEAR(*high, real ? 1 : 0.3, 1e-3);
    EXPECT_NEAR(std::accumulate(t.begin(), t.end(), 0.0) / 2000, real ? 0.85 : 0.15, 0.01);
  }
}

TEST(NoisyLabels, FlippedExamplesHaveATargetOfTheOtherKind) {
  const std::vector<double> t = targets({.flip = 0.1}, {5000, 1}, true);
  const auto flipped = std::count_if(t.begin(), t.end(), [](double v) { return v <= 0.3; });
  EXPECT_NEAR(static_cast<double>(flipped) / 5000, 0.1, 0.015);
  EXPECT_EQ(std::count_if(t.begin(), t.end(), [](double v) { return v > 0.3 && v < 0.7; }), 0);
  for (const double v : targets({.real_low = 1, .fake_high = 0, .flip = 1}, {50, 1}, true)) EXPECT_NEAR(v, 0, 1e-12);
}

TEST(NoisyLabels, ThePatchesOfAnExampleShareItsTarget) {
  const std::vector<double> t = targets({}, {3, 2, 2, 1}, true);
  for (std::size_t i = 0; i < t.size(); ++i) EXPECT_NEAR(t[i], t[i - i % 4], 1e-12);
  EXPECT_GT(std::abs(t[0] - t[4]), 1e-3);
}

TEST(NoisyLabels, AreNewInEveryTurnAndThePassMovesOn) {
  EXPECT_NE(targets({}, {4, 1}, true, Rng{3}), targets({}, {4, 1}, true, Rng{4}));
  Pass pass = Pass::training(Rng{3});
  const D x = D::zeros({2, 1});
  NoisyLabels{}.d(x, x, pass);
  EXPECT_EQ(pass.rng.draw, 6u);
}

TEST(NoisyLabels, WithoutNoiseAreNonSaturating) {
  const NoisyLabels none{.real_low = 0.9, .real_high = 0.9, .fake_low = 0, .fake_high = 0, .flip = 0};
  const D real = reference::input("real"), fake = reference::input("fake");
  Pass pass = Pass::training();
  EXPECT_NEAR(none.d(real, fake, pass).item(), NonSaturating{.real_label = 0.9}.d(real, fake).item(), 1e-14);
  EXPECT_EQ(none.g(fake).item(), NonSaturating{}.g(fake).item()) << "noise is for D alone";
}

TEST(NoisyLabels, RangesOutsideZeroToOneThrow) {
  const D x = D::zeros({2, 1});
  Pass pass = Pass::training();
  EXPECT_THROW(NoisyLabels({.real_high = 1.2}).d(x, x, pass), ValueError);
  EXPECT_THROW(NoisyLabels({.fake_low = 0.4}).d(x, x, pass), ValueError);
  EXPECT_THROW(NoisyLabels({.flip = -0.1}).d(x, x, pass), ValueError);
}

}  // namespace
}  // namespace gan
