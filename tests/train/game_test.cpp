// Games: turns, their batches, their noise, and what passes between them.
#include "gan/train/game.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "gan/data/shapes.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/ops/random.hpp"
#include "gan/train/trainer.hpp"

namespace gan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Game, EveryTurnOfARoundGetsItsOwnBatch) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  std::vector<std::string> turns;
  std::vector<float> first_pixels;
  auto loss = [&](const char* name) {
    return [&turns, &first_pixels, &net, name](const Batch& b, Round& r, Pass& p) {
      turns.push_back(name + std::to_string(r.turn));
      first_pixels.push_back(b["x"].data()[0]);
      return sum(net(Var::ones({1, 1}), p));
    };
  };
  std::vector<Player> players;
  players.emplace_back("a", params(net), loss("a"), Sgd{}, 3);
  players.emplace_back("b", params(net), loss("b"), Adam{});
  Game game(std::move(players));
  std::vector<u8> bytes(12);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<u8>(i);
  Trainer trainer{game, data::Images(bytes, Shape{12, 1, 1, 1}).batches(1), {.rounds = 2, .seed = 1}};
  EXPECT_EQ(trainer.rounds_per_epoch(), 4);
  EXPECT_EQ(trainer.images_per_round(), 3);
  trainer.run();
  EXPECT_THAT(turns, ElementsAre("a0", "a1", "a2", "b0", "a0", "a1", "a2", "b0"));
  EXPECT_EQ(first_pixels[3], first_pixels[2]) << "the one turn of b shares the last batch of a";
  const std::set<float> different(first_pixels.begin(), first_pixels.end());
  EXPECT_EQ(different.size(), 6u);
}

TEST(Game, EveryTurnDrawsItsOwnNoise) {
  const auto few_shapes = [] { return data::shapes({.count = 64, .channels = 1}); };
  Sequential net{Dense(1, 1)};
  init(net, 1);
  std::vector<float> drawn;
  auto loss = [&](const Batch&, Round&, Pass& p) {
    drawn.push_back(randn<float>(Shape{1}, p.rng).item());
    return sum(net(Var::ones({1, 1}), p));
  };
  auto play = [&](u64 seed) {
    std::vector<Player> players;
    players.emplace_back("a", params(net), loss, Sgd{}, 2);
    players.emplace_back("b", params(net), loss, Sgd{});
    Game game(std::move(players));
    Trainer trainer{game, few_shapes().batches(16), {.rounds = 3, .seed = seed}};
    trainer.run();
  };
  play(1);
  play(2);
  EXPECT_EQ(std::set<float>(drawn.begin(), drawn.end()).size(), 18u) << "2 seeds x 3 rounds x 3 turns";
  const std::vector<float> first(drawn.begin(), drawn.begin() + 9);
  drawn.clear();
  play(1);
  EXPECT_EQ(drawn, first);
}

TEST(Game, SeparateBatchesAlternateOverMinibatches) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  std::vector<float> seen;
  auto loss = [&](const Batch& b, Round&, Pass& p) {
    seen.push_back(b["x"].data()[0]);
    return sum(net(Var::ones({1, 1}), p));
  };
  std::vector<Player> players;
  players.emplace_back("a", params(net), loss, Sgd{});
  players.emplace_back("b", params(net), loss, Sgd{});
  Game game(std::move(players));
  game.separate_batches = true;
  EXPECT_EQ(game.batches_in(0), 2);
  std::vector<u8> bytes(12);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<u8>(i);
  Trainer trainer{game, data::Images(bytes, Shape{12, 1, 1, 1}).batches(1), {.epochs = 1}};
  EXPECT_EQ(trainer.total_rounds(), 6);
  trainer.run();
  EXPECT_EQ(std::set<float>(seen.begin(), seen.end()).size(), 12u) << "an epoch shows every image to one player";
}

