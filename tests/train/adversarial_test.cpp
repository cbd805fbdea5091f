// The game of a generator and a discriminator: whose fakes are judged when, and a game that is won.
#include "gan/train/adversarial.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/data/images.hpp"
#include "gan/data/mixtures.hpp"
#include "gan/io/samples.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/trainer.hpp"

namespace gan {
namespace {

using testing::ElementsAre;

TEST(Adversarial, FakesAreSharedUnlessFreshNoiseIsAskedFor) {
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
    Game game =
        adversarial(G, D, NonSaturating{}, {.input = {.latent = 2}, .discriminator_steps = 3, .fresh_noise = fresh});
    Trainer trainer{game, data::Images(std::vector<u8>(48), Shape{12, 2, 2, 1}).batches(2), {.rounds = 1}};
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
    o.input.latent = 2;
    Game game = adversarial(G, D, NonSaturating{}, o);
    Trainer trainer{game, data::Images(std::vector<u8>(80), Shape{20, 2, 2, 1}).batches(2), {.rounds = rounds}};
    trainer.run();
  }
};

TEST(Adversarial, AGeneratorMayTakeSeveralTurns) {
  Watched w;
  w.play({.generator_steps = 3});
  EXPECT_THAT(w.generated, ElementsAre(2, 2, 2)) << "the first generator turn reuses the discriminator's fakes";
  EXPECT_THAT(w.judged, ElementsAre(2, 2, 2, 2, 2)) << "real, fake, and three turns of the generator";
}

TEST(Adversarial, JoinedBatchesGoThroughTheDiscriminatorOnce) {
  Watched separate, joined;
  separate.play({}, 3);
  joined.play({.joined = true}, 3);
  EXPECT_THAT(joined.judged, ElementsAre(4, 2, 4, 2, 4, 2));
  const auto a = params(separate.D).tensors[0].to_vector(), b = params(joined.D).tensors[0].to_vector();
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-6) << "without BatchNorm it is the same game";
}

TEST(Adversarial, SeparateBatchesHaveFakesOfTheirOwn) {
  Watched w;
  w.play({.separate_batches = true});
  EXPECT_THAT(w.generated, ElementsAre(2, 2)) << "each player has fakes of its own";
}

/// Relativistic: the generator minimises by how much more real images look than fakes.
struct Relative {
  std::vector<float>* seen;  ///< mean real scores in the generator's turns
  Var d(const Var& real, const Var& fake) const { return mean(fake) - mean(real); }
  Var g(const Var& real, const Var& fake) const {
    seen->push_back(mean(real).item());
    return mean(real) - mean(fake);
  }
};

TEST(Adversarial, RealScoresInTheGeneratorsTurnAreOfTheBatchOfItsFakes) {
  for (const bool joined : {false, true}) {
    Watched w;
    std::vector<float> seen;
    Game game = adversarial(w.G, w.D, Relative{&seen},
                            {.input = {.latent = 2},
                             .discriminator_steps = 3,
                             .generator_steps = 2,
                             .joined = joined,
                             .discriminator = Sgd{.learning_rate = 0}});
    Round round;
    const auto batch_at = [](int t) { return Batch({{"x", Var::full({2, 2, 2, 1}, static_cast<float>(t))}}, {t, t}); };
    game.play(round, batch_at, 1);
    Pass pass = Pass::inference();
    const auto score = [&](int t) { return mean(w.D.body(batch_at(t)["x"], pass)).item(); };
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_NEAR(seen[0], score(2), 1e-6) << "the last fakes, reused";
    EXPECT_NEAR(seen[1], score(2), 1e-6) << "fakes of its own, and its own batch";
    EXPECT_EQ(w.judged.back(), joined ? 4 : 2);
  }
}

TEST(Adversarial, AGeneratorLearnsTheMeanOfItsData) {
  // Data: N(3, 0.5^2) in one dimension, as images of one pixel. The generator is z -> a z + b.
  Rng rng{1, 2, 3};
  const Var normal = randn<float>(Shape{4096}, rng);
  std::vector<u8> bytes;
  for (const float v : normal.values()) bytes.push_back(static_cast<u8>(std::clamp(128 + 20 * v + 40, 0.0f, 255.0f)));
  const data::Images set = data::Images(bytes, Shape{4096, 1, 1, 1}).scale(-4, 4);
  double target = 0;
  for (const u8 b : bytes) target += (static_cast<double>(b) / 255 * 8 - 4) / 4096;
  Sequential G{Dense(1, 1), Reshape{{1, 1, 1}}};
  Sequential D{Flatten{}, Dense(1, 16, {.activation = LeakyReLU{}}), Dense(16, 16, {.activation = LeakyReLU{}}),
               Dense(16, 1)};
  init(G, 1);
  init(D, 2);
  const Adam adam{.learning_rate = 2e-3};
  Game game = adversarial(G, D, NonSaturating{}, {.input = {.latent = 1}, .generator = adam, .discriminator = adam});
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

TEST(Adversarial, IncludesItsNetworksOnce) {
  struct Both {
    Sequential G{Dense(2, 3)}, D{Dense(3, 1)};
    void visit(Visitor& v) {
      v("G", G);
      v("D", D);
    }
  } both;
  Game game = adversarial(both.G, both.D, NonSaturating{}, {.input = {.latent = 2}});
  try {
    game.include(both);
    ADD_FAILURE() << "checkpoints would hold every parameter twice";
  } catch (const ValueError& e) {
    EXPECT_THAT(e.what(), testing::HasSubstr("'G.0.weight' is included already; adversarial(G, D, …) includes both"));
  }
  Game own = adversarial(two_players(both.G, both.D, {.input = {.latent = 2}}), NonSaturating{});
  EXPECT_NO_THROW(own.include(both));
}

}  // namespace
}  // namespace gan
