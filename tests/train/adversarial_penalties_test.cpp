// Penalties in the two-player game: the scores that they share with the objective, and what they refuse.
#include <gtest/gtest.h>

#include <filesystem>

#include "gan/data/mixtures.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/objectives/energy.hpp"
#include "gan/objectives/hinge.hpp"
#include "gan/objectives/lecam.hpp"
#include "gan/objectives/penalties.hpp"
#include "gan/objectives/relativistic.hpp"
#include "gan/train/adversarial.hpp"
#include "gan/train/checkpoint.hpp"
#include "gan/train/trainer.hpp"
#include "support/files.hpp"

namespace gan {
namespace {

/// Counts the examples that it scores.
struct Discriminator {
  Sequential net{Dense(2, 8, {.activation = LeakyReLU{0.2}}), Dense(8, 1)};
  i64 scored = 0;
  Var operator()(const Var& x, Pass& pass) {
    scored += x.shape(0);
    return net(x, pass);
  }
  void visit(Visitor& v) { v("net", net); }
};

struct Played {
  i64 scored;               ///< examples in a round of batches of 10
  std::vector<float> bias;  ///< after two rounds, of D
};
template <class Penalty>
Played played(const Penalty& penalty, AdversarialOptions o = {}) {
  Sequential G{Dense(3, 8, {.activation = ReLU{}}), Dense(8, 2)};
  Discriminator D;
  init(G, 1);
  init(D, 2);
  o.input = {.latent = 3};
  Game game = adversarial(G, D, Relativistic{}, o, penalty);
  Trainer trainer{game, data::ring({}).batches(10), {.rounds = 2}};
  trainer.run();
  return {D.scored / 2, params(D).tensors[1].to_vector()};
}

/// The same penalty without the form that shares scores.
struct Apart {
  Penalties<R1, R2> penalty = R1{1} + R2{1};
  template <class T, class D>
  Tensor<T> operator()(D& discriminator, const Tensor<T>& real, const Tensor<T>& fake, Pass& pass) const {
    return penalty(discriminator, real, fake, pass);
  }
};

TEST(AdversarialPenalties, R1AndR2TakeTheScoresOfTheObjective) {
  const Played none = played(NoPenalty{}), shared = played(R1{1} + R2{1}), apart = played(Apart{});
  EXPECT_EQ(none.scored, 40);  // real and fake in each turn
  EXPECT_EQ(shared.scored, 40);
  EXPECT_EQ(apart.scored, 60);
  for (std::size_t i = 0; i < shared.bias.size(); ++i) EXPECT_NEAR(shared.bias[i], apart.bias[i], 1e-6);
  EXPECT_NE(shared.bias, none.bias) << "the penalty reaches the update";
}

TEST(AdversarialPenalties, AreTheSameWhereRealAndFakeAreOneBatch) {
  const Played apart = played(R1{1} + R2{1}), joined = played(R1{1} + R2{1}, {.joined = true});
  for (std::size_t i = 0; i < apart.bias.size(); ++i) EXPECT_NEAR(joined.bias[i], apart.bias[i], 1e-6);
}

TEST(AdversarialPenalties, RefuseABatchNormInTheDiscriminator) {
  Sequential G{Dense(3, 8, {.activation = ReLU{}}), BatchNorm(8), Dense(8, 2)};
  Sequential D{Dense(2, 8), BatchNorm(8), Dense(8, 1)};
  init(G, 1);
  init(D, 2);
  const auto play = [&](const auto& penalty) {
    Game game = adversarial(G, D, Relativistic{}, {.input = {.latent = 3}}, penalty);
    Trainer trainer{game, data::ring({}).batches(10), {.rounds = 2}};
    trainer.run();
  };
  EXPECT_THROW(play(R1{1}), ValueError);
  EXPECT_THROW(play(GradientPenalty{}), ValueError);
  EXPECT_NO_THROW((play(R1{.allow_batch_norm = true} + R2{.allow_batch_norm = true})));
  EXPECT_NO_THROW(play(NoPenalty{})) << "and in the generator it is welcome";
}

/// What BoundaryEquilibrium's k and LeCam's means are after some rounds, resumed from a folder if it holds some.
template <class Objective>
std::vector<float> state_after(i64 rounds, const std::string& folder, const Objective& objective) {
  Sequential G{Dense(3, 2)}, encoder{Dense(2, 1)}, decoder{Dense(1, 2)};
  Reconstruction D{encoder, decoder};
  init(G, 1);
  init(D, 2);
  Game game = adversarial(G, D, objective, {.input = {.latent = 3}});
  Trainer trainer{game, data::ring({}).batches(10), {.rounds = rounds}};
  Checkpoints checkpoints(folder);
  checkpoints.resume(trainer);
  trainer.run();
  checkpoints.save(trainer);
  std::vector<float> state;
  each_param(game, [&state](const std::string& name, const Param<float>& p) {
    if (name.starts_with("objective.")) state.push_back(p.to_vector()[0]);
  });
  return state;
}

TEST(AdversarialPenalties, TheStateOfAnObjectiveIsPartOfTheGameAndOfItsCheckpoints) {
  const auto expect_resumed = [](const auto& objective, std::size_t size) {
    const std::string straight = test::temporary("objective_straight"), stopped = test::temporary("objective_stopped");
    const std::vector<float> state = state_after(5, straight, objective);
    ASSERT_EQ(state.size(), size);
    EXPECT_NE(state[0], 0);
    const std::vector<float> early = state_after(2, stopped, objective);
    EXPECT_NE(early, state);
    EXPECT_EQ(state_after(5, stopped, objective), state);
    std::filesystem::remove_all(straight);
    std::filesystem::remove_all(stopped);
  };
  expect_resumed(BoundaryEquilibrium{.rate = 0.1}, 1);
  expect_resumed(LeCam<Hinge>{.start = 3}, 3);
}

}  // namespace
}  // namespace gan
