// The networks and the game of BiGAN.
#include "gan/models/bigan.hpp"

#include "gan/nn/activation.hpp"
#include "gan/nn/dropout.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/objectives/weight_penalty.hpp"
#include "gan/ops/loss.hpp"

namespace gan::models {

std::span<const char* const> enum_names(BiganVariant) {
  static constexpr const char* names[] = {"donahue", "keras_adversarial"};
  return names;
}

namespace {

constexpr i64 pixels = 28 * 28;

BiganOptions checked(BiganOptions o) {
  require_fields(o, "Bigan");
  const bool keras = o.variant == BiganVariant::keras_adversarial;
  if (o.latent == 0) o.latent = keras ? 25 : 50;
  if (o.learning_rate == 0) o.learning_rate = keras ? 1e-4 : 2e-4;
  if (o.discriminator_learning_rate == 0) o.discriminator_learning_rate = keras ? 1e-3 : 2e-4;
  return o;
}

/// Of the donahue variant.
constexpr i64 units = 1024;
const DenseOptions plain{.bias = false, .initializer = initializer::normal(0.02)};

template <class T>
BasicDense<T> dense(i64 in, i64 out, FusedActivation activation = {}) {
  DenseOptions o = plain;
  o.activation = activation;
  return BasicDense<T>(in, out, o);
}
template <class T>
BasicBatchNorm<T> norm(FusedActivation activation) {
  return BasicBatchNorm<T>(units, {.epsilon = 1e-8, .activation = activation});
}

/// Of the keras_adversarial variant.
const DenseOptions leaky{.activation = LeakyReLU{}};

template <class T>
BasicBatchNorm<T> keras_norm(i64 width) {
  return BasicBatchNorm<T>(width, {.momentum = 0.01, .epsilon = 1e-3, .activation = LeakyReLU{}});
}

template <class T>
BasicBiganNet<T> generator(const BiganOptions& o) {
  if (o.variant == BiganVariant::donahue)
    return {BasicSequential<T>(dense<T>(o.latent, units), norm<T>(ReLU{})),
            BasicSequential<T>(dense<T>(o.latent + units, units), norm<T>(ReLU{}), dense<T>(units, pixels, Sigmoid{}),
                               Reshape{{28, 28, 1}})};
  return {BasicSequential<T>(BasicDense<T>(o.latent, 256, leaky), BasicDense<T>(256, 512, leaky),
                             BasicDense<T>(512, 1024, leaky), BasicDense<T>(1024, pixels, {.activation = Sigmoid{}}),
                             Reshape{{28, 28, 1}}),
          {}};
}

template <class T>
BasicEncoder<T> encoder(const BiganOptions& o) {
  if (o.variant == BiganVariant::donahue)
    return {BasicSequential<T>(Flatten{}, dense<T>(pixels, units, LeakyReLU{}), dense<T>(units, units),
                               norm<T>(LeakyReLU{})),
            {.features = units, .latent = o.latent, .drawn = false, .bounded = true, .dense = plain}};
  return {BasicSequential<T>(Flatten{}, BasicDense<T>(pixels, 1024), keras_norm<T>(1024), BasicDense<T>(1024, 512),
                             keras_norm<T>(512), BasicDense<T>(512, 256), keras_norm<T>(256)),
          {.features = 256, .latent = o.latent}};
}

template <class T>
BasicBiganNet<T> discriminator(const BiganOptions& o) {
  if (o.variant == BiganVariant::donahue)
    return {BasicSequential<T>(Flatten{}, dense<T>(pixels, units, LeakyReLU{})),
            BasicSequential<T>(dense<T>(o.latent + units, units), norm<T>(LeakyReLU{}), dense<T>(units, 1))};
  constexpr i64 wide = 2048;
  BasicSequential<T> rest;
  for (const i64 in : {o.latent + pixels, wide, wide})
    rest.add(BasicDense<T>(in, wide))
        .add(BasicLayerNorm<T>({wide}, {.epsilon = 1e-3, .activation = LeakyReLU{}}))
        .add(Dropout{o.dropout});
  rest.add(BasicDense<T>(wide, 1));
  return {BasicSequential<T>(Flatten{}), std::move(rest)};
}

OptimizerSpec adam(const BiganOptions& o, double learning_rate) {
  if (o.variant == BiganVariant::donahue)
    return Adam{.learning_rate = learning_rate, .beta1 = 0.5, .weight_decay = 2.5e-5};
  return OptimizerSpec(Adam{.learning_rate = learning_rate, .beta1 = 0.9})
      .learning_rate(schedule::inverse({.rate = 1e-4}));
}

/// Adds l1 |w| + l2 w^2 to what a player minimises.
template <class T>
void penalize_weights(BasicPlayer<T>& player, const Parameters<T>& of, double l1, double l2) {
  if (l1 == 0 && l2 == 0) return;
  player.terms.push_back([=](const BasicBatch<T>&, BasicRound<T>&, Pass&) { return weight_penalty(of, l1, l2); });
}

}  // namespace

template <class T>
BasicBigan<T>::BasicBigan(Options o)
    : options(checked(o)), G(generator<T>(options)), E(encoder<T>(options)), D(discriminator<T>(options)) {}

template <class T>
BasicGame<T> BasicBigan<T>::game() {
  const double factor = is_keras() ? 1 : 0.5;
  const auto generate = [=, this](const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) {
    const Tensor<T> x = batch["x"];
    const Tensor<T> z = round.put("z", draw_latent<T>(batch.size(), input().latent, pass.rng, x.device()));
    const Tensor<T> fake = round.put("fake", G(z, pass)), code = round.put("code", E(x, pass));
    pass.dropout = false;
    const Tensor<T> on_fake = D(z, fake, pass), on_real = D(code, x, pass);
    return factor * (bce_with_logits(on_fake, 1) + bce_with_logits(on_real, 0));
  };
  const auto discriminate = [=, this](const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) {
    const Tensor<T> on_fake = D(round.at("z"), round.detached("fake"), pass);
    const Tensor<T> on_real = D(round.detached("code"), batch["x"], pass);
    Tensor<T> loss = factor * (bce_with_logits(on_fake, 0) + bce_with_logits(on_real, 1));
    const NoGrad constant;
    round.metric("D(x)", mean(sigmoid(on_real)));
    round.metric("D(G(z))", mean(sigmoid(on_fake)));
    return loss;
  };
  std::vector<BasicPlayer<T>> players;
  players.emplace_back("G", params(G, E), generate, adam(options, options.learning_rate));
  players.emplace_back("D", params(D), discriminate, adam(options, options.discriminator_learning_rate));
  if (is_keras()) {
    penalize_weights(players[0], params(G), options.penalty, options.penalty);
    penalize_weights(players[0], params(E), options.penalty, 0);
    penalize_weights(players[1], params(D), options.discriminator_penalty, options.discriminator_penalty);
  }
  BasicGame<T> game(std::move(players));
  game.include(*this);
  return game;
}

template struct BasicBigan<float>;
template struct BasicBigan<double>;

}  // namespace gan::models
