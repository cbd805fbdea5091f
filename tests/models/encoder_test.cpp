// Encoders: the distribution of codes that are drawn, its derivatives, codes without noise; and one turn of each player
// of the GANs that have one against PyTorch (make_encoders.py).
#include "gan/models/encoder.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/grad/grad.hpp"
#include "gan/models/aae.hpp"
#include "gan/models/bigan.hpp"
#include "gan/nn/activation.hpp"
#include "gan/objectives/weight_penalty.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/ops/loss.hpp"
#include "gan/ops/reduce.hpp"
#include "support/reference.hpp"

namespace gan {
namespace {

using models::BasicEncoder;

BasicEncoder<double> encoder(models::EncoderOptions o = {.features = 4, .latent = 2}) {
  BasicEncoder<double> net(BasicSequential<double>(BasicDense<double>(3, 4, {.activation = LeakyReLU{}})), o);
  init(net, 1);
  return net;
}

TEST(Encoder, DrawsFromTheGaussianOfItsHeads) {
  BasicEncoder<double> net = encoder();
  for (Param<double>* w : {&net.mean.weight, &net.log_variance->weight}) w->set(Tensor<double>::zeros(w->shape()));
  net.mean.bias.set(Tensor<double>::from({1, -2}, {2}));
  net.log_variance->bias.set(Tensor<double>::from({2 * std::log(0.5), 2 * std::log(3.0)}, {2}));
  Pass pass = Pass::training(Rng{1, 2, 0});
  constexpr i64 n = 20000;
  const Tensor<double> z = net(Tensor<double>::zeros({n, 3}), pass);
  const Tensor<double> centre = mean(z, {0}), variance = mean(square(z - centre), {0});
  EXPECT_NEAR(centre.to_vector()[0], 1, 4 * 0.5 / std::sqrt(n));
  EXPECT_NEAR(centre.to_vector()[1], -2, 4 * 3 / std::sqrt(n));
  EXPECT_NEAR(std::sqrt(variance.to_vector()[0]), 0.5, 0.02);
  EXPECT_NEAR(std::sqrt(variance.to_vector()[1]), 3, 0.12);
}

TEST(Encoder, IsDifferentiableThroughTheNoise) {
  BasicEncoder<double> net = encoder();
  Pass pass = Pass::training(Rng{1, 2, 0});
  Rng rng{4, 4, 0};
  const Tensor<double> x = randn<double>({5, 3}, rng);
  const Tensor<double> z = net(x, pass), centre = net.encode(x, pass)["z"];
  const Tensors<double> slopes = grad(sum(z), {net.mean.bias.tensor(), net.log_variance->bias.tensor()});
  const std::vector<double> noise = sum(z - centre, {0}).to_vector();
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_NEAR(slopes[0].to_vector()[k], 5, 1e-12);
    EXPECT_NEAR(slopes[1].to_vector()[k], 0.5 * noise[k], 1e-12);
  }
}

TEST(Encoder, EncodesWithoutNoise) {
  BasicEncoder<double> net = encoder();
  Pass pass = Pass::inference(Rng{1, 2, 0});
  const Tensor<double> x = Tensor<double>::full({2, 3}, 0.5);
  const BasicParts<double> code = net.encode(x, pass);
  EXPECT_EQ(code["features"].to_vector(), net.body(x, pass).to_vector());
  EXPECT_EQ(code["z"].to_vector(), net.mean(code["features"], pass).to_vector());
  EXPECT_NE(net(x, pass).to_vector(), code["z"].to_vector());
}

TEST(Encoder, MayBeCertainAndBounded) {
  BasicEncoder<double> net = encoder({.features = 4, .latent = 2, .drawn = false, .bounded = true});
  EXPECT_EQ(count_parameters(net).total(), 3 * 4 + 4 + 4 * 2 + 2);
  Pass pass = Pass::training(Rng{1, 2, 0});
  const Tensor<double> x = Tensor<double>::full({1, 3}, 0.5), z = net(x, pass),
                       last = net.mean(net.body(x, pass), pass);
  EXPECT_EQ(net.encode(x, pass)["z"].to_vector(), z.to_vector());
  for (std::size_t k = 0; k < 2; ++k)
    EXPECT_NEAR(z.to_vector()[k], 2 / (1 + std::exp(-last.to_vector()[k])) - 1, 1e-15);
}

TEST(Encoder, GivesASystemItsAbilities) {
  BasicEncoder<double> E = encoder();
  BasicSequential<double> G{BasicDense<double>(2, 3)};
  init(G, 1);
  const auto abilities = models::encoder_abilities(G, E, {.latent = 2, .low = 0}, {3});
  ASSERT_EQ(abilities.size(), 3u);
  const Tensor<double> x = Tensor<double>::full({2, 3}, 0.5);
  Pass pass = Pass::inference();
  EXPECT_EQ(abilities[0].name, "sample");
  EXPECT_EQ(abilities[1].name, "reconstruct");
  EXPECT_EQ(abilities[1].input.x, Shape{3});
  EXPECT_EQ(abilities[1].input.low, 0);
  EXPECT_EQ(abilities[1].input.x_low, 0);
  EXPECT_EQ(abilities[1].run({{"x", x}}, pass)["x"].to_vector(), G(E.encode(x, pass)["z"], pass).to_vector());
  EXPECT_EQ(abilities[2].name, "encode");
  EXPECT_EQ(abilities[2].run({{"x", x}}, pass)["z"].to_vector(), E.encode(x, pass)["z"].to_vector());
}

}  // namespace
}  // namespace gan

