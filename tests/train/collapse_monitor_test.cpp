// The collapse monitor: games that are made to fail, games that go well, and verdicts on made-up looks.
#include "gan/train/collapse_monitor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gan/data/mixtures.hpp"
#include "gan/data/shapes.hpp"
#include "gan/models/dcgan.hpp"
#include "gan/nn/dense.hpp"

namespace gan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Sequential mlp(i64 in, i64 out) {
  const FusedActivation relu{Activation::relu, 0};
  return Sequential{Dense(in, 64, {.activation = relu}), Dense(64, 64, {.activation = relu}), Dense(64, out)};
}

struct Watched {
  Health health = Health::sound;
  i64 since = 0;
  HealthSignals last = {};
  std::vector<std::string> said;
};

/// The line that a test prints at its end.
void print(const char* name, const Watched& w) {
  const HealthSignals& s = w.last;
  std::printf(
      "[ monitor  ] %s: %s since round %d; spread %.3f, nearest %.3f, MS-SSIM %.3f (data %.3f), D(x) %.2f, %.2f\n",
      name, enum_names(w.health)[static_cast<std::size_t>(w.health)], static_cast<int>(w.since), s.spread, s.nearest,
      s.alike, s.data_alike, s.d_real, s.d_fake);
}

/// Plays a game of `rounds` rounds with a monitor of G, which looks every `interval` rounds.
template <class M>
Watched watch(M& G, Game& game, data::Loader batches, const InputSpec& input, i64 rounds, i64 interval) {
  Trainer trainer{game, std::move(batches), {.rounds = rounds, .seed = 1}};
  Watched w;
  CollapseMonitor monitor(
      G, game, {.input = input, .samples = 64, .say = [&](const std::string& s) { w.said.push_back(s); }});
  trainer.every(interval, monitor.hook());
  trainer.run();
  w.health = monitor.judge().health();
  w.since = monitor.judge().since();
  w.last = monitor.signals();
  return w;
}

// ---- generators that have finished: no verdict depends on the course of a training, which every rounding changes
// --------

/// A generator that has gone where a test wants it.
struct Finished {
  data::Source makes;
  std::size_t different = 64;  ///< samples; then they come again
  Dense unused{16, 1};         // something to be on a device and of a scalar type
  Var operator()(const Var& z, Pass&) const {
    std::vector<i64> which(static_cast<std::size_t>(z.shape()[0]));
    for (std::size_t i = 0; i < which.size(); ++i) which[i] = static_cast<i64>(i % different);
    return makes.batch(which)["x"];
  }
  void visit(Visitor& v) { v("unused", unused); }
};
constexpr Sgd still{.learning_rate = 0};
const AdversarialOptions nobody_learns{.input = {.latent = 16}, .generator = still, .discriminator = still};

data::Points ring_of(u64 seed) { return data::ring({.count = 1000, .deviation = 0.05, .seed = seed}); }
Watched watch_ring(Finished G) {
  Sequential untrained = mlp(16, 2), D = mlp(2, 1);
  init(untrained, 1);
  init(D, 101);
  Game game = adversarial(untrained, D, NonSaturating{}, nobody_learns);
  return watch(G, game, ring_of(1).batches(64), {.latent = 16}, 16, 1);
}

data::Images images_of(u64 seed) { return data::shapes({.count = 128, .channels = 1, .seed = seed}); }
Watched watch_images(Finished G) {
  models::Dcgan net({.latent = 16, .features = 4});
  init(net, 1);
  Game game = adversarial(net.G, net.D, NonSaturating{}, nobody_learns);
  return watch(G, game, images_of(1).batches(4), net.input(), 16, 1);
}

TEST(CollapseMonitor, SaysNothingOfSamplesThatAreAsTheDataAre) {
  for (const u64 seed : {11u, 12u, 13u, 14u, 15u}) {
    const Watched ring = watch_ring({.makes = ring_of(seed)}), images = watch_images({.makes = images_of(seed)});
    print("ring", ring);
    print("images", images);
    for (const Watched& w : {ring, images}) {
      EXPECT_EQ(w.health, Health::sound) << seed;
      EXPECT_THAT(w.said, IsEmpty()) << seed;
      EXPECT_NEAR(w.last.spread, 1, 0.3) << seed;
      EXPECT_NEAR(w.last.nearest, 1, 0.5) << seed;
      ASSERT_EQ(w.last.gradients.size(), 2u);
      EXPECT_GT(w.last.gradients[1].second, 0);
    }
    EXPECT_NEAR(images.last.alike, images.last.data_alike, 0.15) << seed;
    EXPECT_TRUE(std::isnan(ring.last.alike)) << "points are no images";
  }
}

