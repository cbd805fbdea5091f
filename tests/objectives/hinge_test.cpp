#include "gan/objectives/hinge.hpp"

#include "support/objective_reference.hpp"

namespace gan {
namespace {

TEST(HingeReference, AgreesWithPyTorch) { reference::expect_objective_as_pytorch("hinge", Hinge{}); }

TEST(Hinge, ScoresBeyondTheMarginNeitherCostNorTeach) {
  const Tensor<double> real = leaf(Tensor<double>::from({1.5, 0.2}, {2, 1})),
                       fake = leaf(Tensor<double>::from({-3, 0.5}, {2, 1}));
  EXPECT_NEAR(Hinge{}.d(real, fake).item(), 0.4 + 0.75, 1e-15);
  EXPECT_NEAR(Hinge{.margin = 2}.d(real, fake).item(), (0.5 + 1.8) / 2 + 2.5 / 2, 1e-15);
  const Tensors<double> g = grad(Hinge{}.d(real, fake), {real, fake});
  EXPECT_EQ(g[0].to_vector(), (std::vector<double>{0, -0.5}));
  EXPECT_EQ(g[1].to_vector(), (std::vector<double>{0, 0.5}));
}

TEST(Hinge, TheGeneratorHasNoMargin) { EXPECT_EQ(Hinge{}.g(Var::from({9, 1}, {2, 1})).item(), -5); }

}  // namespace
}  // namespace gan