namespace {

using namespace gan;
using namespace reference;

/// Numbers in [-1, 1].
Tensor<double> numbers(Shape shape, i64 step, i64 modulus, i64 start = 0) {
  std::vector<double> values;
  for (i64 i = 0; i < shape.size(); ++i)
    values.push_back(static_cast<double>((step * i + start) % modulus) / (static_cast<double>(modulus - 1) / 2) - 1);
  return tensor<double>({shape, values});
}

/// Sets the parameters of a network.
template <class M>
void fill(M& net) {
  i64 place = 0;
  each_param(net, [&place](const std::string&, Param<double>& p) {
    if (!p.trainable()) return;
    const Tensor<double> values = numbers(p.shape(), 7919, 1009, 131 * place++);
    if (p.rank() > 1)
      p.set(values * (1 / std::sqrt(static_cast<double>(p.shape(1)))));
    else
      p.set(0.3 * values + (p.kind == Param<double>::Kind::weight ? 1 : 0));
  });
  to(net, device());
}

/// Compares a loss, and the norms of its gradients and their products with the script's direction.
void expect_turn(const std::string& model, const char* player, const Tensor<double>& loss,
                 const Parameters<double>& parameters) {
  static const File file("encoders.safetensors");
  const std::string suffix = std::string("_") + player;
  const double expected_loss = file.number(model + ".loss" + suffix);
  EXPECT_NEAR(loss.item(), expected_loss, 1e-12 * std::abs(expected_loss)) << model << suffix;
  const Array expected = file[model + ".grad" + suffix];
  const Tensors<double> gradients = grad(loss, parameters.tensors);
  ASSERT_EQ(expected.shape[0], static_cast<i64>(gradients.size()));
  double largest_norm = 0;
  for (std::size_t k = 0; k < gradients.size(); ++k) largest_norm = std::max(largest_norm, expected.values[2 * k]);
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    const Array g = array(gradients[k]), direction = array(numbers(gradients[k].shape(), 3571, 1013));
    const double size = expected.values[2 * k];
    const double product = std::inner_product(g.values.begin(), g.values.end(), direction.values.begin(), 0.0);
    // The direction has numbers of up to 1. A bias before a batch norm has a gradient of 0, up to rounding.
    const double scale = std::max(size, 1e-3 * largest_norm);
    EXPECT_NEAR(norm(g), size, 1e-11 * scale) << model << suffix << ": " << parameters.names[k];
    EXPECT_NEAR(product, expected.values[2 * k + 1], 1e-10 * scale * std::sqrt(static_cast<double>(g.size())))
        << model << suffix << ": " << parameters.names[k];
  }
}

/// The code that an encoder draws with the script's noise.
template <class E>
Tensor<double> code_of(E& encoder, const Tensor<double>& x, Pass& pass) {
  const Tensor<double> features = encoder.body(x, pass), centre = encoder.mean(features, pass);
  return centre + numbers(centre.shape(), 53, 103) * exp(0.5 * (*encoder.log_variance)(features, pass));
}

Tensor<double> encoder_images() { return 0.5 * numbers({4, 28, 28, 1}, 31, 97) + 0.5; }

TEST(EncoderReference, TurnsOfBigan) {
  models::BasicBigan<double> net({.variant = models::BiganVariant::keras_adversarial});
  fill(net.G);
  fill(net.E);
  fill(net.D);
  Pass pass = Pass::training();
  pass.dropout = false;
  const Tensor<double> x = encoder_images(), z = numbers({4, 25}, 37, 101), code = code_of(net.E, x, pass);
  const Tensor<double> fake = net.G(z, pass);
  expect_turn("bigan", "g",
              bce_with_logits(net.D(z, fake, pass), 1) + bce_with_logits(net.D(code, x, pass), 0) +
                  weight_penalty(params(net.G), 1e-5, 1e-5) + weight_penalty(params(net.E), 1e-5, 0),
              params(net.G, net.E));
  expect_turn("bigan", "d",
              bce_with_logits(net.D(z, detach(fake), pass), 0) + bce_with_logits(net.D(detach(code), x, pass), 1) +
                  weight_penalty(params(net.D), 1e-7, 1e-7),
              params(net.D));
}

TEST(EncoderReference, TurnsOfTheAdversarialAutoencoder) {
  models::BasicAae<double> net;
  fill(net.G);
  fill(net.E);
  fill(net.D);
  Pass pass = Pass::training();
  const Tensor<double> x = encoder_images(), z = numbers({4, 100}, 37, 101), code = code_of(net.E, x, pass);
  expect_turn("aae", "g",
              mse(net.G(code, pass), x) + 0.01 * bce_with_logits(net.D(code, pass), 1) +
                  weight_penalty(params(net.G, net.E), 1e-7, 0),
              params(net.G, net.E));
  expect_turn("aae", "d",
              0.01 * (bce_with_logits(net.D(z, pass), 1) + bce_with_logits(net.D(detach(code), pass), 0)) +
                  weight_penalty(params(net.D), 1e-7, 1e-7),
              params(net.D));
}

}  // namespace
