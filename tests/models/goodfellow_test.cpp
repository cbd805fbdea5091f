// The first GANs: parameter counts line by line, starts, the output bias, schedules, simultaneous turns.
#include "gan/models/goodfellow.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gan/core/fields.hpp"
#include "gan/grad/grad.hpp"
#include "gan/nn/summary.hpp"

namespace gan {
namespace {

using models::BasicGoodfellow;
using models::Goodfellow;
using models::GoodfellowNet;
using testing::ElementsAre;

/// Parameters of every layer that has some.
std::vector<i64> counts(const Summary& s) {
  std::vector<i64> out;
  for (const auto& layer : s.layers)
    if (layer.parameters > 0) out.push_back(layer.parameters);
  return out;
}
std::vector<Shape> images(const Summary& s) {
  std::vector<Shape> out;
  for (const auto& layer : s.layers)
    if (layer.output.rank() == 4 && layer.type != "Dropout" && layer.type != "Maxout") out.push_back(layer.output);
  return out;
}

TEST(Goodfellow, MnistNetHasThePapersCounts) {
  Goodfellow net;
  const Summary g = summarize(net.G, Shape{2, 100}), d = summarize(net.D, Shape{2, 28, 28, 1});
  EXPECT_THAT(counts(g), ElementsAre(100 * 1200 + 1200, 1200 * 1200 + 1200, 1200 * 784 + 784));
  EXPECT_THAT(counts(d), ElementsAre(784 * 240 * 5 + 240 * 5, 240 * 240 * 5 + 240 * 5, 240 + 1));
  EXPECT_EQ(g.count.total(), 2503984);
  EXPECT_EQ(d.count.total(), 1231441);
  EXPECT_EQ(g.layers.back().output, (Shape{2, 28, 28, 1}));
  EXPECT_EQ(d.layers.back().output, (Shape{2, 1}));
  EXPECT_EQ(net.input().latent.prior, Prior::unit_variance_uniform);
  EXPECT_EQ(net.input().low, 0);
}

TEST(Goodfellow, CifarNetsHaveTheirPrograms) {
  Goodfellow dense({.net = GoodfellowNet::cifar});
  EXPECT_EQ(count_parameters(dense.G).total(), (100 * 8000 + 8000) + (8000 * 8000 + 8000) + (8000 * 3072 + 3072));
  EXPECT_EQ(count_parameters(dense.G).total(), 89395072);
  EXPECT_EQ(count_parameters(dense.D).total(), (3072 * 1600 * 5 + 1600 * 5) + (1600 * 1600 * 5 + 1600 * 5) + 1601);
  EXPECT_EQ(count_parameters(dense.D).total(), 37393601);
  EXPECT_EQ(dense.input().latent.prior, Prior::normal);
  EXPECT_EQ(dense.input().low, -2);
  EXPECT_EQ(dense.input().high, 2);

  Goodfellow net({.net = GoodfellowNet::cifar_convolutional});
  const Summary d = summarize(net.D, Shape{1, 32, 32, 3});
  // Two pieces of 32, 32 and 192 channels, then five of 500 units.
  EXPECT_THAT(counts(d), ElementsAre(3 * 8 * 8 * 64 + 64, 32 * 8 * 8 * 64 + 64, 32 * 5 * 5 * 384 + 384,
                                     4800 * 2500 + 2500, 500 + 1));
  EXPECT_EQ(d.count.total(), 12454073);
  EXPECT_THAT(images(d), ElementsAre(Shape{1, 33, 33, 64}, Shape{1, 16, 16, 32}, Shape{1, 15, 15, 64},
                                     Shape{1, 7, 7, 32}, Shape{1, 9, 9, 384}, Shape{1, 5, 5, 192}));
  // The last bias is one for every value of the image.
  EXPECT_EQ(count_parameters(net.G).total(), (100 * 8000 + 8000) + (8000 * 8000 + 8000) + 80 * 5 * 5 * 3 + 32 * 32 * 3);
  EXPECT_EQ(count_parameters(net.G).total(), 64825072);
  init(net.G, 1);
  NoGrad constant;
  Pass pass = Pass::inference();
  EXPECT_EQ(net.G(Var::zeros({1, 100}), pass).shape(), (Shape{1, 32, 32, 3}));
}

TEST(Goodfellow, CifarImagesAreSeenWithMeanZeroAndNorm55) {
  Rng rng{1, 2, 3};
  Var x = rand<float>({3, 32, 32, 3}, rng, -2, 1);
  std::fill_n(x.mutable_data(), 3072, 0.5f);  // the first is of one colour
  const Var seen = Goodfellow({.net = GoodfellowNet::cifar}).preprocess(x);
  for (i64 n = 0; n < 3; ++n) {
    double sum = 0, squares = 0;
    for (i64 i = n * 3072; i < (n + 1) * 3072; ++i) {
      const double v = seen.data()[i];
      sum += v;
      squares += v * v;
    }
    EXPECT_NEAR(sum / 3072, 0, 1e-5);
    EXPECT_NEAR(std::sqrt(squares), n == 0 ? 0 : 55, 1e-3);
  }
  const float before = x.data()[4000] - x.data()[5000], after = seen.data()[4000] - seen.data()[5000];
  EXPECT_GT(before * after, 0);
  EXPECT_EQ(Goodfellow().preprocess(x).data(), x.data()) << "MNIST's are not touched";
}

TEST(Goodfellow, StartsInTheProgramsRanges) {
  const auto largest = [](Sequential& part) {
    std::vector<float> out;
    each_param(part, [&](const std::string&, Param<float>& p) {
      if (p.kind != Param<float>::Kind::weight) return;
      out.push_back(0);
      for (const float x : p.to_vector()) out.back() = std::max(out.back(), std::abs(x));
    });
    return out;
  };
  const auto within = [](float range) { return testing::FloatNear(range, range * 1e-3f); };
  Goodfellow net;
  init(net, 1);
  EXPECT_THAT(largest(net.G), ElementsAre(within(0.05f), within(0.05f), within(0.05f)));
  EXPECT_THAT(largest(net.D), ElementsAre(within(0.005f), within(0.005f), testing::FloatNear(0.005f, 1e-4f)));
  Goodfellow cifar({.net = GoodfellowNet::cifar});
  init(cifar.G, 1);
  EXPECT_THAT(largest(cifar.G), ElementsAre(within(0.05f), within(0.05f), within(0.5f)));
  Goodfellow narrow({.output_range = 0.01});
  init(narrow.G, 1);
  EXPECT_THAT(largest(narrow.G), ElementsAre(within(0.05f), within(0.05f), within(0.01f)));
}

TEST(Goodfellow, LatentsHaveUnitVariance) {
  Goodfellow net;
  Rng rng{1, 2, 3};
  const Var z = draw_latent<float>(1000, net.input().latent, rng);
  double squares = 0, largest = 0;
  for (const float v : z.values()) {
    squares += static_cast<double>(v) * static_cast<double>(v);
    largest = std::max(largest, std::abs(static_cast<double>(v)));
  }
  EXPECT_EQ(z.shape(), (Shape{1000, 100}));
  EXPECT_NEAR(squares / 100000, 1, 0.02);
  EXPECT_NEAR(largest, std::sqrt(3.0), 1e-3);
}

TEST(Goodfellow, OutputBiasIsTheLogitOfTheMean) {
  std::vector<u8> pixels(2 * 784, 0);
  pixels[1] = 51;                     // means 0.1, ...
  pixels[2] = pixels[784 + 2] = 51;   // 0.2, ...
  pixels[3] = pixels[784 + 3] = 255;  // 1
  const data::Images images = data::Images(pixels, Shape{2, 28, 28, 1}).scale(0, 1);
  BasicGoodfellow<double> net;
  init(net, 1);
  models::set_output_bias(net, images);
  const auto w = params(net.G);
  ASSERT_EQ(w.names.back(), "2.bias");
  const std::vector<double> bias = w.tensors.back().to_vector();
  EXPECT_NEAR(bias[0], std::log(1e-7 / (1 - 1e-7)), 1e-9);
  EXPECT_NEAR(bias[1], std::log(0.1 / 0.9), 1e-6);  // pixels are floats
  EXPECT_NEAR(bias[2], std::log(0.25), 1e-6);
  EXPECT_NEAR(bias[3], std::log((1 - 1e-7) / 1e-7), 1e-6);

  EXPECT_THROW(models::set_output_bias(net, images.scale(-1, 1)), ValueError);
  EXPECT_THROW(models::set_output_bias(net, images.pad(2)), ValueError);
  EXPECT_THROW(models::set_output_bias(net, data::Images()), ValueError);
}

TEST(Goodfellow, RuleFollowsThePrograms) {
  Goodfellow net;
  Game game = models::goodfellow_game(net);
  for (const char* player : {"D", "G"}) {
    const OptimizerSpec& spec = game[player].optimizer.spec();
    EXPECT_EQ(spec.learning_rate_at(0), 0.1);
    EXPECT_DOUBLE_EQ(spec.learning_rate_at(1), 0.1 / 1.000004);
    EXPECT_NEAR(spec.learning_rate_at(100000000), 1e-6, 1e-20);
    EXPECT_EQ(spec.momentum_at(0), 0.5);
    EXPECT_NEAR(spec.momentum_at(250 * 500 / 2), 0.6, 1e-15);
    EXPECT_EQ(spec.momentum_at(250 * 500), 0.7);
    EXPECT_EQ(spec.momentum_at(1000 * 500), 0.7);
  }
  const OptimizerSpec own =
      models::goodfellow_optimizer(Goodfellow({.learning_rate = 0.5, .updates_per_epoch = 2}).options);
  EXPECT_EQ(own.learning_rate_at(0), 0.5);
  EXPECT_NEAR(own.learning_rate_at(100000000), 1e-6, 1e-20);
  EXPECT_EQ(own.momentum_at(500), 0.7);
  EXPECT_THROW(Goodfellow({.learning_rate = -1}), ValueError);
  EXPECT_THROW(Goodfellow({.updates_per_epoch = -1}), ValueError);
  EXPECT_THROW(Goodfellow({.output_range = -1}), ValueError);
  EXPECT_THROW(Goodfellow({.output_range = std::nan("")}), ValueError);
}

/// Both players' first steps, computed here from gradients where both nets started.
TEST(Goodfellow, TurnsAreSimultaneous) {
  using T = double;
  constexpr u64 seed = 7;
  BasicGoodfellow<T> net, start;
  init(net, 1);
  init(start, 1);
  Rng rng{5, 0, 0};
  const BasicBatch<T> batch({{"x", rand<T>(Shape{4, 28, 28, 1}, rng, 0, 1)}});

  Pass pass = Pass::training(Rng{seed, name_stream("player D"), 0});
  const Tensor<T> fake = start.G(draw_latent<T>(4, start.input().latent, pass.rng), pass);
  const Tensor<T> on_real = start.D(batch["x"], pass), on_fake = start.D(fake, pass);
  const Tensor<T> loss_d = 0.5 * (bce_with_logits(on_real, 1.0) + bce_with_logits(on_fake, 0.0));
  const Tensor<T> loss_g = bce_with_logits(on_fake, 1.0);
  Parameters<T> d = params(start.D), g = params(start.G);
  const Tensors<T> grad_d = grad(loss_d, d.tensors), grad_g = grad(loss_g, g.tensors);

  auto game = models::goodfellow_game(net);
  BasicRound<T> round;
  game.play(
      round, [&](int) { return batch; }, seed);
  const auto expect_step = [](const Parameters<T>& from, const Tensors<T>& gradients, const Parameters<T>& to) {
    for (std::size_t i = 0; i < to.tensors.size(); ++i) {
      const auto w = from.tensors[i].to_vector(), dw = gradients[i].to_vector(), now = to.tensors[i].to_vector();
      double worst = 0, moved = 0;
      for (std::size_t k = 0; k < w.size(); ++k) {
        worst = std::max(worst, std::abs(w[k] - 0.1 * dw[k] - now[k]));
        moved = std::max(moved, std::abs(w[k] - now[k]));
      }
      EXPECT_LE(worst, 1e-9 * moved) << to.names[i];
      EXPECT_GT(moved, 0) << to.names[i];
    }
  };
  expect_step(d, grad_d, params(net.D));
  expect_step(g, grad_g, params(net.G));
  EXPECT_NEAR(round.metrics().at("loss_D").item(), loss_d.item(), 1e-14);
  EXPECT_NEAR(round.metrics().at("loss_G").item(), loss_g.item(), 1e-14);
}

TEST(Goodfellow, OptionsSurviveAsText) {
  const models::GoodfellowOptions options{.net = GoodfellowNet::cifar_convolutional, .updates_per_epoch = 7};
  EXPECT_EQ(write_fields(options),
            "net = cifar_convolutional\nlearning_rate = 0\nupdates_per_epoch = 7\noutput_range = 0\n");
  EXPECT_EQ(write_fields(read_fields<models::GoodfellowOptions>(write_fields(options))), write_fields(options));
}

}  // namespace
}  // namespace gan
