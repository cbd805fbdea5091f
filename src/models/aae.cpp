// The networks and the game of the adversarial autoencoder.
#include "gan/models/aae.hpp"

#include "gan/nn/activation.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/pool.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/objectives/weight_penalty.hpp"
#include "gan/ops/loss.hpp"

namespace gan::models {

std::span<const char* const> enum_names(AaeVariant) {
  static constexpr const char* names[] = {"mnist", "cifar10"};
  return names;
}

namespace {

const DenseOptions leaky{.activation = LeakyReLU{}};

AaeOptions checked(AaeOptions o) {
  require_fields(o, "Aae");
  const bool dense = o.variant == AaeVariant::mnist;
  if (o.latent == 0) o.latent = dense ? 100 : 256;
  if (o.learning_rate == 0) o.learning_rate = dense ? 1e-4 : 3e-4;
  return o;
}

/// 5 x 5, as large as its input.
template <class T>
BasicConv2D<T> conv(i64 in, i64 out, FusedActivation activation = {}) {
  return BasicConv2D<T>({.in = in, .out = out, .kernel = 5, .padding = 2, .activation = activation});
}

template <class T>
BasicSequential<T> generator(const AaeOptions& o) {
  if (o.variant == AaeVariant::mnist)
    return BasicSequential<T>(BasicDense<T>(o.latent, 512, leaky), BasicDense<T>(512, 512, leaky),
                              BasicDense<T>(512, 784, {.activation = Sigmoid{}}), Reshape{{28, 28, 1}});
  return BasicSequential<T>(BasicDense<T>(o.latent, 4 * 4 * 512, leaky), Reshape{{4, 4, 512}},
                            conv<T>(512, 256, LeakyReLU{}), UpSampling2D{}, conv<T>(256, 256, LeakyReLU{}),
                            UpSampling2D{}, conv<T>(256, 128, LeakyReLU{}), UpSampling2D{}, conv<T>(128, 3, Sigmoid{}));
}

template <class T>
BasicEncoder<T> encoder(const AaeOptions& o) {
  if (o.variant == AaeVariant::mnist)
    return {BasicSequential<T>(Flatten{}, BasicDense<T>(784, 512, leaky), BasicDense<T>(512, 512, leaky)),
            {.features = 512, .latent = o.latent}};
  const MaxPool2D halve{{.kernel = 2, .stride = 2}};
  return {BasicSequential<T>(conv<T>(3, 128), halve, LeakyReLU{}, conv<T>(128, 256), halve, LeakyReLU{},
                             conv<T>(256, 256), halve, LeakyReLU{}, conv<T>(256, 512, LeakyReLU{}), Flatten{}),
          {.features = 4 * 4 * 512, .latent = o.latent}};
}

template <class T>
BasicSequential<T> discriminator(const AaeOptions& o) {
  if (o.variant == AaeVariant::mnist)
    return BasicSequential<T>(BasicDense<T>(o.latent, 512, leaky), BasicDense<T>(512, 512, leaky),
                              BasicDense<T>(512, 1));
  return BasicSequential<T>(BasicDense<T>(o.latent, 512, leaky), BasicDense<T>(512, 256, leaky),
                            BasicDense<T>(256, 256, leaky), BasicDense<T>(256, 1));
}

OptimizerSpec adam(double learning_rate, double decay) {
  return OptimizerSpec(Adam{.learning_rate = learning_rate, .beta1 = 0.9})
      .learning_rate(schedule::inverse({.rate = decay}));
}

}  // namespace

template <class T>
BasicAae<T>::BasicAae(Options o)
    : options(checked(o)), G(generator<T>(options)), E(encoder<T>(options)), D(discriminator<T>(options)) {}

template <class T>
BasicGame<T> BasicAae<T>::game() {
  const double reconstruction = is_dense() ? 1 : 100, adversarial = is_dense() ? 0.01 : 0.1;
  const auto generate = [=, this](const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) {
    const Tensor<T> code = round.put("code", E(batch["x"], pass));
    const Tensor<T> error = mse(G(code, pass), batch["x"]);
    round.metric("reconstruction", error);
    return reconstruction * error + adversarial * bce_with_logits(D(code, pass), 1);
  };
  const auto discriminate = [=, this](const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) {
    const Tensor<T> z = draw_latent<T>(batch.size(), options.latent, pass.rng, batch["x"].device());
    const Tensor<T> of_prior = D(z, pass), of_code = D(round.detached("code"), pass);
    Tensor<T> loss = adversarial * (bce_with_logits(of_prior, 1) + bce_with_logits(of_code, 0));
    const NoGrad constant;
    round.metric("D(z)", mean(sigmoid(of_prior)));
    round.metric("D(E(x))", mean(sigmoid(of_code)));
    return loss;
  };
  std::vector<BasicPlayer<T>> players;
  players.emplace_back("G", params(G, E), generate, adam(options.learning_rate, options.decay));
  players.emplace_back("D", params(D), discriminate, adam(options.discriminator_learning_rate, options.decay));
  if (options.penalties > 0) {
    const double strength = 1e-7 * options.penalties;
    for (BasicPlayer<T>& player : players) {
      const double squares = is_dense() && player.name == "G" ? 0 : strength;
      player.terms.push_back([of = player.parameters, strength, squares](const BasicBatch<T>&, BasicRound<T>&, Pass&) {
        return weight_penalty(of, strength, squares);
      });
    }
  }
  BasicGame<T> game(std::move(players));
  game.include(*this);
  return game;
}

template struct BasicAae<float>;
template struct BasicAae<double>;

}  // namespace gan::models
