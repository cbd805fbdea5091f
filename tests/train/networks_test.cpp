// What becomes of a game when somebody moves its networks, assigns to them, or lists a parameter twice.
#include <gtest/gtest.h>

#include "support/files.hpp"
#include "gan/data/shapes.hpp"
#include "gan/models/dcgan.hpp"
#include "gan/train/checkpoint.hpp"

namespace gan {
namespace {

std::vector<std::vector<float>> numbers_of(Sequential& net) {
  std::vector<std::vector<float>> all;
  each_param(net, [&all](const std::string&, Param<float>& p) { all.push_back(p.to_vector()); });
  return all;
}

TEST(Networks, TrainOnAfterAMoveToWhereTheyLie) {
  const auto course = [](bool move) {
    models::Dcgan net({.latent = 4, .features = 2});
    init(net, 1);
    const auto first = numbers_of(net.G);
    Game game = models::dcgan_game(net);
    if (move) to(net, Device::cpu());
    Trainer trainer{game, data::shapes({.count = 64, .channels = 1}).batches(16), {.rounds = 3, .seed = 1}};
    trainer.step();
    if (move) to(net, Device::cpu());
    trainer.run();
    EXPECT_NE(numbers_of(net.G), first) << "it learns";
    return std::pair(numbers_of(net.G), numbers_of(net.D));
  };
  EXPECT_EQ(course(true), course(false));
}

TEST(Networks, ASnapshotIsPutBackWhileTheyTrain) {
  models::Dcgan net({.latent = 4, .features = 2});
  init(net, 1);
  Game game = models::dcgan_game(net);
  const Sequential snapshot = net.G;
  Trainer trainer{game, data::shapes({.count = 64, .channels = 1}).batches(16), {.rounds = 3, .seed = 1}};
  trainer.step();
  net.G = snapshot;
  const auto learnt = [&net] { return params(net.G).tensors[0].to_vector(); };  // not the buffers, which any pass moves
  const auto before = learnt();
  trainer.step();
  EXPECT_NE(learnt(), before) << "it still learns";
}

TEST(Player, UpdatesOnceWhatIsListedTwice) {
  const auto after = [](auto list) {
    Sequential net{Dense(1, 1)};
    init(net, 1);
    std::vector<Player> players;
    players.emplace_back(
        "a", list(net),
        [&net](const Batch&, Round&, Pass& p) {
          return sum(net(Var::ones({1, 1}), p));
        },
        Sgd{.learning_rate = 0.5});
    Game game(std::move(players));
    Round round;
    game.play(
        round, [](int) { return Batch{}; }, 1);
    return numbers_of(net);
  };
  const auto once = after([](Sequential& net) { return params(net); });
  EXPECT_EQ(after([](Sequential& net) { return params(net, net); }), once);
  EXPECT_EQ(after([](Sequential& net) {
              Parameters<float> twice = params(net);
              const Parameters<float> same = twice;
              twice.names.insert(twice.names.end(), same.names.begin(), same.names.end());
              twice.tensors.insert(twice.tensors.end(), same.tensors.begin(), same.tensors.end());
              return twice;
            }),
            once);
}

TEST(Networks, ShareATrunkThatCheckpointsHoldUnderBothNames) {
  struct OnTrunk {
    Dense* trunk;
    Dense head{2, 1};
    Var operator()(const Var& x, Pass& p) const { return head((*trunk)(x, p), p); }
    void visit(Visitor& v) {
      v("trunk", *trunk);
      v("head", head);
    }
  };
  struct Whole {
    Dense trunk{1, 2};
    OnTrunk D{&trunk}, Q{&trunk};
    std::unique_ptr<Game> game;
    std::unique_ptr<Trainer> trainer;
    Whole() {
      init(D, 1);
      init(Q, 2);
      std::vector<Player> players;
      players.emplace_back(
          "D", params(D, Q),
          [this](const Batch&, Round&, Pass& p) {
            return sum(D(Var::ones({1, 1}), p)) + sum(square(Q(Var::ones({1, 1}), p)));
          },
          Adam{});
      game = std::make_unique<Game>(std::move(players));
      game->include("D", D).include("Q", Q);
      trainer = std::make_unique<Trainer>(*game, data::shapes({.count = 10}).batches(2),
                                          TrainerOptions{.rounds = 4, .seed = 1});
    }
  };
  const std::string folder = test::temporary("trunk");
  Whole whole, first, second;
  whole.trainer->run();
  first.trainer->step();
  Checkpoints checkpoints(folder);
  checkpoints.save(*first.trainer);
  const auto file = checkpoints.folder().newest()->file;
  EXPECT_EQ(file.get<float>("D.trunk.weight").to_vector(), file.get<float>("Q.trunk.weight").to_vector());
  EXPECT_TRUE(file.contains("optimizer.D.m.head.weight#2"));
  EXPECT_FALSE(file.contains("optimizer.D.m.trunk.weight#2"));
  ASSERT_TRUE(checkpoints.resume(*second.trainer));
  second.trainer->run();
  EXPECT_EQ(second.trunk.weight.to_vector(), whole.trunk.weight.to_vector());
  EXPECT_EQ(second.Q.head.weight.to_vector(), whole.Q.head.weight.to_vector());
}

}  // namespace
}  // namespace gan
