// Metrics during a training, and the checkpoint with the best.
#include "gan/train/measure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "support/files.hpp"
#include "gan/data/shapes.hpp"
#include "gan/io/weights.hpp"
#include "gan/models/dcgan.hpp"

namespace gan {
namespace {

using testing::ElementsAre;

TEST(Measure, TheCheckpointWithTheLowestFigureStays) {
  const std::string folder = test::temporary("measure");
  models::Dcgan net({.latent = 8, .features = 4});
  init(net, 1);
  Game game = models::dcgan_game(net);
  Trainer trainer{game, data::shapes({.count = 64, .channels = 1}).batches(16), {.rounds = 6, .seed = 1}};
  Checkpoints checkpoints(folder, {.keep = 1});
  std::vector<double> metrics{5, std::nan(""), 2, 3, 2, 4};
  std::vector<i64> rounds;
  MeasuredBest best;
  trainer.every(1, keep_best(
                       checkpoints, [&] { return metrics[static_cast<std::size_t>(trainer.round() - 1)]; },
                       [&](i64 round, double) { rounds.push_back(round); }, &best));
  std::vector<double> seen;
  trainer.every(2, measure([&] { return static_cast<double>(10 * trainer.round()); },
                           [&](i64, double metric) { seen.push_back(metric); }));
  trainer.every(6, checkpoints.hook());
  trainer.run();
  EXPECT_EQ(best.metric, 2);
  EXPECT_EQ(best.round, 3);
  EXPECT_THAT(rounds, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(seen, ElementsAre(20, 40, 60));
  // best.safetensors is the third round's, and the newest stays beside it.
  const auto file = io::read_safetensors(folder + "/best.safetensors");
  models::Dcgan again({.latent = 8, .features = 4});
  init(again, 1);
  Game other = models::dcgan_game(again);
  Trainer third{other, data::shapes({.count = 64, .channels = 1}).batches(16), {.rounds = 3, .seed = 1}};
  third.run();
  each_param(again, [&](const std::string& name, Param<float>& p) {
    EXPECT_EQ(io::detail::from_file<float>(file, name, p).to_vector(), p.to_vector()) << name;
  });
  EXPECT_THAT(checkpoints.folder().rounds(), ElementsAre(3, 6));
  std::filesystem::remove_all(folder);
}

TEST(Measure, AResumedRunKnowsTheLowestFigure) {
  const std::string folder = test::temporary("measure_resumed");
  const auto play = [&](i64 rounds, double metric) {
    models::Dcgan net({.latent = 8, .features = 4});
    init(net, 1);
    Game game = models::dcgan_game(net);
    Trainer trainer{game, data::shapes({.count = 64, .channels = 1}).batches(16), {.rounds = rounds, .seed = 1}};
    Checkpoints checkpoints(folder, {.keep = 1});
    checkpoints.resume(trainer);
    trainer.every(1, keep_best(checkpoints, [metric] { return metric; }));
    trainer.every(1, checkpoints.hook());
    trainer.run();
    return std::filesystem::read_symlink(folder + "/best.safetensors").string();
  };
  EXPECT_EQ(play(1, 3), "round_00000001.safetensors");
  EXPECT_EQ(play(2, 4), "round_00000001.safetensors") << "4 is worse than 3, which the first run had";
  EXPECT_EQ(play(3, 2), "round_00000003.safetensors");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace gan
