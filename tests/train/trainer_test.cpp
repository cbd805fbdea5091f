// Trainers: determinism, hooks, stopping, and what is said of numbers that are not finite.
#include "gan/train/trainer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gan/data/shapes.hpp"
#include "gan/models/dcgan.hpp"

namespace gan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

data::Images few_shapes() { return data::shapes({.count = 64, .channels = 1}); }

std::vector<float> train(int threads_used, i64 rounds, u64 seed, int discriminator_steps = 1) {
  const int before = threads();
  set_threads(threads_used);
  models::Dcgan net({.latent = 8, .features = 4});
  init(net, 1);
  Game game = models::dcgan_game(net);
  game["D"].turns = discriminator_steps;
  Trainer trainer{game, few_shapes().batches(16), {.rounds = rounds, .seed = seed}};
  trainer.run();
  set_threads(before);
  std::vector<float> numbers;
  each_param(net, [&](const std::string&, Param<float>& p) {
    const auto v = p.to_vector();
    numbers.insert(numbers.end(), v.begin(), v.end());
  });
  return numbers;
}

TEST(Trainer, SameSeedSameBitsForAnyNumberOfThreads) {
  const auto once = train(1, 5, 3);
  EXPECT_EQ(train(1, 5, 3), once);
  EXPECT_EQ(train(2, 5, 3), once);
  EXPECT_EQ(train(3, 5, 3), once);
  EXPECT_NE(train(1, 5, 4), once);
  EXPECT_NE(train(1, 6, 3), once);
}

// What lasts lies before what a round needs for a while, so that the two do not break up each other's memory.
TEST(Trainer, OptimizersStateIsMadeBeforeTheFirstTurn) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  std::vector<Player> players;
  std::vector<std::size_t> kept;
  Game* game_at = nullptr;
  const auto loss = [&](const Batch&, Round&, Pass& p) {
    for (Player& player : game_at->players)
      player.optimizer.each_kept([&](const char*, Tensors<float>& tensors) { kept.push_back(tensors.size()); });
    return sum(net(Var::ones({1, 1}), p));
  };
  players.emplace_back("a", params(net), loss, Adam{});
  players.emplace_back("b", params(net), loss, Sgd{.momentum = 0.5});
  Game game(std::move(players));
  game_at = &game;
  Trainer trainer{game, few_shapes().batches(1), {.rounds = 1, .seed = 1}};
  trainer.run();
  EXPECT_THAT(kept, ElementsAre(2u, 2u, 2u, 2u, 2u, 2u))
      << "m and v, and the velocity, of weight and bias, in both turns";
}

TEST(Trainer, HooksRunWhenTheyShouldAndSeeFigures) {
  models::Dcgan net({.latent = 8, .features = 4});
  init(net, 1);
  Game game = models::dcgan_game(net);
  Trainer trainer{game, few_shapes().batches(16), {.epochs = 2, .seed = 1}};
  EXPECT_EQ(trainer.total_rounds(), 8);
  std::vector<i64> rounds;
  trainer.every(3, [&](Trainer& t) { rounds.push_back(t.round()); });
  trainer.run();
  EXPECT_THAT(rounds, ElementsAre(3, 6));
  std::vector<std::string> names;
  for (const auto& [name, value] : trainer.metrics()) {
    names.push_back(name);
    EXPECT_TRUE(std::isfinite(value));
  }
  EXPECT_THAT(names, ElementsAre("D(G(z))", "D(x)", "loss_D", "loss_G"));
  EXPECT_THROW(trainer.every(0, [](Trainer&) {}), ValueError);
  EXPECT_THROW((Trainer{game, few_shapes().batches(16), {.epochs = 0}}), ValueError);
}

/// A generator and a discriminator of images of 2 x 2.
struct Pair {
  Sequential G{Dense(2, 4), Reshape{{2, 2, 1}}}, D{Flatten{}, Dense(4, 1)};
  Pair() {
    init(G, 1);
    init(D, 2);
  }
};

