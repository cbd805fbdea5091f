// Adaptive augmentation: its controller, and augmenting as a whole.
#include "gan/train/ada.hpp"

#include <gtest/gtest.h>

#include "gan/data/shapes.hpp"
#include "gan/grad/gradcheck.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/ops/random.hpp"
#include "gan/train/adversarial.hpp"
#include "gan/train/trainer.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

/// n logits, of which so many are positive and the others negative.
Var logits(i64 n, i64 positive) {
  Var x = Var::full({n, 1}, -0.3f);
  for (i64 i = 0; i < positive; ++i) x.mutable_data()[i] = 2.f;
  return x;
}

TEST(Ada, PFollowsTheSignsOfTheRealLogits) {
  Ada ada;
  Pass pass = Pass::training();
  const auto minibatches = [&](i64 n, i64 positive, int times) {
    for (int i = 0; i < times; ++i) ada.observe(logits(n, positive), pass);
    return ada.controller.p;
  };
  EXPECT_EQ(minibatches(64, 0, 4), 0) << "never less than 0";
  EXPECT_EQ(minibatches(64, 64, 3), 0) << "only after 4";
  const double step = 4 * 64 / 500000.0;
  EXPECT_DOUBLE_EQ(minibatches(64, 64, 1), step);
  EXPECT_DOUBLE_EQ(minibatches(64, 52, 4), 2 * step);  // r = (52 - 12) / 64 = 0.625
  EXPECT_DOUBLE_EQ(minibatches(64, 51, 4), step);      // r = 0.594
  minibatches(64, 64, 2);
  EXPECT_DOUBLE_EQ(minibatches(64, 50, 2), 2 * step) << "r is that of all four";
  EXPECT_DOUBLE_EQ(minibatches(10, 8, 4), 2 * step) << "r is the target: p stays";
  EXPECT_DOUBLE_EQ(minibatches(32, 32, 4), 2.5 * step);
}

TEST(Ada, ZeroHasNoSignAndPatchesCountAsOneImage) {
  AdaController half{.target = 0.4, .images = 100, .every = 1};
  half.observe(Var::from({1, 0}, {2}));  // r = 0.5
  EXPECT_DOUBLE_EQ(half.p, 0.02);
  half.observe(Var::ones({5, 3, 3, 1}));
  EXPECT_DOUBLE_EQ(half.p, 0.07);
  half.observe(Var::from({1, 0, 0}, {3}));
  EXPECT_DOUBLE_EQ(half.p, 0.04);
}

TEST(Ada, AControllerGoesOnFromItsState) {
  const auto state = [](Ada& a) {
    std::vector<std::pair<std::string, double>> all;
    each_number(a, [&](const std::string& name, double& v) { all.emplace_back(name, v); });
    each_count(a, [&](const std::string& name, u64& v) { all.emplace_back(name, static_cast<double>(v)); });
    return all;
  };
  Ada whole, first, second;
  Pass pass = Pass::training();
  for (int i = 0; i < 11; ++i) {
    whole.observe(logits(7, i % 7 + 1), pass);
    (i < 6 ? first : second).observe(logits(7, i % 7 + 1), pass);
    if (i != 5) continue;
    std::size_t k = 0;
    const auto saved = state(first);
    EXPECT_EQ(saved[0].first, "controller.p");
    each_number(second, [&](const std::string& name, double& v) {
      EXPECT_EQ(saved[k].first, name);
      v = saved[k++].second;
    });
    each_count(second, [&](const std::string&, u64& v) { v = static_cast<u64>(saved[k++].second); });
    EXPECT_EQ(k, saved.size());
  }
  EXPECT_GT(whole.controller.p + whole.controller.seen, 0);
  EXPECT_EQ(state(second), state(whole));
}

