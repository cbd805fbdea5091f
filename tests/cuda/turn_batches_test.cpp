// Turns that are recorded see the batches that they see when they are played. Skipped where no CUDA device can be used.
#include "support/cuda.hpp"

#include "gan/gan.hpp"

namespace gan {
namespace {

using CudaTurnBatches = Cuda;

/// A game whose second player learns the images that the first one's last fakes belong to: the losses of ten rounds.
std::vector<std::vector<std::pair<std::string, double>>> losses(bool graphs, bool recordable, bool* recorded) {
  Sequential G{Dense(2, 4), Reshape{{2, 2, 1}}}, D{Flatten{}, Dense(4, 1)};
  init(G, 1);
  init(D, 2);
  to(G, gpu);
  to(D, gpu);
  std::vector<Player> players;
  players.emplace_back(
      "D", params(D),
      [&](const Batch& b, Round& r, Pass& p) {
        r.put("fake", detach(G(randn<float>(Shape{b.size(), 2}, p.rng, b["x"].device()), p)));
        return mean(square(D(b["x"], p) - D(r.detached("fake"), p)));
      },
      Sgd{}, 3);
  players.emplace_back(
      "G", params(G),
      [&](const Batch& b, Round& r, Pass& p) {
        const Var fake = G(randn<float>(Shape{b.size(), 2}, p.rng, b["x"].device()), p);
        return mean(square(fake - b["x"])) + mean(square(fake + r.detached("fake") - r.batch_of("fake")["x"]));
      },
      Sgd{});
  players.back().recordable = recordable;
  Game game(std::move(players));
  Rng rng{1, 2, 3};
  const auto images = data::Images::from_tensor(rand<float>({30, 2, 2, 1}, rng, -1, 1), -1, 1);
  Trainer trainer{game, images.batches(2), {.rounds = 10, .seed = 7, .graphs = graphs}};
  std::vector<std::vector<std::pair<std::string, double>>> all;
  trainer.every(1, [&](Trainer& t) { all.push_back(t.metrics()); });
  trainer.run();
  *recorded = trainer.graphs() != nullptr;
  for (std::size_t n = 0; *recorded && n < 4; ++n)
    EXPECT_EQ(trainer.graphs()->turns()[n].recorded, n < 3 || recordable) << trainer.graphs()->turns()[n].not_recorded;
  return all;
}

TEST_F(CudaTurnBatches, AreThoseOfPlaying) {
  for (const bool recordable : {true, false}) {
    bool recorded = false;
    const auto repeated = losses(true, recordable, &recorded);
    EXPECT_TRUE(recorded);
    EXPECT_EQ(repeated, losses(false, recordable, &recorded)) << "G's turn recorded: " << recordable;
    EXPECT_FALSE(recorded);
  }
}

}  // namespace
}  // namespace gan
