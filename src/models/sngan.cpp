// The networks and the game of SNGAN.
#include "gan/models/sngan.hpp"

#include "gan/nn/spectral_norm.hpp"
#include "gan/objectives/hinge.hpp"
#include "src/models/resnet32.hpp"

namespace gan::models {
namespace {

SnganOptions checked(SnganOptions o) {
  require_fields(o, "Sngan");
  return o;
}

}  // namespace

template <class T>
BasicSngan<T>::BasicSngan(Options o)
    : options(checked(o)),
      G(resnet32_generator<T>(options.features, options.channels)),
      D(resnet32_discriminator<SpectralNorm<BasicConv2D<T>>, SpectralNorm<BasicDense<T>>>(options.channels, false)) {}

template <class T>
BasicGame<T> BasicSngan<T>::game() {
  const auto adam = [this](i64 turns) {
    const OptimizerSpec spec = Adam{.learning_rate = options.learning_rate, .beta1 = 0, .beta2 = 0.9};
    return options.decay == 0 ? spec : spec.learning_rate(schedule::linear_to_zero({.steps = options.decay * turns}));
  };
  return adversarial(G, D, Hinge{},
                     {.input = input(),
                      .discriminator_steps = options.discriminator_steps,
                      .generator_batches = 2,
                      .generator = adam(1),
                      .discriminator = adam(options.discriminator_steps)});
}

template struct BasicSngan<float>;
template struct BasicSngan<double>;

}  // namespace gan::models
