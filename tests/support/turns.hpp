// What the tests of recorded turns share: games that are played with and without recording, and how they are compared.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/cuda.hpp"
#include "gan/gan.hpp"

namespace gan {

/// What a game has come to: the metrics of each round, and all that its state holds at last.
struct Course {
  std::vector<std::vector<std::pair<std::string, double>>> metrics;
  std::vector<std::vector<float>> state;
  std::vector<TurnGraphs::Turn> turns;
  std::vector<std::string> notes;
};

template <class Net, class MakeGame>
Course play(Net net, MakeGame make_game, bool graphs, const data::Source& images, i64 rounds = 8, i64 batch = 4) {
  init(net, 5);
  to(net, gpu);
  Game game = make_game(net);
  Course course;
  Trainer trainer{game,
                  data::Loader(images, {.batch_size = batch}),
                  {.rounds = rounds,
                   .seed = 7,
                   .graphs = graphs,
                   .note = [&](const std::string& what) { course.notes.push_back(what); }}};
  trainer.every(1, [&](Trainer& t) { course.metrics.push_back(t.metrics()); });
  trainer.run();
  each_param(game, [&](const std::string&, Param<float>& p) { course.state.push_back(p.to_vector()); });
  for (auto& player : game.players) {
    player.optimizer.each_kept([&](const char*, Tensors<float>& kept) {
      for (auto& t : kept) course.state.push_back(t.to_vector());
    });
    course.state.push_back({static_cast<float>(player.optimizer.updates())});
  }
  if (trainer.graphs()) course.turns = trainer.graphs()->turns();
  return course;
}

inline data::Images some_images(i64 n, i64 size, i64 channels) {
  Rng rng{1, 2, 3};
  return data::Images::from_tensor(rand<float>({n, size, size, channels}, rng, -1, 1), -1, 1);
}

inline void expect_equal(const Course& a, const Course& b) {
  EXPECT_EQ(a.metrics, b.metrics);
  ASSERT_EQ(a.state.size(), b.state.size());
  for (std::size_t i = 0; i < a.state.size(); ++i) EXPECT_EQ(a.state[i], b.state[i]) << "tensor " << i;
}

/// Every turn is recorded and repeated, and the bits are those of playing on.
template <class Net, class MakeGame>
void expect_recorded(const Net& net, MakeGame make_game, const data::Images& images) {
  const Course repeated = play(net, make_game, true, images), played = play(net, make_game, false, images);
  EXPECT_FALSE(repeated.turns.empty());
  for (const auto& turn : repeated.turns) {
    EXPECT_TRUE(turn.recorded) << turn.name << ": " << turn.not_recorded;
    EXPECT_EQ(turn.repeated, 5u) << turn.name;
  }
  EXPECT_EQ(repeated.notes, std::vector<std::string>{});
  EXPECT_TRUE(played.turns.empty());
  expect_equal(repeated, played);
  for (const auto& values : repeated.state)
    for (const float x : values) ASSERT_TRUE(std::isfinite(x));
}

struct DenseNet {
  Sequential G{Dense(3, 8), ReLU{}, Dense(8, 16), Reshape{{4, 4, 1}}};
  Sequential D{Flatten{}, Dense(16, 8), LeakyReLU{0.2}, Dropout{0.3}, Dense(8, 1)};
  template <class V>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
};

}  // namespace gan
