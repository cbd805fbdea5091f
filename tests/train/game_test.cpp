// Games and trainers: turns, sharing, determinism, and a game that is won.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "gan/data/shapes.hpp"
#include "gan/io/samples.hpp"
#include "gan/models/dcgan.hpp"
#include "gan/models/vanilla.hpp"
#include "gan/optim/ema.hpp"
#include "gan/train/trainer.hpp"

namespace gan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

data::Dataset few_shapes() { return data::shapes({.count = 64, .channels = 1}); }

std::vector<float> train(int threads_used, i64 rounds, u64 seed, int discriminator_steps = 1) {
  const int before = threads();
  set_threads(threads_used);
  models::Dcgan net({.latent = 8, .features = 4});
  init(net, 1);
  Game game = models::dcgan_game(net);
  game["D"].turns = discriminator_steps;
  Trainer trainer{game, few_shapes().batches(16), {.rounds = rounds, .seed = seed}};
  trainer.run();
  set_threads(before);
  std::vector<float> numbers;
  each_param(net, [&](const std::string&, Param<float>& p) {
    const auto v = p.to_vector();
    numbers.insert(numbers.end(), v.begin(), v.end());
  });
  return numbers;
}

TEST(Trainer, SameSeedSameBitsForAnyNumberOfThreads) {
  const auto once = train(1, 5, 3);
  EXPECT_EQ(train(1, 5, 3), once);
  EXPECT_EQ(train(2, 5, 3), once);
  EXPECT_EQ(train(3, 5, 3), once);
  EXPECT_NE(train(1, 5, 4), once);
  EXPECT_NE(train(1, 6, 3), once);
}

TEST(Trainer, EveryTurnOfARoundGetsItsOwnBatch) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  std::vector<std::string> turns;
  std::vector<float> first_pixels;
  auto loss = [&](const char* name) {
    return [&turns, &first_pixels, &net, name](const Batch& b, Round& r, Pass& p) {
      turns.push_back(name + std::to_string(r.turn));
      first_pixels.push_back(b.x.data()[0]);
      return sum(net(Var::ones({1, 1}), p));
    };
  };
  std::vector<Player> players;
  players.emplace_back("a", params(net), loss("a"), Sgd{}, 3);
  players.emplace_back("b", params(net), loss("b"), Adam{});
  Game game(std::move(players));
  std::vector<u8> bytes(12);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<u8>(i);
  Trainer trainer{game, data::Dataset(bytes, Shape{12, 1, 1, 1}).batches(1), {.rounds = 2, .seed = 1}};
  EXPECT_EQ(trainer.rounds_per_epoch(), 4);
  EXPECT_EQ(trainer.images_per_round(), 3);
  trainer.run();
  EXPECT_THAT(turns, ElementsAre("a0", "a1", "a2", "b0", "a0", "a1", "a2", "b0"));
  EXPECT_EQ(first_pixels[3], first_pixels[0]) << "the one turn of b shares batch 0";
  const std::set<float> different(first_pixels.begin(), first_pixels.end());
  EXPECT_EQ(different.size(), 6u);
}

// What lasts lies before what a round needs for a while, so that the two do not break up each other's memory.
TEST(Trainer, OptimizersStateIsMadeBeforeTheFirstTurn) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  std::vector<Player> players;
  std::vector<std::size_t> kept;
  Game* game_at = nullptr;
  const auto loss = [&](const Batch&, Round&, Pass& p) {
    for (Player& player : game_at->players)
      player.optimizer.each_kept([&](const char*, Tensors<float>& tensors) { kept.push_back(tensors.size()); });
    return sum(net(Var::ones({1, 1}), p));
  };
  players.emplace_back("a", params(net), loss, Adam{});
  players.emplace_back("b", params(net), loss, Sgd{.momentum = 0.5});
  Game game(std::move(players));
  game_at = &game;
  Trainer trainer{game, few_shapes().batches(1), {.rounds = 1, .seed = 1}};
  trainer.run();
  EXPECT_THAT(kept, ElementsAre(2u, 2u, 2u, 2u, 2u, 2u)) << "m and v, and the velocity, of weight and bias, in both turns";
}