TEST(Ada, WherePIsZeroImagesAreTheSame) {
  Rng rng{1};
  const Var x = rand<float>({4, 8, 8, 3}, rng, -1, 1);
  Ada ada;
  Pass pass = Pass::training(Rng{2});
  EXPECT_EQ(ada(x, pass).data(), x.data());
  ada.controller.p = 1;
  const Var y = ada(x, pass);
  EXPECT_NE(y.to_vector(), x.to_vector());
  EXPECT_NE(ada(x, pass).to_vector(), y.to_vector()) << "the next call draws anew";
  Pass again = Pass::training(Rng{2, 0, 2});
  EXPECT_EQ(ada(x, again).to_vector(), y.to_vector());
}

TEST(Ada, AFixedPFollowsItsScheduleAndIgnoresTheLogits) {
  Rng rng{1};
  const Var x = rand<float>({4, 8, 8, 1}, rng, -1, 1);
  Ada ada{.p = schedule::ramp({.from = 0, .to = 0.55, .steps = 10}), .steps = AdaSteps::r3gan()};
  const auto at = [&](u64 number) {
    const RoundNumber round(number);
    Pass pass = Pass::training(Rng{2});
    pass.round = &round;
    return ada(x, pass).to_vector();
  };
  EXPECT_EQ(at(0), x.to_vector());
  EXPECT_NE(at(10), x.to_vector());
  Rng drawn{2};
  EXPECT_EQ(at(10), ada_augment(x, draw_ada(ada.steps, 0.55, x.shape(), drawn)).to_vector());
  Pass pass = Pass::training();
  for (int i = 0; i < 8; ++i) ada.observe(logits(64, 64), pass);
  EXPECT_EQ(ada.controller.p, 0);
}

TEST(Ada, IsDifferentiableTwice) {
  Rng rng{1};
  const Tensor<double> x = rand<double>({2, 4, 5, 3}, rng, -1, 1);
  const Ada ada{.p = 1, .steps = AdaSteps::r3gan()};
  const auto f = [&](const Tensors<double>& in) {
    Pass pass = Pass::training(Rng{3});
    return square(ada(in[0], pass));
  };
  for (const int order : {1, 2}) {
    const auto check = gradcheck<double>(f, {x}, {.order = order, .tolerance = 1e-6});
    EXPECT_TRUE(check) << check.message;
  }
}

TEST(Ada, AGameShowsItTheRealLogitsAndKeepsItsState) {
  Sequential G{Dense(2, 256), Tanh{}, Reshape{{16, 16, 1}}}, D{Flatten{}, Dense(256, 1)};
  init(G, 1);
  init(D, 2);
  const Ada ada{.controller = {.target = -2, .images = 100, .every = 1}};  // any logits are above
  Game game = adversarial(G, D, NonSaturating{}, {.input = {.latent = 2}, .augment = ada});
  Trainer trainer{game, data::shapes({.count = 64, .size = 16, .channels = 1}).scale(-1, 1).batches(16), {.rounds = 3}};
  trainer.run();
  double p = 0;
  each_number(game, [&p](const std::string& name, double& v) {
    if (name == "augment.controller.p") p = v;
  });
  EXPECT_DOUBLE_EQ(p, 3 * 0.16);
  EXPECT_EQ(ada.controller.p, 0) << "the game has its own";
}

TEST(Ada, BadArgumentsAreNamed) {
  Pass pass = Pass::training();
  expect_error<ShapeError>([&] { Ada{.p = 0.5}(zeros({2, 8, 8, 2}), pass); }, "[Ada] images (N, H, W, C) of 1 or 3");
  expect_error<ShapeError>([] { Ada{}.controller.observe(Var::zeros({0, 1})); }, "[Ada] logits (N)");
  expect_error<ValueError>([] { AdaController{.every = 0}.observe(Var::zeros({1})); }, "[Ada] p would change");
  expect_error<ValueError>([&] { Ada{.p = -1}(zeros({2, 8, 8, 3}), pass); }, "[Ada] the probability is -1");
}

}  // namespace
}  // namespace gan
