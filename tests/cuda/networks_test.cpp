// Networks that are moved to another device after a game was made of them: players, optimizers and averages go along.
// Skipped where no CUDA device can be used.
#include <gmock/gmock.h>

#include <filesystem>

#include "gan/gan.hpp"
#include "support/cuda.hpp"
#include "support/files.hpp"

namespace gan {
namespace {

using CudaNetworks = Cuda;
using testing::HasSubstr;

struct Nets {
  Sequential G{Dense(3, 16), BatchNorm(16), ReLU{}, Dense(16, 16), Tanh{}, Reshape{{4, 4, 1}}};
  Sequential D{Flatten{}, Dense(16, 8, {.activation = LeakyReLU{0.2}}), Dense(8, 1)};
};

data::Images images() {
  Rng rng{1, 2, 3};
  return data::Images::from_tensor(rand<float>({40, 4, 4, 1}, rng, -1, 1), -1, 1);
}

/// A training with a moving average, all on the CPU at first.
struct Training {
  Nets net;
  std::unique_ptr<Ema<Sequential>> average;
  std::unique_ptr<Game> game;
  std::unique_ptr<Trainer> trainer;

  explicit Training(Device first = cpu) {
    init(net.G, 1);
    init(net.D, 2);
    to(net.G, first);
    to(net.D, first);
    average = std::make_unique<Ema<Sequential>>(net.G);
    game = std::make_unique<Game>(adversarial(net.G, net.D, NonSaturating{}, {.input = {.latent = 3}}));
    game->include("G_average", *average);
    trainer = std::make_unique<Trainer>(*game, data::Loader(images(), {.batch_size = 4}),
                                        TrainerOptions{.rounds = 100, .seed = 7});
  }
  void move(Device device) {
    to(net.G, device);
    to(net.D, device);
  }
  void rounds(int n) {
    for (int i = 0; i < n; ++i) {
      trainer->step();
      average->update();
    }
  }
  std::vector<std::vector<float>> state() {
    std::vector<std::vector<float>> all;
    each_param(*game, [&all](const std::string&, Param<float>& p) { all.push_back(p.to_vector()); });
    for (auto& player : game->players)
      player.optimizer.each_kept([&all](const char*, Tensors<float>& kept) {
        for (auto& t : kept) all.push_back(t.to_vector());
      });
    return all;
  }
  /// Everything that lasts lies there.
  void expect_on(Device device) {
    each_param(*game, [&](const std::string& name, Param<float>& p) { EXPECT_EQ(p.device(), device) << name; });
    for (auto& player : game->players) {
      for (const Var& w : player.parameters.tensors) EXPECT_EQ(w.device(), device);
      player.optimizer.each_kept([&](const char* name, Tensors<float>& kept) {
        for (auto& t : kept) EXPECT_EQ(t.device(), device) << name;
      });
    }
  }
};

TEST_F(CudaNetworks, TrainTheSameWhenTheyAreMovedAfterTheGameWasMade) {
  Training before(gpu), after;
  after.move(gpu);
  before.rounds(6);
  after.rounds(6);
  after.expect_on(gpu);
  EXPECT_EQ(after.state(), before.state());
}

TEST_F(CudaNetworks, MoveInTheMiddleOfATrainingAndBack) {
  Training moved, stayed;
  const auto first = moved.state();
  for (const Device device : {cpu, gpu, cpu, gpu}) {
    const auto before = moved.state();
    moved.move(device);
    EXPECT_EQ(moved.state(), before) << "a move changes no number";
    moved.rounds(6);  // turns are recorded after three
    moved.expect_on(device);
    stayed.rounds(6);
  }
  const auto a = moved.state(), b = stayed.state();
  ASSERT_EQ(a.size(), b.size());
  double apart = 0, course = 0;
  for (std::size_t i = 0; i < first.size(); ++i)  // those that were there at first: the optimizers had nothing yet
    for (std::size_t k = 0; k < first[i].size(); ++k) {
      apart += std::abs(static_cast<double>(a[i][k] - b[i][k]));
      course += std::abs(static_cast<double>(first[i][k] - b[i][k]));
    }
  EXPECT_LT(apart, 0.01 * course) << "sums in another order, nothing else";
}

TEST_F(CudaNetworks, ResumeOnAnotherDevice) {
  const std::string folder = test::temporary("cuda_networks");
  Training saved;
  saved.rounds(4);
  Checkpoints checkpoints(folder);
  checkpoints.save(*saved.trainer);
  Training resumed;
  resumed.move(gpu);
  ASSERT_TRUE(checkpoints.resume(*resumed.trainer));
  EXPECT_EQ(resumed.state(), saved.state());
  resumed.rounds(1);
  resumed.expect_on(gpu);
  std::filesystem::remove_all(folder);
}

TEST_F(CudaNetworks, AGradientThatNeedsWhatWasMovedIsRefused) {
  Dense layer(2, 2);
  init(layer, 1);
  const auto wrt = params(layer);
  Pass pass = Pass::training();
  const Var x = leaf(Var::ones({1, 2}));
  const Var loss = sum(layer(x, pass));
  to(layer, gpu);
  try {
    grad(loss, {x});
    FAIL() << "the old weights are gone";
  } catch (const ValueError& e) { EXPECT_THAT(e.what(), HasSubstr("'weight' (2, 2) was changed in place")); }
}

}  // namespace
}  // namespace gan
