#include "gan/objectives/regularization.hpp"

#include "support/critic_reference.hpp"
#include "support/objective_reference.hpp"

namespace gan {
namespace {

using D = Tensor<double>;
using namespace reference;

TEST(RegularizationReference, OrthogonalAgreesWithPyTorch) {
  Critic critic = reference_critic(true);
  expect_penalty_as_pytorch(objectives(), "orthogonal", critic, orthogonal_regularization(params(critic), 0.3), 1e-12);
}

TEST(RegularizationReference, HistoricalAverageFollowsPyTorchOverSeveralCalls) {
  const D a = reshape(tensor<double>(objectives()["in.x"]), Shape{5, 6});
  Param<double> p(a.shape(), Param<double>::Kind::weight, initializer::constant(0));
  p.move_to(device());
  const Parameters<double> parameters{{"p"}, {p.tensor()}};
  BasicHistoricalAverage<double> average(parameters, 0.5);
  Worst worst;
  int call = 0;
  for (const D& value : {a, 2.0 * a, square(a)}) {
    const std::string at = "." + std::to_string(call++);
    p.set(value);
    const D y = average();
    expect_close(y, objectives()["historical.value" + at], 1e-14, "value" + at, worst, 1e-3);
    expect_close(grad(y, parameters.tensors)[0], objectives()["historical.g" + at], 1e-13, "gradient" + at, worst,
                 1e-3);
  }
}

TEST(Regularization, OrthogonalRowsOfAnyLengthCostNothing) {
  const auto of = [](const D& weight) {
    return orthogonal_regularization(Parameters<double>{{"weight", "bias"}, {weight, D::ones({2})}}, 1).item();
  };
  EXPECT_NEAR(of(D::from({3, 0, 0, -5}, {2, 2})), 0, 1e-15);
  EXPECT_NEAR(of(D::from({1, 1, 1, 1}, {2, 2})), 8, 1e-14);  // two products of 2, off the diagonal
  EXPECT_FALSE(orthogonal_regularization(Parameters<double>{{"bias"}, {D::ones({2})}}).defined());
}

TEST(Regularization, HistoricalAveragesAreState) {
  Critic critic = reference_critic(true);
  BasicHistoricalAverage<double> average(params(critic));
  average();
  std::vector<std::string> names;
  BasicVisitor<double> visitor([&names](const std::string& name, const Param<double>& p) {
    names.push_back(name);
    EXPECT_FALSE(p.trainable());
  });
  average.visit(visitor);
  EXPECT_EQ(names, (std::vector<std::string>{"mean.0.weight", "mean.0.bias", "mean.1.weight", "mean.1.bias",
                                             "mean.3.weight", "mean.3.bias", "count"}));
  EXPECT_THROW(BasicHistoricalAverage<double>(Parameters<double>{})(), ValueError);
}

}  // namespace
}  // namespace gan
