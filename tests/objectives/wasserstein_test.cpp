#include "gan/objectives/wasserstein.hpp"

#include "support/objective_reference.hpp"

namespace gan {
namespace {

TEST(WassersteinReference, AgreesWithPyTorch) { reference::expect_objective_as_pytorch("wasserstein", Wasserstein{}); }

TEST(Wasserstein, ACriticLowersItsLossByRaisingReals) {
  const Var low = Var::from({1, 3}, {2, 1}), high = Var::from({4, 6}, {2, 1});
  EXPECT_EQ(Wasserstein{}.d(high, low).item(), -3);
  EXPECT_EQ(Wasserstein{}.d(low, high).item(), 3);
  EXPECT_EQ(Wasserstein{}.g(low).item(), -2);
}

}  // namespace
}  // namespace gan
