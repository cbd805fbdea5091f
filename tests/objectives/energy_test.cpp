#include "gan/objectives/energy.hpp"

#include "gan/nn/activation.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/sequential.hpp"
#include "support/objective_reference.hpp"

namespace gan {
namespace {

using D = Tensor<double>;
using reference::input;
using reference::objectives;

TEST(EnergyReference, EnergyBasedAgreesWithPyTorch) {
  const EnergyBased objective{.margin = 1.2, .pulling_away = 0.1};
  reference::expect_as_pytorch({"energy.d", {"real_energy", "fake_energy"}, [&](const Tensors<double>& x) {
                                  Pass pass = Pass::training();
                                  return objective.d(x[0], x[1], pass);
                                }});
  reference::expect_as_pytorch({"energy.g", {"fake_energy", "fake_features"}, [&](const Tensors<double>& x) {
                                  return objective.g(BasicScores<double>(x[0], x[1]));
                                }});
}

/// Takes tanh of x, in two steps, as the identity and tanh.
auto tanh_autoencoder(double power) {
  return Reconstruction{BasicSequential<double>(Flatten{}), BasicSequential<double>(Tanh{}, Reshape{{2, 3}}), power};
}

TEST(EnergyReference, ReconstructionAgreesWithPyTorch) {
  for (const double power : {1.0, 2.0})
    reference::expect_as_pytorch(
        {power == 1 ? "reconstruction_1" : "reconstruction_2", {"x"}, [power](const Tensors<double>& x) {
           Pass pass = Pass::training();
           return sum(square(tanh_autoencoder(power)(x[0], pass).logits));
         }});
}

TEST(EnergyReference, BoundaryEquilibriumKeepsItsBalance) {
  BasicBoundaryEquilibrium<double> objective{.gamma = 0.7, .rate = 0.3};
  reference::Worst worst;
  Pass pass = Pass::training();
  D of_real;
  for (int turn = 0; turn < 4; ++turn) {
    of_real = (turn + 1.0) * input("real_energy");
    const std::string at = "." + std::to_string(turn);
    const D real = leaf(of_real), fake = leaf(input("fake_energy")), before = objective.k.tensor().clone();
    const D loss = objective.d(real, fake, pass);
    expect_close(loss, objectives()["began.value" + at], 1e-14, "value" + at, worst);
    expect_close(objective.k.tensor(), objectives()["began.k" + at], 1e-14, "k" + at, worst);
    // The gradient is that of the k of this turn, though k has changed since.
    EXPECT_NEAR(grad(loss, {fake})[0].to_vector()[0], -before.item() / 5, 1e-15);
  }
  EXPECT_EQ(objective.k.tensor().item(), 1) << "the limit";
  expect_close(convergence_measure(of_real, input("fake_energy"), 0.7), objectives()["began.measure"], 1e-14, "measure",
               worst);
  EXPECT_EQ(objective.g(D::from({1, 3}, {2, 1})).item(), 2);
}

TEST(Energy, ReconstructionIsADiscriminatorWithACode) {
  auto net = tanh_autoencoder(2);
  Pass pass = Pass::training();
  const BasicScores<double> scores = net(input("x"), pass);
  EXPECT_EQ(scores.logits.shape(), (Shape{5, 1}));
  EXPECT_EQ(scores.features.shape(), (Shape{5, 6}));
  EXPECT_EQ(scores.inputs.shape(), (Shape{5, 2, 3}));
  Reconstruction learnt{BasicSequential<double>(BasicDense<double>(3, 2)),
                        BasicSequential<double>(BasicDense<double>(2, 4))};
  std::vector<std::string> names;
  each_param(learnt, [&names](const std::string& name, auto&) { names.push_back(name); });
  EXPECT_EQ(names,
            (std::vector<std::string>{"encoder.0.weight", "encoder.0.bias", "decoder.0.weight", "decoder.0.bias"}));
  init(learnt, 1);
  EXPECT_THROW(learnt(D::ones({2, 3}), pass), ShapeError) << "the decoder makes 4 values";
}

TEST(Energy, PullingAwayIsZeroForOrthogonalRowsAndOneForParallelOnes) {
  EXPECT_NEAR(pulling_away(D::from({1, 0, 0, -3}, {2, 2})).item(), 0, 1e-12);
  EXPECT_NEAR(pulling_away(D::from({1, 2, -3, -6}, {2, 2})).item(), 1, 1e-11);
  EXPECT_THROW(pulling_away(D::ones({1, 2})), ShapeError);
}

TEST(Energy, ThePullingAwayTermNeedsFeatures) {
  EXPECT_THROW(EnergyBased{.pulling_away = 0.1}.g(BasicScores<double>(D::ones({2, 1}))), ValueError);
  EXPECT_EQ(EnergyBased{}.g(BasicScores<double>(D::ones({2, 1}))).item(), 1);
}

TEST(Energy, APassThatUpdatesNoStatisticsLeavesTheEquilibriumAlone) {
  const BasicBoundaryEquilibrium<double> objective{.rate = 0.5};
  Pass pass = Pass::training();
  pass.update_stats = false;
  objective.d(D::ones({2, 1}), D::zeros({2, 1}), pass);
  EXPECT_EQ(objective.k.tensor().item(), 0);
  pass.update_stats = true;
  objective.d(D::ones({2, 1}), D::zeros({2, 1}), pass);
  EXPECT_EQ(objective.k.tensor().item(), 0.25);
  BasicBoundaryEquilibrium<double> other;
  std::vector<std::string> names;
  each_param(other, [&names](const std::string& name, auto&) { names.push_back(name); });
  EXPECT_EQ(names, std::vector<std::string>{"k"});
}

}  // namespace
}  // namespace gan