/// Which batches the turns of one round saw, as "a0 a1 b1": those of players a, b and c with so many turns.
std::string batches_of(const std::vector<int>& turns, bool separate = false) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  std::string seen;
  std::vector<Player> players;
  for (const int n : turns) {
    const std::string name(1, static_cast<char>('a' + players.size()));
    players.emplace_back(
        name, params(net),
        [&seen, &net, name](const Batch& b, Round& r, Pass& p) {
          seen += (seen.empty() ? "" : " ") + name + std::to_string(b.indices.at(0));
          r.put("of " + name, b["x"]);
          EXPECT_EQ(r.batch_of("of " + name).indices, b.indices);
          if (name != "a") {
            EXPECT_EQ(r.batch_of("of a")["x"].item(), r.at("of a").item()) << "the batch goes with what was put";
          }
          return sum(net(Var::ones({1, 1}), p));
        },
        Sgd{}, n);
  }
  Game game(std::move(players));
  game.separate_batches = separate;
  Round round;
  game.play(
      round,
      [](int t) {
        return Batch({{"x", Var::full({1, 1}, static_cast<float>(t))}}, {t});
      },
      1);
  return seen;
}

TEST(Game, LaterPlayersWithFewerTurnsGetTheLastBatches) {
  EXPECT_EQ(batches_of({1, 1}), "a0 b0");
  EXPECT_EQ(batches_of({2, 2}), "a0 a1 b0 b1");
  EXPECT_EQ(batches_of({3, 1}), "a0 a1 a2 b2") << "that of the fakes that a left";
  EXPECT_EQ(batches_of({3, 2}), "a0 a1 a2 b1 b2");
  EXPECT_EQ(batches_of({1, 3}), "a0 b0 b1 b2");
  EXPECT_EQ(batches_of({3, 1, 2}), "a0 a1 a2 b2 c1 c2");
  EXPECT_EQ(batches_of({1, 3, 1}), "a0 b0 b1 b2 c2");
  EXPECT_EQ(batches_of({2, 1}, true), "a0 a1 b2");
}

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& e) { return e.what(); }
  return "nothing was refused";
}

TEST(Game, RefusesTwoPlayersOrTwoPartsOfOneName) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  const Player::Loss loss = [&net](const Batch&, Round&, Pass& p) { return sum(net(Var::ones({1, 1}), p)); };
  std::vector<Player> players{{"a", params(net), loss, Sgd{}}, {"b", params(net), loss, Sgd{}}};
  Game game(players);
  game.include("net", net);
  EXPECT_THAT(refusal([&] { game.include("net", net); }), HasSubstr("[Game] a part named 'net' is included already"));
  game.include("other", net);
  players[1].name = "a";
  EXPECT_THAT(refusal([&] { Game same(players); }), HasSubstr("[Game] two players are named 'a'"));
}

TEST(Game, RefusesALossThatCannotBeMinimisedAndNamesThePlayer) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  const auto play = [&](const std::function<Var(const Var& judged)>& loss) {
    std::vector<Player> players;
    players.emplace_back(
        "D", params(net), [&](const Batch& b, Round&, Pass& p) { return loss(net(b["x"], p)); }, Sgd{});
    Game game(std::move(players));
    Round round;
    return refusal([&] {
      game.play(
          round,
          [](int) {
            return Batch({{"x", Var::ones({2, 1})}}, {0, 1});
          },
          1);
    });
  };
  EXPECT_THAT(play([](const Var& judged) { return judged; }),
              HasSubstr("[Game] the loss of 'D' is no scalar: its shape is (2, 1)"));
  EXPECT_THAT(play([](const Var& judged) { return detach(sum(judged)); }),
              HasSubstr("[Game] the loss of 'D' has no history"));
  EXPECT_THAT(play([](const Var&) { return Var(); }), HasSubstr("[Game] the loss of 'D' is an undefined tensor"));
  EXPECT_EQ(play([](const Var& judged) { return sum(judged, {0}); }), "nothing was refused") << "one element will do";
}

TEST(Round, NamesWhatIsMissing) {
  Round round;
  EXPECT_FALSE(round.has("fake"));
  EXPECT_THROW(round.at("fake"), ValueError);
  EXPECT_THROW(round.batch_of("fake"), ValueError);
  const Var x = leaf(Var::ones({1}));
  round.put("fake", x * 2.0);
  EXPECT_TRUE(round.at("fake").tracked());
  EXPECT_FALSE(round.detached("fake").tracked());
}

}  // namespace
}  // namespace gan
