#include "gan/objectives/penalties.hpp"

#include "gan/nn/module.hpp"
#include "gan/objectives/interpolates.hpp"
#include "gan/objectives/relativistic.hpp"
#include "support/critic_reference.hpp"
#include "support/objective_reference.hpp"

namespace gan {
namespace {

using D = Tensor<double>;
using namespace reference;

struct Shown {
  D real = leaf(critic_images("real")), fake = leaf(critic_images("fake"));
  BasicShown<double> by(Critic& critic, Pass& pass) const {
    return {real, critic(real, pass), fake, critic(fake, pass)};
  }
};

TEST(PenaltiesReference, TheWholeLossOfR3ganWithPassesOfItsOwnAndWithSharedScores) {
  for (const bool fused : {false, true}) {
    Critic critic = reference_critic(fused);
    Pass pass = Pass::training();
    const Shown x;
    const auto penalty = R1{0.7} + R2{0.7};
    const D own = Relativistic{}.d(critic(x.real, pass), critic(x.fake, pass)) + penalty(critic, x.real, x.fake, pass);
    expect_penalty_as_pytorch(objectives(), "r3gan", critic, own, 1e-12);
    const BasicShown<double> shown = x.by(critic, pass);
    const D shared = Relativistic{}.d(shown.real_logits, shown.fake_logits) + penalize(penalty, critic, shown, pass);
    expect_penalty_as_pytorch(objectives(), "r3gan", critic, shared, 1e-12);
  }
}

TEST(Penalties, AWholeDiscriminatorsGradientIsThatOfFiniteDifferences) {
  Critic critic = reference_critic(true, Tanh{});
  Pass pass = Pass::training();
  expect_finite_differences(
      critic,
      [&] {
        const BasicShown<double> shown = Shown{}.by(critic, pass);
        return Relativistic{}.d(shown.real_logits, shown.fake_logits) +
               penalize(R1{0.7} + R2{0.7}, critic, shown, pass);
      },
      1e-6);
}

TEST(Penalties, AddUpInAnyOrderAndNesting) {
  Critic critic = reference_critic(true);
  const D real = critic_images("real"), fake = critic_images("fake");
  const auto at = [&](const auto& penalty) {
    Pass pass = Pass::training(Rng{4});
    return penalty(critic, real, fake, pass).item();
  };
  const double r1 = at(R1{2}), r2 = at(R2{3}), zero = at(ZeroCentered{1});
  EXPECT_NEAR(at(R1{2} + R2{3}), r1 + r2, 1e-14);
  EXPECT_NEAR(at(ZeroCentered{1} + (R1{2} + R2{3})), zero + r1 + r2, 1e-14);
  EXPECT_NEAR(at(R1{2} + NoPenalty{} + R2{3}), r1 + r2, 1e-14);
  Pass pass = Pass::training();
  EXPECT_FALSE((NoPenalty{} + NoPenalty{})(critic, real, fake, pass).defined());
  static_assert(std::same_as<decltype(R1{} + R2{} + GradientPenalty{}), Penalties<R1, R2, GradientPenalty>>);
}

TEST(Penalties, ShareScoresWithThosePartsThatCan) {
  Critic critic = reference_critic(true);
  int calls = 0;
  auto counting = [&](const D& x, Pass& p) {
    ++calls;
    return critic(x, p);
  };
  Pass pass = Pass::training();
  const BasicShown<double> shown = Shown{}.by(critic, pass);
  static_assert(detail::SharesScores<double, decltype(R1{} + GradientPenalty{})>);
  static_assert(!detail::SharesScores<double, decltype(ZeroCentered{} + GradientPenalty{})>);
  static_assert(!detail::SharesScores<double, Lazy<GradientPenalty>>);
  penalize(R1{} + GradientPenalty{} + R2{}, counting, shown, pass);
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE((R1{.allow_batch_norm = true} + R2{}).per_example());
  EXPECT_FALSE((R1{.allow_batch_norm = true} + GradientPenalty{}).per_example());
}

TEST(Penalties, LazyOnesCountMoreInFewerRounds) {
  Critic critic = reference_critic(true);
  const D real = critic_images("real"), fake = critic_images("fake");
  const Lazy lazy{.every = 4, .penalty = R1{2}};
  int calls = 0;
  auto counting = [&](const D& x, Pass& p) {
    ++calls;
    return critic(x, p);
  };
  Pass pass = Pass::training();
  const double once = R1{2}(critic, real, fake, pass).item();
  for (u64 number = 0; number < 9; ++number) {
    const RoundNumber round = number;
    pass.round = &round;
    const D penalty = lazy(counting, real, fake, pass);
    ASSERT_EQ(penalty.defined(), number % 4 == 0) << number;
    if (penalty.defined()) { EXPECT_NEAR(penalty.item(), 4 * once, 1e-14); }
  }
  EXPECT_EQ(calls, 3) << "rounds without it cost nothing";
  pass.round = nullptr;
  EXPECT_NEAR(penalize(Lazy{2, R1{2} + R2{0}}, critic, Shown{}.by(critic, pass), pass).item(), 2 * once, 1e-14);
  EXPECT_THROW((Lazy{0, R1{}}(critic, real, fake, pass)), ValueError);
  EXPECT_TRUE(lazy.per_example());
}

/// A penalty with state.
struct Counting {
  mutable Param<float> seen{Shape{}, Param<float>::Kind::buffer, initializer::constant(0)};
  template <class T, class Discriminator>
  Tensor<T> operator()(Discriminator&, const Tensor<T>&, const Tensor<T>&, Pass&) const {
    return {};
  }
  void visit(Visitor& v) { v("seen", seen); }
};

TEST(Penalties, StateOfTheirPartsIsVisited) {
  auto penalty = R1{} + Lazy{2, Counting{}} + Counting{};
  std::vector<std::string> names;
  each_param(penalty, [&names](const std::string& name, auto&) { names.push_back(name); });
  EXPECT_EQ(names, (std::vector<std::string>{"1.seen", "2.seen"}));
  static_assert(!detail::Visits<decltype(R1{} + R2{}), Visitor> && !detail::Visits<Lazy<R1>, Visitor>);
}

}  // namespace
}  // namespace gan