TEST(Trainer, EveryTurnDrawsItsOwnNoise) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  std::vector<float> drawn;
  auto loss = [&](const Batch&, Round&, Pass& p) {
    drawn.push_back(randn<float>(Shape{1}, p.rng).item());
    return sum(net(Var::ones({1, 1}), p));
  };
  auto play = [&](u64 seed) {
    std::vector<Player> players;
    players.emplace_back("a", params(net), loss, Sgd{}, 2);
    players.emplace_back("b", params(net), loss, Sgd{});
    Game game(std::move(players));
    Trainer trainer{game, few_shapes().batches(16), {.rounds = 3, .seed = seed}};
    trainer.run();
  };
  play(1);
  play(2);
  EXPECT_EQ(std::set<float>(drawn.begin(), drawn.end()).size(), 18u) << "2 seeds x 3 rounds x 3 turns";
  const std::vector<float> first(drawn.begin(), drawn.begin() + 9);
  drawn.clear();
  play(1);
  EXPECT_EQ(drawn, first);
}

TEST(Trainer, FakesAreSharedUnlessFreshNoiseIsAskedFor) {
  for (const bool fresh : {false, true}) {
    int generated = 0;
    struct Counting {
      Sequential body{Dense(2, 4)};
      int* count = nullptr;
      Var operator()(const Var& z, Pass& p) {
        ++*count;
        return body(z, p);
      }
      void visit(Visitor& v) { v("body", body); }
    } G;
    G.count = &generated;
    Sequential D{Flatten{}, Dense(4, 1)};
    init(G, 1);
    init(D, 2);
    Game game = adversarial(G, D, NonSaturating{}, {.latent = 2, .discriminator_steps = 3, .fresh_noise = fresh});
    Trainer trainer{game, data::Dataset(std::vector<u8>(48), Shape{12, 2, 2, 1}).batches(2), {.rounds = 1}};
    trainer.run();
    EXPECT_EQ(generated, fresh ? 4 : 3);
  }
}

/// A generator that counts its calls, and a discriminator that notes the sizes of what it sees.
struct Watched {
  struct Net {
    Sequential body;
    std::vector<i64>* sizes = nullptr;
    Var operator()(const Var& x, Pass& p) {
      if (sizes) sizes->push_back(x.shape(0));
      return body(x, p);
    }
    void visit(Visitor& v) { v("body", body); }
  };
  std::vector<i64> generated, judged;
  Net G{Sequential{Dense(2, 4), Reshape{{2, 2, 1}}}}, D{Sequential{Flatten{}, Dense(4, 1)}};
  Watched() {
    init(G, 1);
    init(D, 2);
    G.sizes = &generated;
    D.sizes = &judged;
  }
  void play(AdversarialOptions o, i64 rounds = 1) {
    o.latent = 2;
    Game game = adversarial(G, D, NonSaturating{}, o);
    Trainer trainer{game, data::Dataset(std::vector<u8>(80), Shape{20, 2, 2, 1}).batches(2), {.rounds = rounds}};
    trainer.run();
  }
};

TEST(Trainer, AGeneratorMayTakeSeveralTurns) {
  Watched w;
  w.play({.generator_steps = 3});
  EXPECT_THAT(w.generated, ElementsAre(2, 2, 2)) << "the first generator turn reuses the discriminator's fakes";
  EXPECT_THAT(w.judged, ElementsAre(2, 2, 2, 2, 2)) << "real, fake, and three turns of the generator";
}

TEST(Trainer, JoinedBatchesGoThroughTheDiscriminatorOnce) {
  Watched separate, joined;
  separate.play({}, 3);
  joined.play({.joined = true}, 3);
  EXPECT_THAT(joined.judged, ElementsAre(4, 2, 4, 2, 4, 2));
  const auto a = params(separate.D).tensors[0].to_vector(), b = params(joined.D).tensors[0].to_vector();
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-6) << "without BatchNorm it is the same game";
}

TEST(Trainer, SeparateBatchesAlternateOverMinibatches) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  std::vector<float> seen;
  auto loss = [&](const Batch& b, Round&, Pass& p) {
    seen.push_back(b.x.data()[0]);
    return sum(net(Var::ones({1, 1}), p));
  };
  std::vector<Player> players;
  players.emplace_back("a", params(net), loss, Sgd{});
  players.emplace_back("b", params(net), loss, Sgd{});
  Game game(std::move(players));
  game.separate_batches = true;
  EXPECT_EQ(game.batches_per_round(), 2);
  std::vector<u8> bytes(12);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<u8>(i);
  Trainer trainer{game, data::Dataset(bytes, Shape{12, 1, 1, 1}).batches(1), {.epochs = 1}};
  EXPECT_EQ(trainer.total_rounds(), 6);
  trainer.run();
  EXPECT_EQ(std::set<float>(seen.begin(), seen.end()).size(), 12u) << "an epoch shows every image to one player";
  Watched w;
  w.play({.separate_batches = true});
  EXPECT_THAT(w.generated, ElementsAre(2, 2)) << "each player has fakes of its own";
}