TEST(CollapseMonitor, SeesSamplesThatAreAllOneAndThatComeAgain) {
  for (const Watched& w : {watch_ring({ring_of(11), 1}), watch_images({images_of(11), 1})}) {
    EXPECT_EQ(w.health, Health::collapsed);
    EXPECT_EQ(w.since, 1);
    ASSERT_EQ(w.said.size(), 1u);
    EXPECT_THAT(w.said[0], HasSubstr("mode collapse"));
    EXPECT_EQ(w.last.spread, 0);
  }
  for (const Watched& w : {watch_ring({ring_of(11), 12}), watch_images({images_of(11), 12})})
    EXPECT_EQ(w.health, Health::repeating) << w.last.spread << " " << w.last.nearest;
}

// ---- generators that learn, and run away from a discriminator that hardly does
// -----------------------------------------

TEST(CollapseMonitor, SeesARingCollapseWhereTheGeneratorIsFarAhead) {
  // Ten steps of G for one of D: G runs to wherever D is highest, and all of it, mostly. What it does later is chance.
  int collapses = 0;
  for (const u64 seed : {1u, 2u, 3u}) {
    Sequential G = mlp(16, 2), D = mlp(2, 1);
    init(G, seed);
    init(D, seed + 100);
    Game game = adversarial(G, D, NonSaturating{},
                            {.input = {.latent = 16},
                             .generator_steps = 10,
                             .generator = Adam{.learning_rate = 2e-3},
                             .discriminator = Adam{.learning_rate = 1e-4}});
    const Watched w = watch(G, game, ring_of(1).batches(128), {.latent = 16}, 300, 10);
    print("ring, collapsing", w);
    collapses += std::any_of(w.said.begin(), w.said.end(), [](const std::string& sentence) {
      return sentence.find("x less diverse than the data since round ") != sentence.npos &&
             sentence.find(": mode collapse") != sentence.npos;
    });
  }
  EXPECT_GE(collapses, 2) << "of three trainings";
}

TEST(CollapseMonitor, SeesTinyImagesCollapse) {
  // D hardly moves, so that G's way to its highest point is the same with every rounding: MS-SSIM of 0.82 to 0.90 over
  // seeds, instruction sets and convolutions; collapse begins at 0.65.
  models::Dcgan net({.latent = 16, .features = 8});
  init(net, 1);
  Game game = adversarial(net.G, net.D, NonSaturating{},
                          {.input = {.latent = 16},
                           .generator_steps = 4,
                           .generator = Adam{.learning_rate = 5e-3},
                           .discriminator = Adam{.learning_rate = 1e-5}});
  const Watched w =
      watch(net.G, game, data::shapes({.count = 512, .channels = 1}).batches(32), net.input(), 130, 10);
  print("images, collapsing", w);
  EXPECT_EQ(w.health, Health::collapsed);
  EXPECT_GT(w.last.alike, w.last.data_alike + 0.3);
  ASSERT_FALSE(w.said.empty());
  EXPECT_THAT(w.said.back(), HasSubstr("mode collapse"));
}

TEST(CollapseMonitor, ChangesNothingInTheTraining) {
  const auto numbers = [](bool watched) {
    models::Dcgan net({.latent = 8, .features = 4});
    init(net, 1);
    Game game = models::dcgan_game(net);
    Trainer trainer{game, data::shapes({.count = 64, .channels = 1}).batches(16), {.rounds = 6, .seed = 3}};
    CollapseMonitor monitor(net.G, game, {.input = net.input(), .samples = 8});
    if (watched)
      trainer.every(2, monitor.hook());
    else
      game.gradient_norms = false;
    trainer.run();
    std::vector<float> all;
    each_param(net, [&](const std::string&, Param<float>& p) {
      const auto v = p.to_vector();
      all.insert(all.end(), v.begin(), v.end());
    });
    return all;
  };
  EXPECT_EQ(numbers(true), numbers(false));
}

TEST(CollapseMonitor, GradientNormsAreFiguresOnlyWhenAskedFor) {
  Sequential net{Dense(2, 1)};
  init(net, 1);
  std::vector<Player> players;
  players.emplace_back(
      "P", params(net),
      [&](const Batch&, Round&, Pass& p) {
        return sum(net(Var::from({3, 4}, {1, 2}), p));
      },
      Sgd{.learning_rate = 0});
  Game game(std::move(players));
  Trainer trainer{game, data::shapes({.count = 4, .channels = 1}).batches(1), {.rounds = 2, .seed = 1}};
  trainer.step();
  EXPECT_EQ(trainer.metrics().size(), 1u);
  game.gradient_norms = true;
  trainer.step();
  ASSERT_EQ(trainer.metrics().size(), 2u);
  EXPECT_EQ(trainer.metrics()[0].first, "gradient_P");
  EXPECT_FLOAT_EQ(static_cast<float>(trainer.metrics()[0].second), std::sqrt(26.f));  // (3, 4) and 1 of the bias
}

