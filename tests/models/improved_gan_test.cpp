// Semi-supervised learning: networks, the losses written out, who learns what, and the start from data.
#include "gan/models/improved_gan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gan/data/locate.hpp"
#include "gan/data/partly_labelled.hpp"
#include "gan/nn/summary.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/train/checkpoint.hpp"
#include "support/files.hpp"
#include "support/generators.hpp"

namespace gan {
namespace {

using models::ImprovedGan;
using Net = models::BasicImprovedGan<double>;
using X = Tensor<double>;

TEST(ImprovedGan, HasTheNetworksOfTheAuthors) {
  ImprovedGan net;
  EXPECT_EQ(count_parameters(net.D).trainable, 1538770);
  EXPECT_EQ(count_parameters(net.D).total(), 1538770 + 2250) << "the gains of the hidden layers are not trained";
  EXPECT_EQ(count_parameters(net.G).trainable, 694568);
  init(net, 1);
  EXPECT_EQ(summarize(net.D, Shape{2, 28, 28, 1}).layers.back().output, (Shape{2, 10}));
  Pass pass = Pass::inference();
  const Var x = net.abilities()[0].run({{"z", Var::zeros({2, 100})}}, pass)["x"];
  EXPECT_EQ(x.shape(), (Shape{2, 28, 28, 1}));
  for (const float v : x.to_vector()) EXPECT_TRUE(v > 0 && v < 1);
  const Ability classify = net.abilities()[1];
  EXPECT_EQ(classify.name, "classify");
  EXPECT_EQ(classify.run({{"x", x}}, pass)["logits"].to_vector(), net.scores(x, pass).logits.to_vector());
  EXPECT_EQ(net.scores(x, pass).features.shape(), (Shape{2, 250}));
}

TEST(ImprovedGan, AdamIsTheAuthors) {
  ImprovedGan net;
  Game game = net.game();
  for (const char* player : {"D", "G"}) {
    const std::string text = game[player].optimizer.spec().text();
    for (const char* line : {"learning_rate = 0.003\n", "beta1 = 0.5\n", "beta2 = 0.999\n", "epsilon = 1e-04\n"})
      EXPECT_THAT(text, testing::HasSubstr(line)) << player;
  }
}

X images(i64 n, u64 stream) {
  Rng rng{1, stream};
  return rand<double>({n, 28, 28, 1}, rng);
}
BasicBatch<double> batch_of(u64 number) {
  return {{{"x", images(4, 2 * number)}, {"y", images(4, 2 * number + 1)}, {"labels", X::from({3, 0, 9, 3}, {4})}}};
}

/// log sum exp of each row.
std::vector<double> lse(const X& logits) {
  std::vector<double> all;
  const std::vector<double> l = logits.to_vector();
  for (std::size_t i = 0; i < l.size(); i += 10) {
    double sum = 0;
    for (std::size_t k = 0; k < 10; ++k) sum += std::exp(l[i + k]);
    all.push_back(std::log(sum));
  }
  return all;
}

TEST(ImprovedGan, LossesAreThePapers) {
  Net net({.unlabelled = 0.7, .input_noise = 0, .noise = 0});
  init(net, 1);
  auto game = net.game();
  EXPECT_TRUE(game.separate_batches);
  const auto batch = batch_of(1);
  const Rng rng{9, 9, 9};
  BasicRound<double> round;
  Pass of_d = Pass::training(rng), of_g = Pass::training(rng), plain = Pass::training(rng);
  const double d = game["D"].loss(batch, round, of_d).item(), g = game["G"].loss(batch, round, of_g).item();

  const X fake = net.G(draw_latent<double>(4, {100, Prior::uniform}, plain.rng), plain);
  const auto on_y = net.scores(batch["y"], plain), on_x = net.scores(batch["x"], plain),
             on_fake = net.scores(fake, plain);
  const std::vector<double> zy = lse(on_y.logits), zx = lse(on_x.logits), zf = lse(on_fake.logits);
  const std::vector<double> ly = on_y.logits.to_vector();
  const std::size_t labels[] = {3, 0, 9, 3};
  double labelled = 0, unlabelled = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    labelled += (zy[i] - ly[10 * i + labels[i]]) / 4;
    unlabelled += (-zx[i] + std::log1p(std::exp(zx[i])) + std::log1p(std::exp(zf[i]))) / 8;
  }
  EXPECT_NEAR(d, labelled + 0.7 * unlabelled, 1e-9);
  EXPECT_NEAR(round.metric("labelled"), labelled, 1e-9);
  EXPECT_NEAR(round.metric("unlabelled"), 0.7 * unlabelled, 1e-9);
  double real = 0;
  for (const double z : zx) real += 1 / (1 + std::exp(-z)) / 4;
  EXPECT_NEAR(round.metric("D(x)"), real, 1e-9);

