#include "gan/objectives/lecam.hpp"

#include "gan/objectives/hinge.hpp"
#include "gan/objectives/relativistic.hpp"
#include "support/objective_reference.hpp"

namespace gan {
namespace {

using D = Tensor<double>;
using Scored = BasicScores<double>;
using reference::input;
using reference::objectives;

TEST(LeCamReference, FollowsPyTorchOverSeveralTurns) {
  const LeCam<Hinge, double> objective{.strength = 0.3, .decay = 0.9, .start = 2};
  reference::Worst worst;
  Pass pass = Pass::training();
  for (int turn = 0; turn < 5; ++turn) {
    const std::string at = "." + std::to_string(turn);
    const D real = leaf((1 + 0.3 * turn) * input("real")), fake = leaf(input("fake") - 0.2 * turn);
    const D loss = objective.d(Scored(real), Scored(fake), pass);
    expect_close(loss, objectives()["lecam.value" + at], 1e-14, "value" + at, worst);
    expect_close(objective.real_mean.tensor(), objectives()["lecam.real" + at], 1e-14, "real" + at, worst);
    expect_close(objective.fake_mean.tensor(), objectives()["lecam.fake" + at], 1e-14, "fake" + at, worst);
    const Tensors<double> g = grad(loss, {real, fake});
    expect_close(g[0], objectives()["lecam.g.real" + at], 1e-13, "gradient of real" + at, worst);
    expect_close(g[1], objectives()["lecam.g.fake" + at], 1e-13, "gradient of fake" + at, worst);
  }
  EXPECT_EQ(objective.turns.tensor().item(), 2) << "counted no further than needed";
}

TEST(LeCam, APassThatUpdatesNoStatisticsLeavesTheMeansAlone) {
  const LeCam<Hinge, double> objective{.start = 1};
  Pass pass = Pass::training();
  objective.d(Scored(D::ones({2, 1})), Scored(D::zeros({2, 1})), pass);
  EXPECT_EQ(objective.real_mean.tensor().item(), 1);
  pass.update_stats = false;
  const double loss = objective.d(Scored(D::full({2, 1}, 3)), Scored(D::zeros({2, 1})), pass).item();
  EXPECT_EQ(objective.real_mean.tensor().item(), 1);
  EXPECT_NEAR(loss, 1 + 0.3 * (9 + 1), 1e-14);
}

TEST(LeCam, ChangesNothingForTheGeneratorAndKeepsItsObjective) {
  const LeCam<Relativistic, double> pairs;
  EXPECT_EQ(generator_loss(pairs, input("fake"), [] { return input("real"); }).item(),
            Relativistic{}.g(input("real"), input("fake")).item());
  const LeCam<Hinge, double> hinge;
  EXPECT_EQ(generator_loss(hinge, input("fake"), [] { return input("real"); }).item(), Hinge{}.g(input("fake")).item());
}

TEST(LeCam, VisitsItsState) {
  LeCam<LeCam<Hinge>> twice;
  std::vector<std::string> names;
  each_param(twice, [&names](const std::string& name, auto&) { names.push_back(name); });
  EXPECT_EQ(names, (std::vector<std::string>{"objective.real_mean", "objective.fake_mean", "objective.turns",
                                             "real_mean", "fake_mean", "turns"}));
}

}  // namespace
}  // namespace gan