// ---- verdicts -------------------------------------------------------------------------------------------------------

HealthSignals good(i64 round) {
  return {.round = round,
          .d_real = 0.6,
          .d_fake = 0.4,
          .spread = 0.95,
          .nearest = 0.9,
          .alike = 0.3,
          .data_alike = 0.28,
          .gradients = {{"D", 1.0}, {"G", 2.0}}};
}

/// The verdicts on good looks, then `bad` ones, then good ones again.
std::vector<std::string> verdicts(const std::function<void(HealthSignals&)>& spoil, i64 bad_looks = 5) {
  HealthJudge judge({.grace = 0});
  std::vector<std::string> said;
  for (i64 i = 1; i <= 20; ++i) {
    HealthSignals s = good(100 * i);
    if (i > 6 && i <= 6 + bad_looks) spoil(s);
    if (const auto sentence = judge.look(s)) said.push_back(*sentence);
  }
  return said;
}

TEST(HealthJudge, NamesCollapseWithItsFactorAndFirstRoundAndTellsOfItsEnd) {
  EXPECT_THAT(verdicts([](HealthSignals& s) { s.spread = 0.2; }),
              ElementsAre("the generator's samples are 5x less diverse than the data since round 700: mode collapse",
                          "the training is sound again since round 1200 (samples have 0.95 of the data's spread)"));
}

TEST(HealthJudge, NamesWhatElseGoesWrong) {
  EXPECT_THAT(verdicts([](HealthSignals& s) { s.alike = 0.91; })[0],
              "the generator's samples are 8x less diverse than the data since round 700: mode collapse");
  EXPECT_THAT(verdicts([](HealthSignals& s) { s.nearest = 0.01; })[0],
              HasSubstr("a few samples again and again since round 700 (neighbours are 100x closer"));
  EXPECT_THAT(verdicts([](HealthSignals& s) {
                s.d_real = 0.995;
                s.d_fake = 0.001;
              })[0],
              "D is certain of every image since round 700 (D(x) 0.995, D(G(z)) 0.001): the generator learns little");
  EXPECT_THAT(verdicts([](HealthSignals& s) { s.d_fake = 0.001; }), testing::IsEmpty()) << "D doubts real images";
  EXPECT_THAT(verdicts([](HealthSignals& s) { s.d_real = 0.995; }), testing::IsEmpty()) << "D doubts generated ones";
  EXPECT_THAT(verdicts([](HealthSignals& s) { s.gradients[1].second = 1e-5; })[0],
              "the gradient of G has vanished since round 700 (norm 1e-05, usually 2): it learns nothing");
  EXPECT_THAT(verdicts([](HealthSignals& s) { s.gradients[0].second = 5e4; })[0],
              HasSubstr("the gradient of D has exploded since round 700"));
}

TEST(HealthJudge, IsNotMovedByASingleLookOrByAbsentSignals) {
  EXPECT_THAT(verdicts([](HealthSignals& s) { s.spread = 0.2; }, 2), IsEmpty());
  EXPECT_THAT(verdicts([](HealthSignals& s) { s = {.round = s.round}; }), IsEmpty());
}

TEST(HealthJudge, WaitsWhileATrainingBeginsAndThenNamesTheFirstRound) {
  HealthJudge judge({.patience = 2, .grace = 4});
  for (i64 i = 1; i <= 4; ++i) EXPECT_FALSE(judge.look({.round = 10 * i, .spread = 0.1})) << i;
  EXPECT_EQ(judge.health(), Health::sound);
  EXPECT_THAT(judge.look({.round = 50, .spread = 0.1}).value_or(""), HasSubstr("since round 10:"));
  EXPECT_EQ(judge.health(), Health::collapsed);
  EXPECT_EQ(judge.since(), 10);
}

TEST(HealthJudge, RefusesLimitsThatAreNone) {
  EXPECT_THROW(HealthJudge({.spread = 0}), ValueError);
  EXPECT_THROW(HealthJudge({.difference = 1}), ValueError);
  EXPECT_THROW(HealthJudge({.gradient_factor = 1}), ValueError);
  EXPECT_THROW(HealthJudge({.patience = 0}), ValueError);
  EXPECT_THROW(HealthJudge({.grace = -1}), ValueError);
  Sequential G = mlp(4, 2), D = mlp(2, 1);
  Game game = adversarial(G, D, NonSaturating{}, {.input = {.latent = 4}});
  EXPECT_THROW(CollapseMonitor(G, game, {.samples = 1}), ValueError);
}

}  // namespace
}  // namespace gan