  const std::vector<double> fx = mean(on_x.features, {0}).to_vector(), ff = mean(on_fake.features, {0}).to_vector();
  double matched = 0;
  for (std::size_t i = 0; i < 250; ++i) matched += (fx[i] - ff[i]) * (fx[i] - ff[i]) / 250;
  EXPECT_GT(matched, 0);
  EXPECT_NEAR(g, matched, 1e-9);
}

std::vector<std::vector<double>> values(BasicSequential<double>& net, bool trainable) {
  std::vector<std::vector<double>> all;
  each_param(net, [&](const std::string&, Param<double>& p) {
    if (p.trainable() == trainable) all.push_back(p.to_vector());
  });
  return all;
}

TEST(ImprovedGan, PlayersLearnTheirOwnFromBatchesOfTheirOwn) {
  Net net;
  init(net, 1);
  auto game = net.game();
  EXPECT_EQ(game.batches_in(0), 2);
  const auto gains = values(net.D, false);
  std::vector<int> asked;
  const auto play = [&](u64 number) {
    BasicRound<double> round;
    round.number = number;
    game.play(
        round,
        [&](int k) {
          asked.push_back(k);
          return batch_of(static_cast<u64>(k));
        },
        9);
  };
  for (const char* still : {"D", "G"}) {
    // A player without turns: whatever the other does, its parameters stay.
    game["D"].turns = still[0] == 'D' ? 0 : 1;
    game["G"].turns = still[0] == 'G' ? 0 : 1;
    const auto d = values(net.D, true), g = values(net.G, true);
    play(0);
    EXPECT_EQ(values(net.D, true) == d, still[0] == 'D');
    EXPECT_EQ(values(net.G, true) == g, still[0] == 'G');
  }
  EXPECT_EQ(values(net.D, false), gains) << "gains of hidden layers are not trained";
  game["D"].turns = game["G"].turns = 1;
  asked.clear();
  play(1);
  EXPECT_THAT(asked, testing::ElementsAre(0, 1));
}

TEST(ImprovedGan, NoiseIsForTrainingAlone) {
  ImprovedGan net;
  init(net, 1);
  const Var x = Var::ones({2, 28, 28, 1});
  const auto logits = [&](Pass pass) { return net.D(x, pass).to_vector(); };
  EXPECT_EQ(logits(Pass::inference(Rng{1})), logits(Pass::inference(Rng{2})));
  EXPECT_NE(logits(Pass::training(Rng{1})), logits(Pass::training(Rng{2})));
}

data::Source few_labels() {
  return data::partly_labelled(data::load("shapes", {.size = 28, .channels = 1, .count = 600}).scale(0, 1));
}

TEST(ImprovedGan, StartsFromDataWithNormalLayers) {
  ImprovedGan net;
  init(net, 1);
  net.begin(few_labels());
  // Other images of the kind, with noise: the last layer's outputs have mean 0 and variance 1.
  std::vector<i64> indices;
  for (i64 i = 0; i < 600; ++i) indices.push_back(i);
  Pass pass = Pass::training(Rng{5});
  const NoGrad constant;
  const Var y = net.D(few_labels().batch(indices)["x"], pass);
  for (const float m : mean(y, {0}).to_vector()) EXPECT_NEAR(m, 0, 0.3);
  for (const float v : mean(square(y), {0}).to_vector()) EXPECT_NEAR(v, 1, 0.4);
  ImprovedGan again;
  init(again, 1);
  again.begin(few_labels());
  Pass a = Pass::inference(), b = Pass::inference();
  EXPECT_EQ(again.D(Var::ones({1, 28, 28, 1}), a).to_vector(), net.D(Var::ones({1, 28, 28, 1}), b).to_vector());
}

TEST(ImprovedGan, TheStartIsInCheckpoints) {
  const test::Folder folder;
  const auto gains = [](ImprovedGan& net) {
    std::vector<std::vector<float>> all;
    each_param(net.D, [&](const std::string&, Param<float>& p) { all.push_back(p.to_vector()); });
    return all;
  };
  ImprovedGan net, other;
  init(net, 1);
  init(other, 1);
  net.begin(few_labels());
  const auto wanted = gains(net);
  EXPECT_NE(gains(other), wanted);
  Game game = net.game(), others = other.game();
  const data::Loader loader(few_labels(), {.batch_size = 4});
  Trainer saved{game, loader, {.rounds = 2}}, resumed{others, loader, {.rounds = 2}};
  Checkpoints checkpoints(folder.path);
  checkpoints.save(saved);
  EXPECT_TRUE(checkpoints.resume(resumed));
  EXPECT_EQ(gains(other), wanted);
}

TEST(ImprovedGan, RefusesOptionsOutOfRange) {
  EXPECT_THROW(ImprovedGan({.classes = 1}), ValueError);
  EXPECT_THROW(ImprovedGan({.labels_per_class = 0}), ValueError);
  EXPECT_THROW(ImprovedGan({.noise = -1}), ValueError);
  EXPECT_EQ(ImprovedGan({.labels_per_class = 2, .labels_seed = 7}).needs().labels_per_class, 2);
  EXPECT_EQ(ImprovedGan({.labels_per_class = 2, .labels_seed = 7}).needs().labels_seed, 7u);
}

}  // namespace
}  // namespace gan
