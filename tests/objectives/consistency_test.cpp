#include "gan/objectives/consistency.hpp"

#include "support/critic_reference.hpp"
#include "support/objective_reference.hpp"

namespace gan {
namespace {

using D = Tensor<double>;
using namespace reference;

/// Less contrast and more brightness.
struct Dim {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass&) const {
    return 0.8 * x + 0.1;
  }
};

TEST(ConsistencyReference, AgreesWithPyTorchInBothForms) {
  Critic critic = reference_critic(true);
  Pass pass = Pass::training();
  const D real = critic_images("real"), fake = critic_images("fake");
  const Consistency<Dim> penalty{.of_fake = 4};
  expect_penalty_as_pytorch(objectives(), "consistency", critic, penalty(critic, real, fake, pass), 1e-12);
  const BasicShown<double> shown{real, critic(real, pass), fake, critic(fake, pass)};
  int calls = 0;
  auto counting = [&](const D& x, Pass& p) {
    ++calls;
    return critic(x, p);
  };
  expect_penalty_as_pytorch(objectives(), "consistency", critic, penalize(penalty, counting, shown, pass), 1e-12);
  EXPECT_EQ(calls, 2) << "of the augmented examples alone";
}

/// Adds noise.
struct Noise {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& pass) const {
    return x + randn<T>(x.shape(), pass.rng);
  }
};

TEST(Consistency, AugmentsAnewInEveryTurn) {
  Critic critic = reference_critic(true);
  Pass pass = Pass::training(Rng{6});
  const D x = critic_images("real");
  const Consistency penalty{Noise{}};
  EXPECT_NE(penalty(critic, x, x, pass).item(), penalty(critic, x, x, pass).item());
}

TEST(Consistency, OfOneKindAlone) {
  Critic critic = reference_critic(true);
  Pass pass = Pass::training();
  const D real = critic_images("real"), fake = critic_images("fake");
  const double both = Consistency<Dim>{}(critic, real, fake, pass).item(),
               reals = Consistency<Dim>{.of_fake = 0}(critic, real, fake, pass).item(),
               fakes = Consistency<Dim>{.of_real = 0}(critic, real, fake, pass).item();
  EXPECT_NEAR(both, reals + fakes, 1e-14);
  EXPECT_GT(reals, 0);
  EXPECT_GT(fakes, 0);
}

}  // namespace
}  // namespace gan
