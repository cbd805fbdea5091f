// Encoders: the distribution of codes that are drawn, its derivatives, codes without noise.
#include "gan/models/encoder.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/grad/grad.hpp"
#include "gan/nn/activation.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/ops/reduce.hpp"

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
