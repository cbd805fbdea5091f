#include "gan/objectives/relativistic.hpp"

#include <cmath>

#include "support/objective_reference.hpp"

namespace gan {
namespace {

using D = Tensor<double>;
using enum RelativisticLoss;
using enum RelativisticTo;

TEST(RelativisticReference, AllFormsAgreeWithPyTorch) {
  reference::expect_objective_as_pytorch("standard_pair", Relativistic{});
  reference::expect_objective_as_pytorch("least_squares_pair", Relativistic{.loss = least_squares});
  reference::expect_objective_as_pytorch("hinge_pair", Relativistic{.loss = hinge});
  reference::expect_objective_as_pytorch("standard_average", Relativistic{.to = average});
  reference::expect_objective_as_pytorch("least_squares_average", Relativistic{.loss = least_squares, .to = average});
  reference::expect_objective_as_pytorch("hinge_average", Relativistic{.loss = hinge, .to = average});
}

TEST(Relativistic, EqualLogitsOfPairsCostLogTwo) {
  const D same = D::from({0.3, -2, 5}, {3, 1});
  EXPECT_NEAR(Relativistic{}.d(same, same).item(), std::log(2.0), 1e-15);
  EXPECT_NEAR(Relativistic{}.g(same, same).item(), std::log(2.0), 1e-15);
}

TEST(Relativistic, ExchangingThePairExchangesThePlayers) {
  const D a = D::from({0.3, -2, 5}, {3, 1}), b = D::from({1, 2, 0.1}, {3, 1});
  for (const auto loss : {standard, least_squares, hinge})
    for (const auto to : {pair, average}) {
      const Relativistic objective{.loss = loss, .to = to};
      EXPECT_EQ(objective.d(a, b).item(), objective.g(b, a).item());
      EXPECT_NE(objective.d(a, b).item(), objective.d(b, a).item());
    }
}

TEST(Relativistic, APairIsARow) {
  const D real = D::from({0, 4}, {2, 1}), fake = D::from({0, 4}, {2, 1}), crossed = D::from({4, 0}, {2, 1});
  EXPECT_NEAR(Relativistic{}.d(real, fake).item(), std::log(2.0), 1e-15);
  EXPECT_NEAR(Relativistic{}.d(real, crossed).item(), (std::log1p(std::exp(4)) + std::log1p(std::exp(-4))) / 2, 1e-14);
  EXPECT_EQ(Relativistic{.to = average}.d(real, fake).item(), Relativistic{.to = average}.d(real, crossed).item());
}

TEST(Relativistic, PairsOfUnequalBatchesThrow) {
  EXPECT_THROW(Relativistic{}.d(D::ones({3, 1}), D::ones({2, 1})), ShapeError);
  EXPECT_THROW(Relativistic{}.d(D::ones({3, 1}), D::ones({3})), ShapeError);  // not all against all
  EXPECT_NO_THROW(Relativistic{.to = average}.d(D::ones({3, 1}), D::ones({2, 1})));
}

}  // namespace
}  // namespace gan