TEST(Trainer, HooksRunWhenTheyShouldAndSeeFigures) {
  models::Dcgan net({.latent = 8, .features = 4});
  init(net, 1);
  Game game = models::dcgan_game(net);
  Trainer trainer{game, few_shapes().batches(16), {.epochs = 2, .seed = 1}};
  EXPECT_EQ(trainer.total_rounds(), 8);
  std::vector<i64> rounds;
  trainer.every(3, [&](Trainer& t) { rounds.push_back(t.round()); });
  trainer.run();
  EXPECT_THAT(rounds, ElementsAre(3, 6));
  std::vector<std::string> names;
  for (const auto& [name, value] : trainer.metrics()) {
    names.push_back(name);
    EXPECT_TRUE(std::isfinite(value));
  }
  EXPECT_THAT(names, ElementsAre("D(G(z))", "D(x)", "loss_D", "loss_G"));
  EXPECT_THROW(trainer.every(0, [](Trainer&) {}), ValueError);
  EXPECT_THROW((Trainer{game, few_shapes().batches(16), {.epochs = 0}}), ValueError);
}

TEST(Trainer, StopsWhenAHookSaysSoAndGoesOn) {
  Watched w;
  Game game = adversarial(w.G, w.D, NonSaturating{}, {.latent = 2});
  Trainer trainer{game, data::Dataset(std::vector<u8>(80), Shape{20, 2, 2, 1}).batches(2), {.rounds = 5}};
  int epochs = 0;
  trainer.every(1, [](Trainer& t) {
    if (t.round() == 2) t.stop();
  });
  trainer.every_epoch(1, [&epochs](Trainer&) { ++epochs; });
  trainer.run();
  EXPECT_EQ(trainer.round(), 2);
  trainer.run();
  EXPECT_EQ(trainer.round(), 5);
  EXPECT_EQ(epochs, 0) << "an epoch has ten rounds";
}

TEST(Trainer, NamesTheFirstBadTensorAndLeavesTheOthersAlone) {
  Watched w;
  Game game = adversarial(w.G, w.D, NonSaturating{}, {.latent = 2});
  Trainer trainer{game, data::Dataset(std::vector<u8>(80), Shape{20, 2, 2, 1}).batches(2), {.rounds = 5}};
  trainer.step();
  params(w.G).tensors[1].mutable_data()[3] = std::numeric_limits<float>::infinity();
  const auto discriminator = params(w.D).tensors[0].to_vector();
  EXPECT_EQ(game.first_not_finite(), "G.body.0.bias");
  try {
    trainer.run();
    FAIL();
  } catch (const NotFiniteError& e) {
    EXPECT_THAT(e.what(), HasSubstr("'G.body.0.bias' is not finite after round 1"));
  }
  EXPECT_EQ(params(w.D).tensors[0].to_vector(), discriminator) << "a bad loss changes no weight";
}

TEST(Trainer, StopsAtNotANumberAndNamesTheLoss) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  std::vector<Player> players;
  players.emplace_back(
      "G", params(net),
      [&net](const Batch&, Round&, Pass& p) {
        return sum(log(net(Var::zeros({1, 1}), p) - 1.0));
      },
      Adam{});
  Game game(std::move(players));
  Trainer trainer{game, few_shapes().batches(16), {.rounds = 1}};
  try {
    trainer.run();
    FAIL();
  } catch (const Error& e) { EXPECT_THAT(e.what(), HasSubstr("loss_G is")); }
}

