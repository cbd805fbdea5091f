// The conditional DCGAN: parameter counts, what it learns from labels, its schedule, errors, and a turn of each player
// against PyTorch.
#include "gan/models/conditional_dcgan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "gan/data/images.hpp"
#include "gan/core/fields.hpp"
#include "gan/io/samples.hpp"
#include "gan/ops/random.hpp"
#include "gan/train/trainer.hpp"
#include "support/model_reference.hpp"

namespace gan {
namespace {

using models::ConditionalDcgan;
using models::ConditionalDcganOptions;
using testing::ElementsAre;

Var sample(ConditionalDcgan& net, const std::vector<i64>& labels, u64 seed = 1) {
  return io::sample(net.G, static_cast<i64>(labels.size()), net.input(), seed, labels);
}

template <class M>
std::vector<i64> sizes(M& net) {
  std::vector<i64> out;
  each_param(net, [&](const std::string&, Param<float>& p) { out.push_back(p.size()); });
  return out;
}

TEST(ConditionalDcgan, HasTheProgramsCounts) {
  ConditionalDcgan net;
  EXPECT_THAT(sizes(net.G), ElementsAre(110 * 1024, 1034 * 6272, 138 * 64 * 25, 74 * 1 * 25));
  EXPECT_THAT(sizes(net.D), ElementsAre(11 * 64 * 25, 74 * 128 * 25, 6282 * 1024, 1034));
  EXPECT_EQ(count_parameters(net.G).trainable, 6820538);
  EXPECT_EQ(count_parameters(net.D).trainable, 6688202);
  EXPECT_EQ(count_parameters(net).non_trainable, 0) << "no running statistics";
  EXPECT_EQ(net.input().latent.prior, Prior::uniform);
  EXPECT_EQ(net.input().classes, 10);
  EXPECT_EQ(net.input().low, 0);
}

/// A blob on each image: of class 0 somewhere on the left, of class 1 on the right.
data::Images blobs() {
  constexpr i64 count = 256;
  std::vector<u8> pixels;
  data::Annotations annotations{.labels = {}, .classes = {"left", "right"}, .captions = {}};
  Rng rng{11, 0, 0};
  const std::vector<double> u = rand<double>(Shape{3 * count}, rng).to_vector();
  for (std::size_t i = 0; i < count; ++i) {
    annotations.labels.push_back(i % 2);
    const double column = (i % 2 == 0 ? 5 : 18) + 4 * u[3 * i], row = 9 + 10 * u[3 * i + 1],
                 size = 3 + 2 * u[3 * i + 2];
    for (int p = 0; p < 784; ++p) {
      const double x = (p % 28 - column) / size, y = (p / 28 - row) / size;
      pixels.push_back(static_cast<u8>(255 * std::exp(-(x * x + y * y) / 2)));
    }
  }
  return data::Images(pixels, Shape{count, 28, 28, 1}, annotations).scale(0, 1);
}

TEST(ConditionalDcgan, MakesWhatTheLabelSays) {
  ConditionalDcgan net({.classes = 2, .latent = 4, .features = 8, .units = 64, .learning_rate = 2e-3});
  init(net, 1, initializer::normal(0.05));  // a narrow net starts slowly from 0.02
  Game game = models::conditional_dcgan_game(net);
  Trainer trainer{game, blobs().batches(32), {.rounds = 100, .seed = 1}};
  trainer.run();
  EXPECT_EQ(game["D"].optimizer.updates(), 100u);
  EXPECT_EQ(game["G"].optimizer.updates(), 100u);
  std::vector<i64> labels;
  for (i64 i = 0; i < 32; ++i) labels.push_back(i % 2);
  const Var images = sample(net, labels);
  ASSERT_EQ(images.shape(), (Shape{32, 28, 28, 1}));
  double left[2] = {0, 0}, right[2] = {0, 0};  // mean brightness of the halves by class
  const std::vector<float> values = images.to_vector();
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_TRUE(values[i] >= 0 && values[i] <= 1);
    (i % 28 < 14 ? left : right)[i / 784 % 2] += values[i] / (16 * 392.0);
  }
  std::printf("[ means    ] class 0: %.2f %.2f, class 1: %.2f %.2f\n", left[0], right[0], left[1], right[1]);
  // Were the label not heeded, the product would be 1; it is 9 to 80, as the seed and the rounding have it.
  EXPECT_GT(left[0] / right[0] * (right[1] / left[1]), 3);
  EXPECT_GT(left[0], right[0]);
  EXPECT_GT(right[1], left[1]);
}

TEST(ConditionalDcgan, EveryMinibatchUpdatesOnePlayer) {
  ConditionalDcgan net({.classes = 2, .latent = 4, .features = 1, .units = 4});
  init(net, 1);
  Game game = models::conditional_dcgan_game(net);
  EXPECT_EQ(game.batches_per_round(), 2);
}

TEST(ConditionalDcgan, LearningRateIsConstantAndThenFallsToZero) {
  const OptimizerSpec spec = models::conditional_dcgan_optimizer({});
  EXPECT_EQ(spec.learning_rate_at(0), 2e-4);
  EXPECT_EQ(spec.learning_rate_at(100 * 195), 2e-4);
  EXPECT_NEAR(spec.learning_rate_at(150 * 195), 1e-4, 1e-18);
  EXPECT_EQ(spec.learning_rate_at(200 * 195), 0);
}

TEST(ConditionalDcgan, RefusesWhatItCannotUse) {
  EXPECT_THROW(ConditionalDcgan({.classes = 0}), ValueError);
  ConditionalDcgan net({.classes = 2, .latent = 4, .features = 1, .units = 4});
  init(net, 1);
  Game game = models::conditional_dcgan_game(net);
  const auto play = [&game](const Parts& batch) {
    Round round;
    game.play(round, [&batch](int) { return Batch(batch); }, 1);
  };
  EXPECT_THROW(play({{"x", Var::zeros({3, 28, 28, 1})}}), ValueError) << "no labels";
  EXPECT_THROW(play({{"x", Var::zeros({2, 28, 28, 1})}, {"labels", Var::from({0, 2}, {2})}}), ValueError);
  EXPECT_THROW(sample(net, {0, 1, 2}), ValueError);
  EXPECT_THROW(sample(net, {0}), ShapeError) << "one image has no batch statistics";
}

TEST(ConditionalDcgan, SamplesDependOnTheSeedOnly) {
  ConditionalDcgan net({.classes = 2, .latent = 4, .features = 1, .units = 4});
  init(net, 1);
  const auto once = sample(net, {0, 1, 1}, 5).to_vector();
  EXPECT_EQ(sample(net, {0, 1, 1}, 5).to_vector(), once);
  EXPECT_NE(sample(net, {0, 1, 1}, 6).to_vector(), once);
  EXPECT_NE(sample(net, {1, 1, 1}, 5).to_vector(), once);
}

TEST(ConditionalDcgan, OptionsSurviveAsText) {
  const ConditionalDcganOptions options{.classes = 3, .learning_rate = 0.5, .decay_epochs = 7};
  const std::string text = write_fields(options);
  EXPECT_EQ(write_fields(read_fields<ConditionalDcganOptions>(text)), text);
  EXPECT_EQ(read_fields<ConditionalDcganOptions>(text).decay_epochs, 7);
}

/// Against the same nets in PyTorch, at small widths, in double.
TEST(ConditionalDcganReference, Turns) {
  using namespace reference;
  models::BasicConditionalDcgan<double> net({.classes = 3, .latent = model_latent, .features = 1, .units = 6});
  const Tensor<double> real = real_images(1, 28);
  const Tensor<double> classes = one_hot(tensor<double>(model_file()["conditional.labels"]), 3);
  check_turns(
      "conditional", net, real, [&](const Tensor<double>& z, Pass& p) { return net.G(z, classes, p); },
      [&](const Tensor<double>& x, Pass& p) { return net.D(x, classes, p); });
}

}  // namespace
}  // namespace gan
