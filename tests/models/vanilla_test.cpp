// The vanilla GAN's nets: parameter counts line by line.
#include "gan/models/vanilla.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/nn/summary.hpp"

namespace gan {
namespace {

using testing::ElementsAre;

std::vector<i64> lines(const Summary& s) {
  std::vector<i64> out;
  for (const auto& layer : s.layers) out.push_back(layer.parameters);
  return out;
}

TEST(Vanilla, DensePairHasTheCourseNotesCounts) {
  models::Vanilla net;
  const Summary g = summarize(net.G, Shape{2, 32}), d = summarize(net.D, Shape{2, 28, 28, 1});
  EXPECT_THAT(lines(g), ElementsAre(4224, 512, 0, 33024, 1024, 0, 131584, 2048, 0, 402192, 0));
  EXPECT_EQ(g.count.total(), 574608);
  EXPECT_EQ(g.count.trainable, 572816);
  EXPECT_EQ(d.count.total(), 566273);
  EXPECT_EQ(g.layers.back().output, (Shape{2, 28, 28, 1}));
  EXPECT_EQ(d.layers.back().output, (Shape{2, 1}));
}

TEST(Vanilla, ConvolutionalPairHasTheCourseNotesCounts) {
  models::Vanilla net(
      {.generator = models::VanillaKind::convolutional, .discriminator = models::VanillaKind::convolutional});
  const Summary g = summarize(net.G, Shape{2, 32}), d = summarize(net.D, Shape{2, 28, 28, 1});
  EXPECT_THAT(lines(d), ElementsAre(320, 0, 18496, 0, 73856, 0, 0, 0, 1153));
  EXPECT_THAT(lines(g), ElementsAre(38016, 0, 0, 147584, 512, 0, 73792, 256, 0, 577));
  EXPECT_EQ(g.count.total(), 260737);
  EXPECT_EQ(g.count.trainable, 260353);
  EXPECT_EQ(d.count.total(), 93825);
  EXPECT_EQ(g.layers[3].output, (Shape{2, 7, 7, 128}));
  EXPECT_EQ(g.layers.back().output, (Shape{2, 28, 28, 1}));
  EXPECT_EQ(d.layers[4].output, (Shape{2, 3, 3, 128}));
}

TEST(Vanilla, BothLearningRatesDecay) {
  models::Vanilla net({.generator_rate = 1e-3, .discriminator_rate = 2e-4, .decay_from = 10, .decay_updates = 4});
  Game game = net.game();
  for (const auto& [player, rate] : {std::pair{"G", 1e-3}, std::pair{"D", 2e-4}}) {
    const OptimizerSpec& spec = game[player].optimizer.spec();
    EXPECT_DOUBLE_EQ(spec.learning_rate_at(9), rate) << player;
    EXPECT_DOUBLE_EQ(spec.learning_rate_at(12), rate / 2) << player;
    EXPECT_DOUBLE_EQ(spec.learning_rate_at(14), 0) << player;
  }
  EXPECT_THROW(models::Vanilla({.decay_from = 10}), ValueError) << "a fall that takes no updates";
}

}  // namespace
}  // namespace gan
