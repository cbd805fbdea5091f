// The networks of the Wasserstein GAN.
#include "gan/models/wgan.hpp"

#include "gan/models/dcgan.hpp"
#include "gan/objectives/wasserstein.hpp"
#include "gan/optim/rmsprop.hpp"

namespace gan::models {

std::span<const char* const> enum_names(WganGenerator) {
  static constexpr const char* names[] = {"dcgan", "mlp"};
  return names;
}

namespace {

template <class T>
BasicSequential<T> mlp(const WganOptions& o) {
  constexpr i64 units = 512;
  const DenseOptions hidden{.activation = ReLU{}};
  return BasicSequential<T>(BasicDense<T>(o.latent, units, hidden), BasicDense<T>(units, units, hidden),
                            BasicDense<T>(units, units, hidden), BasicDense<T>(units, units, hidden),
                            BasicDense<T>(units, o.size * o.size * o.channels, {.activation = Tanh{}}),
                            Reshape{{o.size, o.size, o.channels}});
}

}  // namespace

template <class T>
BasicWgan<T>::BasicWgan(Options o) : options(o) {
  require_fields(o, "Wgan");
  BasicDcgan<T> networks({.channels = o.channels, .size = o.size, .latent = o.latent, .features = o.features});
  D = std::move(networks.D);
  G = o.generator == WganGenerator::mlp ? mlp<T>(o) : std::move(networks.G);
}

template <class T>
Schedule BasicWgan<T>::critic_steps() const {
  using gan::detail::field_text;
  const i64 few = options.critic_steps, many = options.many_critic_steps;
  const auto first = static_cast<u64>(options.first_rounds), every = static_cast<u64>(options.many_every);
  if ((first == 0 && every == 0) || many == few) return static_cast<double>(few);
  return {
      field_text(many) + " in the first " + field_text(options.first_rounds) + " rounds and every " +
          field_text(options.many_every) + "th, else " + field_text(few),
      [=](u64 round) { return static_cast<double>(round < first || (every > 0 && round % every == 0) ? many : few); }};
}

template <class T>
BasicGame<T> BasicWgan<T>::game() {
  const OptimizerSpec how = RmsProp{.learning_rate = options.learning_rate};
  BasicGame<T> game = adversarial(G, D, Wasserstein{},
                                  {.input = input(),
                                   .discriminator_steps = critic_steps(),
                                   .fresh_noise = true,
                                   .generator = how,
                                   .discriminator = how.clip_weights(options.clip, ClipWhen::before_turn)});
  auto& loss = game["D"].loss;
  loss = [of_critic = loss](const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) {
    Tensor<T> minimised = of_critic(batch, round, pass);
    const NoGrad constant;
    round.metric("wasserstein", -minimised);
    return minimised;
  };
  return game;
}

template struct BasicWgan<float>;
template struct BasicWgan<double>;

}  // namespace gan::models
