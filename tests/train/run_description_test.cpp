// What defines a run is compared by name when it goes on, as far as it can be known: optimizers, schedules, players and
// turns, further data, metadata. What differs is refused with both values, and nothing changes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "gan/data/shapes.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/optim/rmsprop.hpp"
#include "gan/train/checkpoint.hpp"

namespace gan {
namespace {

using testing::HasSubstr;

std::string fresh_folder(const std::string& name) {
  const std::string path = testing::TempDir() + "/run_description_" + name;
  std::filesystem::remove_all(path);
  return path;
}

data::Images shapes(u64 seed = 1, i64 count = 20) {
  return data::shapes({.count = count, .channels = 1, .seed = seed});
}

/// A run of two players, and what may be said of it.
struct Settings {
  OptimizerSpec optimizer = Adam{};
  std::vector<std::string> names{"G", "D"};
  int turns = 1;
  bool separate = false;
  std::optional<data::Loader> second = {};
  std::optional<data::Images> third = {};
  io::Metadata metadata = {};
};

/// Plays two rounds and saves; or, where there is a checkpoint, goes on with it. Returns what was refused, or "".
std::string go_on(const std::string& folder, Settings s) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  const Player::Loss loss = [&](const Batch&, Round&, Pass& p) {
    if (s.second) s.second->next();
    return sum(net(Var::ones({1, 1}), p));
  };
  std::vector<Player> players;
  for (const std::string& name : s.names) players.emplace_back(name, params(net), loss, s.optimizer, s.turns);
  Game game(std::move(players));
  game.separate_batches = s.separate;
  game.include("net", net);
  Trainer trainer{game, shapes().batches(2), {.rounds = 2}};
  if (s.second) trainer.also_uses("y", *s.second);
  if (s.third) trainer.also_uses("z", *s.third);
  Checkpoints checkpoints(folder, {.metadata = s.metadata});
  const auto before = params(net).tensors[0].item();
  try {
    if (checkpoints.resume(trainer)) {
      if (s.second) { EXPECT_EQ(s.second->cursor(), (data::Cursor{0, 4})) << "2 rounds of 2 turns"; }
      return "";
    }
  } catch (const Error& e) {
    EXPECT_EQ(params(net).tensors[0].item(), before) << "nothing changes";
    EXPECT_EQ(trainer.round(), 0);
    return e.what();
  }
  trainer.run();
  checkpoints.save(trainer);
  return "saved";
}

/// What going on with `now` says of a run that was made with `before`.
std::string refused(const Settings& before, const Settings& now) {
  const std::string folder = fresh_folder("settings");
  EXPECT_EQ(go_on(folder, before), "saved");
  EXPECT_EQ(go_on(folder, before), "") << "with the same settings it goes on";
  return go_on(folder, now);
}

TEST(RunDescription, SettingsOfOptimizers) {
  const auto differs = [](OptimizerSpec before, OptimizerSpec now) {
    return refused({.optimizer = std::move(before)}, {.optimizer = std::move(now)});
  };
  EXPECT_THAT(differs(Adam{}, Adam{.learning_rate = 1e-3}), HasSubstr("made with G's learning_rate 2e-04, not 0.001"));
  EXPECT_THAT(differs(Adam{}, Adam{.beta1 = 0.9}), HasSubstr("made with G's beta1 0.5, not 0.9"));
  EXPECT_THAT(differs(Adam{}, RmsProp{}), HasSubstr("made with G's optimizer Adam, not RmsProp"));
  EXPECT_THAT(differs(RmsProp{}, RmsProp{.epsilon = 1e-4}), HasSubstr("G's epsilon 1e-08, not 1e-04"));
  EXPECT_THAT(differs(Sgd{}, Sgd{.weight_decay = 0.5}), HasSubstr("G's weight_decay 0, not 0.5"));
  EXPECT_THAT(differs(Sgd{}, OptimizerSpec(Sgd{}).clip_weights(0.5)), HasSubstr("G's limit of weights none, not 0.5"));
  EXPECT_THAT(differs(OptimizerSpec(Sgd{}).clip_gradient_norm(1), OptimizerSpec(Sgd{}).clip_gradient_norm(2)),
              HasSubstr("G's limit of the gradients' norm 1, not 2"));
}

TEST(RunDescription, Schedules) {
  const auto differs = [](Schedule before, Schedule now) {
    return refused({.optimizer = OptimizerSpec(Sgd{}).learning_rate(std::move(before))},
                   {.optimizer = OptimizerSpec(Sgd{}).learning_rate(std::move(now))});
  };
  EXPECT_THAT(
      differs(schedule::linear_to_zero({.from = 5, .steps = 10}), schedule::linear_to_zero({.from = 5, .steps = 20})),
      HasSubstr("G's learning rate's schedule linear_to_zero(from 5, steps 10), not linear_to_zero(from 5, steps 20)"));
  EXPECT_THAT(differs(schedule::warm_up({.steps = 5}, schedule::step({.every = 2})), schedule::warm_up({.steps = 5})),
              HasSubstr("warm_up(steps 5, then step(every 2, factor 0.1)), not warm_up(steps 5, then 1)"));
  const auto falling = [](double share) { return [share](u64 n) { return n < 100 ? 1 : share; }; };
  EXPECT_EQ(differs(falling(0.5), falling(0.5)), "");
  EXPECT_THAT(differs(falling(0.5), falling(0.25)), HasSubstr("updates: 1, 1, 1, 0.5, 0.5, 0.5, 0.5), not a function"));
  EXPECT_THAT(
      refused({.optimizer = OptimizerSpec(Sgd{}).momentum(0.5)}, {.optimizer = OptimizerSpec(Sgd{}).momentum(0.6)}),
      HasSubstr("G's momentum's schedule 0.5, not 0.6"));
}

TEST(RunDescription, PlayersAndTheirTurns) {
  EXPECT_THAT(refused({}, {.names = {"D", "G"}}), HasSubstr("made with players G, D, not D, G"));
  EXPECT_THAT(refused({}, {.names = {"G"}}), HasSubstr("made with players G, D, not G"));
  EXPECT_THAT(refused({}, {.turns = 2}), HasSubstr("made with G's turns 1, not 2"));
  EXPECT_THAT(refused({}, {.separate = true}), HasSubstr("made with separate batches false, not true"));
}

TEST(RunDescription, FurtherData) {
  const auto loader = [](u64 data, i64 batch_size = 2, u64 seed = 1) {
    return Settings{.second = data::Loader(shapes(data), {.batch_size = batch_size, .seed = seed})};
  };
  EXPECT_THAT(refused(loader(1), loader(2)), HasSubstr("made with y's data of checksum"));
  EXPECT_THAT(refused(loader(1), loader(1, 4)), HasSubstr("made with y's batch size 2, not 4"));
  EXPECT_THAT(refused(loader(1), loader(1, 2, 3)), HasSubstr("made with y's seed 1, not 3"));
  EXPECT_THAT(refused(loader(1), {}), HasSubstr("made with y's seed 1, and now there is none"));
  EXPECT_THAT(refused({}, loader(1)), HasSubstr("made without y's seed, which is 1 now"));
  EXPECT_THAT(refused({.third = shapes(1)}, {.third = shapes(1, 10)}), HasSubstr("made with z's examples 20, not 10"));
}

TEST(RunDescription, Metadata) {
  const Settings made{.metadata = {{"model", "mine"}, {"options", "latent = 4\nsize = 28\n"}, {"libgan.note", "a"}}};
  const auto with = [&](const char* key, const char* value) {
    Settings now = made;
    now.metadata[key] = value;
    return refused(made, now);
  };
  EXPECT_THAT(with("model", "yours"), HasSubstr("made with model mine, not yours"));
  EXPECT_THAT(with("options", "latent = 8\nsize = 28\n"), HasSubstr("made with latent 4, not 8"));
  EXPECT_THAT(with("options", "latent = 4\n"), HasSubstr("made with size 28, and now there is none"));
  EXPECT_THAT(with("more", "1"), HasSubstr("made without more, which is 1 now"));
  EXPECT_EQ(with("libgan.note", "b"), "");
  EXPECT_EQ(with("options", "latent = 4\nsize = 28\nfeatures = 64\n"), "") << "an older file may lack an option";
  EXPECT_THAT(refused(made, {}), HasSubstr("made with model mine, and now there is none"));
}

TEST(RunDescription, SourcesHaveNamesOfTheirOwn) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  Game game(std::vector<Player>{{"G", params(net), {}, Sgd{}}});
  Trainer trainer{game, shapes().batches(2), {.rounds = 2}};
  trainer.also_uses("y", shapes());
  EXPECT_THROW(trainer.also_uses("y", shapes()), ValueError);
}

}  // namespace
}  // namespace gan
