// Turns of players: how many in which round, with which batches, in how many parts, and which of them end in an update.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/data/loader.hpp"
#include "gan/data/points.hpp"
#include "gan/nn/dense.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/ops/reduce.hpp"
#include "gan/train/trainer.hpp"

namespace gan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// n points with the values 0, 1, ….
data::Points numbers(i64 n) {
  std::vector<float> values;
  for (i64 i = 0; i < n; ++i) values.push_back(static_cast<float>(i));
  return data::Points(values, Shape{n, 1});
}

/// Two players that note the first example of the batches that they are given.
struct Noting {
  Dense net{1, 1};
  std::vector<i64> first, second;
  std::vector<int> turns;
  Game game;

  Noting(Schedule of_first, Schedule of_second) : game(players(std::move(of_first), std::move(of_second))) {
    init(net, 1);
    game.include("net", net);
  }
  Player player(const char* name, std::vector<i64>& seen, Schedule times) {
    const auto loss = [this, &seen](const Batch& batch, Round& round, Pass& p) {
      seen.push_back(batch.indices.at(0));
      turns.push_back(round.turn);
      return mean(net(batch["x"], p));
    };
    return Player(name, params(net), loss, Sgd{.learning_rate = 0.1}, std::move(times));
  }
  std::vector<Player> players(Schedule of_first, Schedule of_second) {
    return {player("first", first, std::move(of_first)), player("second", second, std::move(of_second))};
  }
};

Schedule list(std::vector<double> values) {
  return [values](u64 n) { return values.at(static_cast<std::size_t>(n)); };
}

TEST(Turns, FollowASchedule) {
  Noting net(list({3, 1, 0, 2}), 1);
  Trainer trainer(net.game, data::Loader(numbers(100), {.batch_size = 1, .shuffle = false}), {.rounds = 4});
  trainer.run();
  // A round takes as many batches as the player with the most turns, and at least one; the other gets the last.
  EXPECT_THAT(net.first, ElementsAre(0, 1, 2, 3, 5, 6));
  EXPECT_THAT(net.second, ElementsAre(2, 3, 4, 6));
  EXPECT_THAT(net.turns, ElementsAre(0, 1, 2, 0, 0, 0, 0, 0, 1, 0));
}

TEST(Turns, ResumeWithTheBatchAfterTheLast) {
  Noting whole(list({3, 1, 0, 2}), 1), rest(list({3, 1, 0, 2}), 1);
  Trainer first(whole.game, data::Loader(numbers(100), {.batch_size = 1, .shuffle = false}), {.rounds = 4});
  first.run();
  Trainer second(rest.game, data::Loader(numbers(100), {.batch_size = 1, .shuffle = false}), {.rounds = 4});
  second.resume_after(2);
  second.run();
  EXPECT_THAT(rest.first, ElementsAre(5, 6));
  EXPECT_THAT(rest.second, ElementsAre(4, 6));
}

TEST(Turns, OutsideTheRangeAreRefused) {
  for (const double turns : {-1.0, 256.0}) {
    Noting net(list({turns}), 1);
    Trainer trainer(net.game, numbers(10).batches(1), {.rounds = 1});
    try {
      trainer.run();
      FAIL();
    } catch (const ValueError& e) { EXPECT_THAT(e.what(), HasSubstr("'first' cannot have")); }
  }
}

TEST(Turns, EpochsCountTheBatchesOfAnAverageRound) {
  Noting net([](u64 n) { return n % 2 == 0 ? 3.0 : 1.0; }, 1);
  Trainer trainer(net.game, numbers(100).batches(1), {.epochs = 3});
  EXPECT_EQ(net.game.batches_per_round(), 2);
  EXPECT_EQ(trainer.rounds_per_epoch(), 50);
  EXPECT_EQ(trainer.total_rounds(), 150);
  EXPECT_EQ(trainer.images_per_round(), 2);
}