TEST(Ema, FollowsParametersAndBuffers) {
  Sequential net{Dense(1, 1), BatchNorm(1)};
  init(net, 1);
  Ema average(net, 0.75);
  Pass inference = Pass::inference();
  auto bias = [](Sequential& n) { return params(n).tensors[1]; };
  bias(net).copy_from(Var::full({1}, 8));
  average.update();  // keeps min(0.75, 1 / 10)
  EXPECT_NEAR(bias(average.network()).item(), 0.9 * 8, 1e-6);
  for (int i = 0; i < 100; ++i) average.update();
  EXPECT_NEAR(bias(average.network()).item(), 8, 1e-5);
  EXPECT_NEAR(average.network()(Var::ones({2, 1}), inference).data()[0], net(Var::ones({2, 1}), inference).data()[0], 1e-4);
  EXPECT_EQ(bias(net).item(), 8) << "the network itself is not touched";
  EXPECT_THROW(Ema(net, 1.0), ValueError);
}

TEST(Round, NamesWhatIsMissing) {
  Round round;
  EXPECT_FALSE(round.has("fake"));
  EXPECT_THROW(round.at("fake"), ValueError);
  const Var x = leaf(Var::ones({1}));
  round.put("fake", x * 2.0);
  EXPECT_TRUE(round.at("fake").tracked());
  EXPECT_FALSE(round.detached("fake").tracked());
}

TEST(Objectives, FollowThePaper) {
  const Tensor<double> real = Tensor<double>::from({0.3, -0.7}, Shape{2, 1}),
                       fake = Tensor<double>::from({1.1, -0.2}, Shape{2, 1});
  auto log_sigmoid = [](double x) { return -std::log1p(std::exp(-x)); };
  const double d = -(log_sigmoid(0.3) + log_sigmoid(-0.7)) / 2 - (log_sigmoid(-1.1) + log_sigmoid(0.2)) / 2;
  EXPECT_NEAR(NonSaturating{}.d<double>(real, fake).item(), d, 1e-12);
  EXPECT_NEAR(Saturating{}.d<double>(real, fake).item(), d, 1e-12);
  EXPECT_NEAR(NonSaturating{}.g<double>(fake).item(), -(log_sigmoid(1.1) + log_sigmoid(-0.2)) / 2, 1e-12);
  EXPECT_NEAR(Saturating{}.g<double>(fake).item(), (log_sigmoid(-1.1) + log_sigmoid(0.2)) / 2, 1e-12);
  const double smooth = -(0.9 * log_sigmoid(0.3) + 0.1 * log_sigmoid(-0.3) + 0.9 * log_sigmoid(-0.7) +
                          0.1 * log_sigmoid(0.7)) / 2 - (log_sigmoid(-1.1) + log_sigmoid(0.2)) / 2;
  EXPECT_NEAR(NonSaturating{.real_label = 0.9}.d<double>(real, fake).item(), smooth, 1e-12);
}

TEST(Trainer, AGeneratorLearnsTheMeanOfItsData) {
  // Data: N(3, 0.5^2) in one dimension, as images of one pixel. The generator is z -> a z + b.
  Rng rng{1, 2, 3};
  const Var normal = randn<float>(Shape{4096}, rng);
  std::vector<u8> bytes;
  for (const float v : normal.values()) bytes.push_back(static_cast<u8>(std::clamp(128 + 20 * v + 40, 0.0f, 255.0f)));
  const data::Dataset set = data::Dataset(bytes, Shape{4096, 1, 1, 1}).scale(-4, 4);
  double target = 0;
  for (const u8 b : bytes) target += (static_cast<double>(b) / 255 * 8 - 4) / 4096;
  Sequential G{Dense(1, 1), Reshape{{1, 1, 1}}};
  Sequential D{Flatten{}, Dense(1, 16, {.activation = LeakyReLU{}}), Dense(16, 16, {.activation = LeakyReLU{}}),
               Dense(16, 1)};
  init(G, 1);
  init(D, 2);
  const Adam adam{.learning_rate = 2e-3};
  Game game = adversarial(G, D, NonSaturating{}, {.latent = 1, .generator = adam, .discriminator = adam});
  Trainer trainer{game, set.batches(64), {.rounds = 1500, .seed = 1}};
  double average = 0;
  i64 seen = 0;
  trainer.every(50, [&](Trainer& t) {
    if (t.round() <= 750) return;
    const Var x = io::sample(G, 1000, 1, static_cast<u64>(t.round()));
    for (const float v : x.values()) average += static_cast<double>(v);
    seen += x.size();
  });
  trainer.run();
  EXPECT_NEAR(average / static_cast<double>(seen), target, 0.25);
}

}  // namespace
}  // namespace gan
