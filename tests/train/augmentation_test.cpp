// Augmentations in a game: what they are applied to, who learns through them, and their state.
#include "gan/train/augmentation.hpp"

#include <gtest/gtest.h>

#include "gan/data/points.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"
#include "gan/train/trainer.hpp"

namespace gan {
namespace {

/// Multiplies by a number, and notes how often, and how often it has seen real scores.
struct Scaling {
  double factor = 2;
  int* calls = nullptr;
  double seen = 0;

  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass&) const {
    if (calls != nullptr) ++*calls;
    return factor * x;
  }
  template <class T>
  void observe(const Tensor<T>& logits, Pass&) {
    EXPECT_FALSE(logits.tracked());
    seen += static_cast<double>(logits.shape(0));
  }
  template <class V>
  void visit(V& v) {
    v("seen", seen);
  }
};

struct Nets {
  Sequential G{Dense(2, 4, {.activation = ReLU{}}), Dense(4, 1)};
  Dense D{1, 1, {.bias = false}};
  explicit Nets(float weight = 1) {
    init(G, 1);
    D.weight.set(Var::full({1, 1}, weight));
  }
  /// D stays as it is.
  Game game(Augmentation augment) {
    return adversarial(
        G, D, NonSaturating{},
        {.input = {.latent = 2}, .augment = std::move(augment), .discriminator = Sgd{.learning_rate = 0}});
  }
  /// The weights of G after some rounds.
  std::vector<float> train(Game& with, i64 rounds) {
    Trainer trainer(with, data::Points({0, 1, 2, 3, 4, 5, 6, 7}, Shape{8, 1}).batches(4), {.rounds = rounds});
    trainer.run();
    std::vector<float> out;
    each_param(G, [&out](const std::string&, Param<float>& p) {
      for (const float x : p.to_vector()) out.push_back(x);
    });
    return out;
  }
};

TEST(AugmentationInAGame, IsAppliedToRealAndFakeInBothTurns) {
  int calls = 0;
  Nets nets;
  Game game = nets.game(Scaling{2, &calls});
  nets.train(game, 1);
  EXPECT_EQ(calls, 3);
}

TEST(AugmentationInAGame, IsWhatTheGeneratorLearnsThrough) {
  // D of 2 x is a D with twice the weight.
  Nets augmented(1), doubled(2), plain(1);
  Game with = augmented.game(Scaling{2}), without = doubled.game({}), other = plain.game({});
  const auto learnt = augmented.train(with, 3);
  EXPECT_EQ(learnt, doubled.train(without, 3));
  EXPECT_NE(learnt, plain.train(other, 3));
}

double seen_by(Game& game) {
  double seen = -1;
  each_number(game, [&seen](const std::string& name, double& number) {
    if (name == "augment.seen") seen = number;
  });
  return seen;
}

TEST(AugmentationInAGame, SeesRealScoresAndKeepsAStateOfItsOwnForEachGame) {
  const Augmentation one = Scaling{};
  Nets a, b;
  Game first = a.game(one), second = b.game(one);
  a.train(first, 3);
  b.train(second, 1);
  EXPECT_EQ(seen_by(first), 12);
  EXPECT_EQ(seen_by(second), 4);
}

}  // namespace
}  // namespace gan
