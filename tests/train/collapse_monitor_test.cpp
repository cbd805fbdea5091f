// The collapse monitor: games that are made to fail, games that go well, and verdicts on made-up looks.
#include "gan/train/collapse_monitor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "gan/data/points.hpp"
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

Watched train_ring(const AdversarialOptions& how, i64 rounds) {
  Sequential G = mlp(how.latent.size, 2), D = mlp(2, 1);
  init(G, 1);
  init(D, 101);
  Game game = adversarial(G, D, NonSaturating{}, how);
  Trainer trainer{game, data::ring({.deviation = 0.05}).batches(128), {.rounds = rounds, .seed = 1}};
  Watched w;
  CollapseMonitor monitor(G, game, {.sampling = {.latent = how.latent}, .say = [&](const std::string& sentence) {
                                      w.said.push_back(sentence);
                                    }});
  trainer.every(25, monitor.hook());
  trainer.run();
  w.health = monitor.judge().health();
  w.since = monitor.judge().since();
  w.last = monitor.signals();
  return w;
}

TEST(CollapseMonitor, SaysNothingOfARingThatGoesWell) {
  const Adam adam{.learning_rate = 1e-3};
  const Watched w = train_ring({.latent = 16, .generator = adam, .discriminator = adam}, 900);
  print("ring", w);
  EXPECT_EQ(w.health, Health::sound);
  EXPECT_THAT(w.said, IsEmpty());
  EXPECT_GT(w.last.spread, 0.7);
  EXPECT_EQ(w.last.gradients.size(), 2u);
  EXPECT_GT(w.last.gradients[1].second, 0);
}

TEST(CollapseMonitor, SeesARingCollapseWhereTheGeneratorIsFarAhead) {
  // Ten steps of G for one of D: G runs to wherever D is highest, and all of it.
  const Watched w = train_ring({.latent = 16,
                                .generator_steps = 10,
                                .generator = Adam{.learning_rate = 2e-3},
                                .discriminator = Adam{.learning_rate = 1e-4}},
                               400);
  print("ring, collapsing", w);
  EXPECT_EQ(w.health, Health::collapsed);
  ASSERT_FALSE(w.said.empty());
  EXPECT_THAT(w.said[0], HasSubstr("x less diverse than the data since round "));
  EXPECT_THAT(w.said[0], HasSubstr(": mode collapse"));
  EXPECT_LT(w.last.spread, 0.4);
}

Watched train_images(const Adam& generator, const Adam& discriminator, int generator_steps, i64 rounds) {
  models::Dcgan net({.latent = 16, .features = 8});
  init(net, 1);
  Game game = adversarial(net.G, net.D, NonSaturating{},
                          {.latent = 16, .generator_steps = generator_steps, .generator = generator, .discriminator = discriminator});
  Trainer trainer{game, data::shapes({.count = 512, .channels = 1}).batches(32), {.rounds = rounds, .seed = 1}};
  Watched w;
  CollapseMonitor monitor(net.G, game, {.sampling = net.sampling(), .samples = 64, .say = [&](const std::string& s) {
                                          w.said.push_back(s);
                                        }});
  trainer.every(10, monitor.hook());
  trainer.run();
  w.health = monitor.judge().health();
  w.since = monitor.judge().since();
  w.last = monitor.signals();
  return w;
}

TEST(CollapseMonitor, SeesTinyImagesCollapse) {
  const Watched w = train_images(Adam{.learning_rate = 5e-3}, Adam{.learning_rate = 1e-5}, 4, 160);
  print("images, collapsing", w);
  EXPECT_EQ(w.health, Health::collapsed);
  EXPECT_GT(w.last.alike, w.last.data_alike);
  ASSERT_FALSE(w.said.empty());
  EXPECT_THAT(w.said.back(), HasSubstr("mode collapse"));
}

/// A generator that has gone where this test wants it: other images of the data's kind, or one image again and again.
struct Finished {
  Dense unused{16, 1};  // something to be of a device and a scalar type
  u64 seed = 1;
  bool one_image = false;
  Var operator()(const Var& z, Pass&) const {
    const i64 n = z.shape()[0];
    std::vector<i64> which(static_cast<std::size_t>(n), 0);
    if (!one_image) std::iota(which.begin(), which.end(), i64{0});
    return data::shapes({.count = n, .channels = 1, .seed = seed}).batch(which).x;
  }
  void visit(Visitor& v) { v("unused", unused); }
};

/// What the monitor makes of a generator that has finished. The game beside it learns nothing, so that no verdict
/// depends on the course of a training, which is another with every rounding.
Watched watch_finished(Finished G) {
  models::Dcgan net({.latent = 16, .features = 4});
  init(net, G.seed);
  const Sgd still{.learning_rate = 0};
  Game game = adversarial(net.G, net.D, NonSaturating{}, {.latent = 16, .generator = still, .discriminator = still});
  Trainer trainer{game, data::shapes({.count = 128, .channels = 1}).batches(4), {.rounds = 16, .seed = 1}};
  Watched w;
  CollapseMonitor monitor(
      G, game, {.sampling = net.sampling(), .samples = 64, .say = [&](const std::string& s) { w.said.push_back(s); }});
  trainer.every(1, monitor.hook());
  trainer.run();
  w.health = monitor.judge().health();
  w.since = monitor.judge().since();
  w.last = monitor.signals();
  return w;
}

TEST(CollapseMonitor, SaysNothingOfTinyImagesThatAreAsTheDataAre) {
  for (const u64 seed : {11u, 12u, 13u, 14u, 15u}) {
    const Watched w = watch_finished({.seed = seed});
    print("images", w);
    EXPECT_EQ(w.health, Health::sound) << seed;
    EXPECT_THAT(w.said, IsEmpty()) << seed;
    EXPECT_NEAR(w.last.spread, 1, 0.3) << seed;
    EXPECT_NEAR(w.last.nearest, 1, 0.3) << seed;
    EXPECT_NEAR(w.last.alike, w.last.data_alike, 0.15) << seed;
    EXPECT_NEAR(w.last.d_real, 0.5, 0.3) << seed;
    EXPECT_EQ(w.last.gradients.size(), 2u);
  }
}

TEST(CollapseMonitor, SeesTinyImagesThatAreAllOne) {
  const Watched w = watch_finished({.seed = 11, .one_image = true});
  EXPECT_EQ(w.health, Health::collapsed);
  EXPECT_EQ(w.since, 1);
  EXPECT_EQ(w.said.size(), 1u);
  EXPECT_EQ(w.last.spread, 0);
}

TEST(CollapseMonitor, ChangesNothingInTheTraining) {
  const auto numbers = [](bool watched) {
    models::Dcgan net({.latent = 8, .features = 4});
    init(net, 1);
    Game game = models::dcgan_game(net);
    Trainer trainer{game, data::shapes({.count = 64, .channels = 1}).batches(16), {.rounds = 6, .seed = 3}};
    CollapseMonitor monitor(net.G, game, {.sampling = net.sampling(), .samples = 8});
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
  Game game = adversarial(G, D, NonSaturating{}, {.latent = 4});
  EXPECT_THROW(CollapseMonitor(G, game, {.samples = 1}), ValueError);
}

}  // namespace
}  // namespace gan
