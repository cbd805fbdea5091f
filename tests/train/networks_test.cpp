// What becomes of a game when somebody moves its networks, assigns to them, or lists a parameter twice.
#include <gtest/gtest.h>

#include "gan/data/shapes.hpp"
#include "gan/models/dcgan.hpp"
#include "gan/train/trainer.hpp"

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

}  // namespace
}  // namespace gan
