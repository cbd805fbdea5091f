// The projection discriminator: networks, the inner product, the order of turns, options.
#include "gan/models/projection_gan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gan/data/shapes.hpp"
#include "gan/io/samples.hpp"
#include "gan/train/trainer.hpp"
#include "support/round_reference.hpp"

namespace gan {
namespace {

using models::ProjectionGan;

ProjectionGan small(i64 channels = 3) {
  ProjectionGan net({.classes = 5,
                     .channels = channels,
                     .features = 4,
                     .discriminator_features = 4,
                     .decay = 2,
                     .discriminator_steps = 3});
  init(net, 1);
  return net;
}

TEST(ProjectionGan, HasThePapersNetworks) {
  ProjectionGan net;
  EXPECT_EQ(count_parameters(net.G).trainable, 4304387);
  EXPECT_EQ(count_parameters(net.D).trainable, 1055104);
}

TEST(ProjectionGan, MakesImagesOfAnyNumberOfChannels) {
  for (const i64 channels : {1, 3}) {
    ProjectionGan net = small(channels);
    const Var x = io::sample(net.G, 5, net.input());
    EXPECT_EQ(x.shape(), (Shape{5, 32, 32, channels}));
    Pass pass = Pass::inference();
    EXPECT_EQ(net.D(x, {{"labels", Var::from({0, 1, 2, 3, 4}, {5})}}, pass).shape(), (Shape{5, 1}));
  }
}

TEST(ProjectionGan, AClassAddsItsInnerProductWithTheFeatures) {
  ProjectionGan net = small();
  const NoGrad constant;
  Pass pass = Pass::inference();
  const Var x = io::sample(net.G, 2, net.input()), h = net.D.layers(x, pass);
  const Var vectors = net.D.of_class(Var::from({3, 1}, {2}), pass), alone = net.D.linear(h, pass);
  const Var logits = net.D(x, {{"labels", Var::from({3, 1}, {2})}}, pass);
  for (i64 i = 0; i < 2; ++i) {
    double expected = alone.to_vector()[static_cast<std::size_t>(i)], largest = std::abs(expected);
    for (std::size_t j = 0; j < 4; ++j) {
      const std::size_t at = static_cast<std::size_t>(i) * 4 + j;
      const double term = static_cast<double>(h.to_vector()[at]) * vectors.to_vector()[at];
      expected += term;
      largest = std::max(largest, std::abs(term));
    }
    EXPECT_NEAR(logits.to_vector()[static_cast<std::size_t>(i)], expected, 1e-5 * largest);
  }
}

TEST(ProjectionGan, ClassesShareTheStatisticsOfTheGenerator) {
  ProjectionGan net = small();
  EXPECT_EQ(net.G.block1.b1.weight.shape(), (Shape{5, 4}));
  EXPECT_EQ(net.G.block1.b1.running_mean.shape(), Shape{4});
  EXPECT_EQ(net.G.norm.weight.shape(), Shape{4}) << "the last norm has no classes";
}

TEST(ProjectionGan, ARoundBeginsWithTheGenerator) {
  ProjectionGan net = small();
  Game game = net.game();
  EXPECT_EQ(game.players.front().name, "G");
  std::vector<std::string> turns;
  for (const char* player : {"G", "D"})
    game[player].terms.push_back([&turns, player](const Batch&, Round& round, Pass&) {
      EXPECT_FALSE(round.has("fake")) << "fakes are new in every turn";
      turns.push_back(player);
      return Var::zeros(Shape{});
    });
  EXPECT_EQ(game.batches_in(0), 3);
  Trainer trainer{game, data::shapes({.count = 40}).resize(32).batches(4), {.rounds = 2, .seed = 1}};
  trainer.run();
  EXPECT_EQ(turns, (std::vector<std::string>{"G", "D", "D", "D", "G", "D", "D", "D"}));
  EXPECT_EQ(game.first_not_finite(), "");
  EXPECT_EQ(game["D"].optimizer.learning_rate(), 0) << "both players' rates are 0 after the same round";
  EXPECT_EQ(game["G"].optimizer.learning_rate(), 0);
}

TEST(ProjectionGan, OptionsAreChecked) {
  EXPECT_THROW(ProjectionGan({.classes = 0}), ValueError);
  EXPECT_THROW(ProjectionGan({.features = 0}), ValueError);
  EXPECT_EQ(ProjectionGan({.decay = 0}).game()["G"].optimizer.spec().learning_rate_at(1000000), 2e-4);
}

template <class T>
auto narrow() {
  return models::BasicProjectionGan<T>(
      {.classes = 3, .channels = 1, .features = 2, .discriminator_features = 2, .discriminator_steps = 2});
}

TEST(ProjectionGanReference, ARound) {
  reference::expect_round_as_pytorch("projection_gan", narrow<double>(), reference::in_double);
  reference::expect_round_as_pytorch("projection_gan", narrow<float>(), reference::in_float);
}

}  // namespace
}  // namespace gan