TEST(Trainer, StopsWhenAHookSaysSoAndGoesOn) {
  Pair w;
  Game game = adversarial(w.G, w.D, NonSaturating{}, {.input = {.latent = 2}});
  Trainer trainer{game, data::Images(std::vector<u8>(80), Shape{20, 2, 2, 1}).batches(2), {.rounds = 5}};
  int epochs = 0;
  trainer.every(1, [](Trainer& t) {
    if (t.round() == 2) t.stop();
  });
  trainer.every_epoch(1, [&epochs](Trainer&) { ++epochs; });
  trainer.run();
  EXPECT_EQ(trainer.round(), 2);
  trainer.run();
  EXPECT_EQ(trainer.round(), 5);
  EXPECT_EQ(epochs, 0) << "an epoch has ten rounds";
}

TEST(Trainer, SaysOnceThatRatesHaveFallenToZero) {
  Pair w;
  std::vector<std::string> notes;
  const auto play = [&](i64 rounds, i64 resumed_after, OptimizerSpec d) {
    notes.clear();
    const OptimizerSpec falling =
        OptimizerSpec(Adam{}).learning_rate(schedule::linear_to_zero({.from = 2, .steps = 2}));
    Game game =
        adversarial(w.G, w.D, NonSaturating{}, {.input = {.latent = 2}, .generator = falling, .discriminator = d});
    const TrainerOptions options{.rounds = rounds, .note = [&](const std::string& what) { notes.push_back(what); }};
    Trainer trainer{game, data::Images(std::vector<u8>(80), Shape{20, 2, 2, 1}).batches(2), options};
    if (resumed_after > 0) {
      game["G"].optimizer.set_updates(static_cast<u64>(resumed_after));
      trainer.resume_after(resumed_after);
    }
    trainer.run();
  };
  play(4, 0, Adam{});
  EXPECT_THAT(notes, ElementsAre()) << "the run ends where the rate does";
  play(9, 0, Adam{});
  EXPECT_THAT(notes,
              ElementsAre(HasSubstr("learning rate is 0 now, so that nothing more is learnt: G after 4 updates")));
  play(9, 7, Adam{});
  EXPECT_THAT(notes, ElementsAre(HasSubstr("G after 7 updates"))) << "also where a run goes on";
  play(9, 9, Adam{});
  EXPECT_THAT(notes, ElementsAre());
  play(4, 0, Sgd{.learning_rate = 0});
  EXPECT_THAT(notes, ElementsAre()) << "a frozen player is meant";
  play(6, 0, OptimizerSpec(Adam{}).learning_rate([](u64 n) { return n > 0 && n < 3 ? 1.0 : 0.0; }));
  EXPECT_THAT(notes, ElementsAre(HasSubstr("D after 3 updates"), HasSubstr("G after 4 updates"))) << "rising from 0";
  play(4, 0, OptimizerSpec(Adam{}).learning_rate([](u64 n) { return n == 2 ? 0.0 : 1.0; }));
  EXPECT_THAT(notes, ElementsAre()) << "it goes on afterwards";
}

TEST(Trainer, NamesTheFirstBadTensorAndLeavesTheOthersAlone) {
  Pair w;
  Game game = adversarial(w.G, w.D, NonSaturating{}, {.input = {.latent = 2}});
  Trainer trainer{game, data::Images(std::vector<u8>(80), Shape{20, 2, 2, 1}).batches(2), {.rounds = 5}};
  trainer.step();
  params(w.G).tensors[1].mutable_data()[3] = std::numeric_limits<float>::infinity();
  const auto discriminator = params(w.D).tensors[0].to_vector();
  EXPECT_EQ(game.first_not_finite(), "G.0.bias");
  try {
    trainer.run();
    FAIL();
  } catch (const NotFiniteError& e) { EXPECT_THAT(e.what(), HasSubstr("'G.0.bias' is not finite after round 1")); }
  EXPECT_EQ(params(w.D).tensors[0].to_vector(), discriminator) << "a bad loss changes no weight";
}

TEST(Trainer, StopsAtNotANumberAndNamesTheLoss) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  std::vector<Player> players;
  players.emplace_back(
      "G", params(net),
      [&net](const Batch&, Round&, Pass& p) {
        return sum(log(net(Var::zeros({1, 1}), p) - 1.0));
      },
      Adam{});
  Game game(std::move(players));
  Trainer trainer{game, few_shapes().batches(16), {.rounds = 1}};
  try {
    trainer.run();
    FAIL();
  } catch (const Error& e) { EXPECT_THAT(e.what(), HasSubstr("loss_G is")); }
}

}  // namespace
}  // namespace gan
