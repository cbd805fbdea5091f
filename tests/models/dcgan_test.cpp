// DCGAN's nets: parameter counts line by line against the arithmetic of their tables, shapes, starts, games, and
// turns against PyTorch's; whole steps are compared in dcgan_reference_test.cpp.
#include "gan/models/dcgan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gan/core/fields.hpp"
#include "gan/models/vanilla.hpp"
#include "gan/nn/summary.hpp"
#include "support/model_reference.hpp"

namespace gan {
namespace {

using models::Dcgan;
using models::DcganVariant;
using testing::ElementsAre;
using testing::HasSubstr;

struct Line {
  std::string type;
  i64 parameters, side;  ///< trainable ones; height of the image that comes out, or 0
  bool operator==(const Line&) const = default;
};
void PrintTo(const Line& line, std::ostream* out) {
  *out << "{\"" << line.type << "\", " << line.parameters << ", " << line.side << "}";
}

std::vector<Line> lines(const Summary& summary) {
  std::vector<Line> out;
  for (const auto& layer : summary.layers)
    out.push_back({layer.type, layer.trainable, layer.output.rank() == 4 ? layer.output[1] : 0});
  return out;
}

TEST(Dcgan, CommonAt64IsTheExamplesNet) {
  Dcgan net({.channels = 3, .size = 64});
  const Summary g = summarize(net.G, Shape{2, 100}), d = summarize(net.D, Shape{2, 64, 64, 3});
  EXPECT_THAT(lines(g), ElementsAre(Line{"Reshape", 0, 1},                                                        //
                                    Line{"ConvTranspose2D", 100 * 512 * 16, 4}, Line{"BatchNorm", 2 * 512, 4},    //
                                    Line{"ConvTranspose2D", 512 * 256 * 16, 8}, Line{"BatchNorm", 2 * 256, 8},    //
                                    Line{"ConvTranspose2D", 256 * 128 * 16, 16}, Line{"BatchNorm", 2 * 128, 16},  //
                                    Line{"ConvTranspose2D", 128 * 64 * 16, 32}, Line{"BatchNorm", 2 * 64, 32},    //
                                    Line{"ConvTranspose2D", 64 * 3 * 16, 64}));
  EXPECT_THAT(lines(d), ElementsAre(Line{"Conv2D", 3 * 64 * 16, 32},                                    //
                                    Line{"Conv2D", 64 * 128 * 16, 16}, Line{"BatchNorm", 2 * 128, 16},  //
                                    Line{"Conv2D", 128 * 256 * 16, 8}, Line{"BatchNorm", 2 * 256, 8},   //
                                    Line{"Conv2D", 256 * 512 * 16, 4}, Line{"BatchNorm", 2 * 512, 4},   //
                                    Line{"Conv2D", 512 * 16, 1}, Line{"Flatten", 0, 0}));
  EXPECT_EQ(g.count.trainable, 3576704);
  EXPECT_EQ(d.count.trainable, 2765568);
  EXPECT_EQ(g.layers.back().output, (Shape{2, 64, 64, 3}));
  EXPECT_EQ(d.layers.back().output, (Shape{2, 1}));
  EXPECT_EQ(net.options.features, 64);
  EXPECT_EQ(net.input().latent.prior, Prior::normal);
  EXPECT_FALSE(net.input().batch_statistics);
}

TEST(Dcgan, CommonAt32HasOneStageLess) {
  Dcgan net({.channels = 3, .size = 32});
  const Summary g = summarize(net.G, Shape{2, 100}), d = summarize(net.D, Shape{2, 32, 32, 3});
  EXPECT_THAT(lines(g), ElementsAre(Line{"Reshape", 0, 1},                                                      //
                                    Line{"ConvTranspose2D", 100 * 256 * 16, 4}, Line{"BatchNorm", 2 * 256, 4},  //
                                    Line{"ConvTranspose2D", 256 * 128 * 16, 8}, Line{"BatchNorm", 2 * 128, 8},  //
                                    Line{"ConvTranspose2D", 128 * 64 * 16, 16}, Line{"BatchNorm", 2 * 64, 16},  //
                                    Line{"ConvTranspose2D", 64 * 3 * 16, 32}));
  EXPECT_THAT(lines(d), ElementsAre(Line{"Conv2D", 3 * 64 * 16, 16},                                   //
                                    Line{"Conv2D", 64 * 128 * 16, 8}, Line{"BatchNorm", 2 * 128, 8},   //
                                    Line{"Conv2D", 128 * 256 * 16, 4}, Line{"BatchNorm", 2 * 256, 4},  //
                                    Line{"Conv2D", 256 * 16, 1}, Line{"Flatten", 0, 0}));
  EXPECT_EQ(g.count.trainable, 409600 + 512 + 524288 + 256 + 131072 + 128 + 3072);
  EXPECT_EQ(d.count.trainable, 3072 + 131072 + 256 + 524288 + 512 + 4096);
  Dcgan grey({.size = 32});
  EXPECT_EQ(summarize(grey.G, Shape{1, 100}).layers.back().output, (Shape{1, 32, 32, 1}));
}

TEST(Dcgan, AuthorsNetHasTheirCounts) {
  Dcgan net({.channels = 3, .size = 64, .variant = DcganVariant::paper_code});
  const Summary g = summarize(net.G, Shape{2, 100}), d = summarize(net.D, Shape{2, 64, 64, 3});
  EXPECT_THAT(lines(g), ElementsAre(Line{"Dense", 100 * 16384, 0}, Line{"BatchNorm", 2 * 16384, 0},               //
                                    Line{"Reshape", 0, 4},                                                        //
                                    Line{"ConvTranspose2D", 1024 * 512 * 25, 8}, Line{"BatchNorm", 2 * 512, 8},   //
                                    Line{"ConvTranspose2D", 512 * 256 * 25, 16}, Line{"BatchNorm", 2 * 256, 16},  //
                                    Line{"ConvTranspose2D", 256 * 128 * 25, 32}, Line{"BatchNorm", 2 * 128, 32},  //
                                    Line{"ConvTranspose2D", 128 * 3 * 25, 64}));
  EXPECT_THAT(lines(d), ElementsAre(Line{"Conv2D", 3 * 128 * 25, 32},                                    //
                                    Line{"Conv2D", 128 * 256 * 25, 16}, Line{"BatchNorm", 2 * 256, 16},  //
                                    Line{"Conv2D", 256 * 512 * 25, 8}, Line{"BatchNorm", 2 * 512, 8},    //
                                    Line{"Conv2D", 512 * 1024 * 25, 4}, Line{"BatchNorm", 2 * 1024, 4},  //
                                    Line{"Flatten", 0, 0}, Line{"Dense", 16384, 0}));
  EXPECT_EQ(g.count.trainable, 18885760);
  EXPECT_EQ(d.count.trainable, 17232768);
  EXPECT_EQ(net.options.features, 128);
  EXPECT_EQ(net.input().latent.prior, Prior::uniform);
  EXPECT_TRUE(net.input().batch_statistics);
}

TEST(Dcgan, RefusesSizesWithoutANet) {
  EXPECT_THROW(Dcgan({.size = 30}), ValueError);
  EXPECT_THROW(Dcgan({.features = -1}), ValueError);
  EXPECT_THROW(Dcgan({.latent = 0}), ValueError);
  try {
    Dcgan({.size = 32, .variant = DcganVariant::paper_code});
    FAIL();
  } catch (const ValueError& e) {
    EXPECT_STREQ(e.what(), "[Dcgan] there is no paper_code net for images of size 32; use 64");
  }
}

/// Mean and deviation of all numbers of the parameters whose shape has this rank.
std::pair<double, double> moments(Sequential& net, int rank, Param<float>::Kind kind) {
  double n = 0, sum = 0, squares = 0;
  each_param(net, [&](const std::string&, Param<float>& p) {
    if (p.rank() != rank || p.kind != kind) return;
    for (const float x : p.to_vector()) {
      n += 1;
      sum += x;
      squares += x * x;
    }
  });
  return {sum / n, std::sqrt(squares / n - sum / n * sum / n)};
}

TEST(Dcgan, StartsAsSection3Says) {
  for (const auto variant : {DcganVariant::pytorch_example, DcganVariant::paper_code}) {
    Dcgan net({.channels = 3, .size = 64, .variant = variant, .features = 16});
    init(net, 1);
    for (Sequential* part : {&net.G, &net.D}) {
      const auto [mean, deviation] = moments(*part, 4, Param<float>::Kind::weight);
      EXPECT_NEAR(mean, 0, 2e-4);
      EXPECT_NEAR(deviation, 0.02, 2e-4);
      const auto [gain, spread] = moments(*part, 1, Param<float>::Kind::weight);
      EXPECT_NEAR(gain, 1, 5e-3);
      EXPECT_NEAR(spread, 0.02, 4e-3);
    }
  }
}

/// One round of a game on made-up images; returns what each player's optimizer has counted.
std::pair<u64, u64> play(Game& game, i64 channels, int& batches) {
  Round round;
  game.play(
      round,
      [&](int) {
        ++batches;
        Rng rng{9, static_cast<u64>(batches), 0};
        return Batch({{"x", rand<float>(Shape{4, 64, 64, channels}, rng, -1, 1)}});
      },
      1);
  return {game["D"].optimizer.updates(), game["G"].optimizer.updates()};
}

TEST(Dcgan, AuthorsPlayersAlternateOverMinibatches) {
  for (const auto variant : {DcganVariant::pytorch_example, DcganVariant::paper_code}) {
    Dcgan net({.size = 64, .variant = variant, .latent = 8, .features = 2});
    init(net, 1);
    Game game = models::dcgan_game(net);
    int batches = 0;
    EXPECT_EQ(play(game, 1, batches), (std::pair<u64, u64>{1, 1}));
    EXPECT_EQ(batches, variant == DcganVariant::paper_code ? 2 : 1);
    EXPECT_EQ(game["G"].optimizer.learning_rate(), 2e-4);
  }
}

TEST(Models, OptionsSurviveAsText) {
  const models::DcganOptions options{
      .channels = 3, .size = 64, .variant = DcganVariant::paper_code, .learning_rate = 1e-4};
  const std::string text = write_fields(options);
  EXPECT_THAT(text, HasSubstr("size = 64\nvariant = paper_code\n"));
  EXPECT_EQ(write_fields(read_fields<models::DcganOptions>(text)), text);
  const models::VanillaOptions pair{.discriminator = models::VanillaKind::convolutional,
                                    .dropout = 0.25,
                                    .generator_rate = 0.5,
                                    .discriminator_rate = 0.125};
  EXPECT_EQ(write_fields(pair),
            "generator = dense\ndiscriminator = convolutional\ndropout = 0.25\ngenerator_rate = "
            "0.5\ndiscriminator_rate = 0.125\ndecay_from = 0\ndecay_updates = 0\nloss = non-saturating\n"
            "discriminator_steps = 1\ngenerator_steps = 1\n");
  EXPECT_EQ(write_fields(read_fields<models::VanillaOptions>(write_fields(pair))), write_fields(pair));
}

TEST(Dcgan, TheDiscriminatorMayHaveARateOfItsOwn) {
  models::Dcgan same({.latent = 8, .features = 4}),
      other({.latent = 8, .features = 4, .discriminator_learning_rate = 1e-4});
  EXPECT_EQ(models::dcgan_game(same)["D"].optimizer.learning_rate(), 2e-4);
  Game game = models::dcgan_game(other);
  EXPECT_EQ(game["D"].optimizer.learning_rate(), 1e-4);
  EXPECT_EQ(game["G"].optimizer.learning_rate(), 2e-4);
}

TEST(Dcgan, OnlyTheAuthorsWeightsDecay) {
  for (const auto variant : {DcganVariant::pytorch_example, DcganVariant::paper_code}) {
    const models::DcganOptions options{.size = 64, .variant = variant};
    for (const OptimizerSpec& spec :
         {models::dcgan_generator_optimizer(options), models::dcgan_discriminator_optimizer(options)}) {
      // Adam's first step is the rate, whatever the size of a gradient: here of the decay alone.
      Parameters<double> w{{"w"}, {leaf(Tensor<double>::full({1}, 1e3))}};
      Optimizer<double>(spec).step(w, {Tensor<double>::zeros({1})});
      EXPECT_NEAR(w.tensors[0].item(), variant == DcganVariant::paper_code ? 1e3 - 2e-4 : 1e3, 1e-8);
    }
  }
}

TEST(Dcgan, TheRatesMayFallAtTheEnd) {
  models::Dcgan net(
      {.latent = 8, .features = 4, .discriminator_learning_rate = 1e-4, .decay_from = 10, .decay_updates = 4});
  Game game = models::dcgan_game(net);
  for (const auto& [player, rate] : {std::pair{"G", 2e-4}, {"D", 1e-4}}) {
    const OptimizerSpec& spec = game[player].optimizer.spec();
    EXPECT_EQ(spec.learning_rate_at(10), rate);
    EXPECT_DOUBLE_EQ(spec.learning_rate_at(11), 0.75 * rate);
    EXPECT_EQ(spec.learning_rate_at(14), 0);
  }
  models::Dcgan steady({.latent = 8, .features = 4});
  EXPECT_EQ(models::dcgan_game(steady)["G"].optimizer.spec().learning_rate_at(1000000), 2e-4);
  EXPECT_THROW(models::Dcgan({.decay_from = 10}), ValueError) << "a fall that takes no updates";
  EXPECT_THROW(models::Dcgan({.decay_from = -1, .decay_updates = 4}), ValueError);
  EXPECT_THROW(models::Dcgan({.decay_updates = -1}), ValueError);
}

TEST(Dcgan, Has28By28ShapesAndRefusesOtherSizes) {
  models::Dcgan net;
  const Summary g = summarize(net.G, Shape{3, 100}), d = summarize(net.D, Shape{3, 28, 28, 1});
  EXPECT_EQ(g.layers.back().output, (Shape{3, 28, 28, 1}));
  // Dense 100 -> 6272, BN 4 * 6272, ConvT 128 -> 64 without bias, BN 4 * 64, ConvT 64 -> 1 with bias.
  EXPECT_EQ(g.count.total(), 100 * 6272 + 6272 + 4 * 6272 + 128 * 64 * 16 + 4 * 64 + 64 * 16 + 1);
  EXPECT_EQ(d.count.total(), 16 * 64 + 64 + 64 * 128 * 16 + 4 * 128 + 6272 + 1);
  EXPECT_THROW(models::Dcgan({.size = 30}), ValueError);
}

/// One turn of each player, at small widths, against the same nets in PyTorch, in double.
void check_dcgan(const std::string& name, const models::DcganOptions& options) {
  models::BasicDcgan<double> net(options);
  reference::check_turns(
      name, net, reference::real_images(3, options.size), [&](const Tensor<double>& z, Pass& p) { return net.G(z, p); },
      [&](const Tensor<double>& x, Pass& p) { return net.D(x, p); });
}

TEST(DcganTurnsReference, Common64) {
  check_dcgan("common64", {.channels = 3, .size = 64, .latent = reference::model_latent, .features = 1});
}

TEST(DcganTurnsReference, Common32) {
  check_dcgan("common32", {.channels = 3, .size = 32, .latent = reference::model_latent, .features = 1});
}

TEST(DcganTurnsReference, Authors64) {
  check_dcgan(
      "authors64",
      {.channels = 3, .size = 64, .variant = models::DcganVariant::paper_code, .latent = reference::model_latent, .features = 1});
}

}  // namespace
}  // namespace gan
