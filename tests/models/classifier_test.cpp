// Classifiers in training: that they learn, and what they refuse.
#include "gan/models/classifier.hpp"

#include <gtest/gtest.h>

#include "gan/data/shapes.hpp"
#include "gan/train/trainer.hpp"

namespace gan::models {
namespace {

using backbones::Classifier;

data::Images some_shapes(data::Split split) { return data::shapes({.count = 600, .channels = 1, .split = split}); }
backbones::ClassifierOptions small() { return {.classes = 5, .width = 8, .features = 32}; }

TEST(Classifier, LearnsShapesItHasNotSeen) {
  Classifier net(small());
  init(net, 1);
  const data::Images train = some_shapes(data::Split::train), test = some_shapes(data::Split::test);
  const double before = accuracy(net, test);
  Game game = classifier_game(net, {.steps = 180, .learning_rate = 5e-3, .shift = 2});
  Trainer trainer(game, train.batches(50), {.rounds = 180});
  trainer.run();
  EXPECT_LT(before, 0.5);
  EXPECT_GT(accuracy(net, test), 0.75) << "0.88 to 0.95, as the seed and the rounding have it";
}

TEST(Classifier, RefusesShiftsBeyondTheImageAndImagesWithoutLabels) {
  Classifier net(small());
  init(net, 1);
  EXPECT_THROW(classifier_game(net, {.shift = 28}), ValueError);
  EXPECT_THROW(accuracy(net, data::Images(std::vector<u8>(784), {1, 28, 28, 1})), ValueError);
}

}  // namespace
}  // namespace gan::models