/// One weight w, starting at 2, that minimises w.
struct Falling {
  Dense net{1, 1, {.bias = false}};
  Game game;
  Falling()
      : game({Player("it", params(net),
                     [this](const Batch&, Round&, Pass&) { return sum(Var(net.weight.tensor())); },
                     Sgd{.learning_rate = 0.5})}) {
    net.weight.set(Var::full({1, 1}, 2));
    game.include("net", net);
  }
  float train(i64 rounds) {
    Trainer trainer(game, numbers(10).batches(2), {.rounds = rounds});
    trainer.run();
    return net.weight.data()[0];
  }
};

TEST(Turns, EndInAnUpdateOnlyIfThePlayerSaysSo) {
  Falling net;
  net.game["it"].update_if = [](const Round& round) { return round.metric("loss_it") > 1.2; };
  EXPECT_EQ(net.train(10), 1.0f);  // 2, 1.5, and 1 is not updated any more
  EXPECT_EQ(net.game["it"].optimizer.updates(), 2u);
}

TEST(Turns, MinimiseFurtherTerms) {
  Falling net;
  net.game["it"].terms.push_back(
      [&net](const Batch&, Round&, Pass&) { return sum(square(Var(net.net.weight.tensor()))); });
  EXPECT_EQ(net.train(1), 2.0f - 0.5f * (1 + 4));
}

TEST(Turns, InSeveralPartsOfABatchAreTheSameUpdate) {
  const auto train = [](int parts, double& loss) {
    BasicDense<double> net(1, 3);
    init(net, 4);
    std::vector<i64> sizes;
    BasicGame<double> game({BasicPlayer<double>(
        "it", params(net),
        [&](const BasicBatch<double>& batch, BasicRound<double>&, Pass& p) {
          sizes.push_back(batch.size());
          EXPECT_EQ(batch.indices.size(), static_cast<std::size_t>(batch.size()));
          return mean(square(net(batch["x"], p) - 1.0));
        },
        Sgd{.learning_rate = 0.01})});
    game.include("net", net);
    game["it"].micro_batches = parts;
    BasicTrainer<double> trainer(game, data::Loader(numbers(7), {.batch_size = 7, .shuffle = false}), {.rounds = 1});
    trainer.run();
    loss = trainer.metrics().at(0).second;
    EXPECT_EQ(sizes, parts == 1 ? std::vector<i64>({7}) : std::vector<i64>({2, 2, 3}));
    return net.weight.to_vector();
  };
  double whole_loss = 0, parts_loss = 0;
  const auto whole = train(1, whole_loss), parts = train(3, parts_loss);
  EXPECT_NEAR(whole_loss, parts_loss, 1e-14);
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_NEAR(whole[i], parts[i], 1e-15);
}

TEST(Turns, InMorePartsThanExamplesAreRefused) {
  Falling net;
  net.game["it"].micro_batches = 3;
  EXPECT_THROW(net.train(1), ValueError);
}

TEST(Turns, BeginWithClippedWeightsIfTheSpecSaysSo) {
  for (const ClipWhen when : {ClipWhen::before_turn, ClipWhen::after_update}) {
    Falling net;
    net.net.weight.set(Var::full({1, 1}, 2));
    std::vector<float> met;
    net.game["it"].loss = [&](const Batch&, Round&, Pass&) {
      met.push_back(net.net.weight.data()[0]);
      return sum(Var(net.net.weight.tensor()));
    };
    net.game["it"].optimizer = OptimizerSpec(Sgd{.learning_rate = 0.5}).clip_weights(0.1, when);
    const float last = net.train(2);
    if (when == ClipWhen::before_turn) {
      EXPECT_THAT(met, ElementsAre(0.1f, -0.1f));
      EXPECT_EQ(last, -0.1f - 0.5f);  // the next turn clips it
    } else {
      EXPECT_THAT(met, ElementsAre(2.0f, 0.1f));
      EXPECT_EQ(last, -0.1f);
    }
  }
}

}  // namespace
}  // namespace gan
