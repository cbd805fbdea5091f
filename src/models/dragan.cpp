// The networks of DRAGAN.
#include "gan/models/dragan.hpp"

#include "gan/models/dcgan.hpp"
#include "gan/objectives/interpolates.hpp"

namespace gan::models {

template <class T>
BasicDragan<T>::BasicDragan(Options o) : options(o) {
  require_fields(o, "Dragan");
  BasicDcgan<T> networks({.channels = o.channels, .size = o.size, .latent = o.latent, .features = o.features});
  G = std::move(networks.G);
  D = std::move(networks.D);
}

template <class T>
BasicGame<T> BasicDragan<T>::game() {
  const OptimizerSpec how = Adam{.learning_rate = options.learning_rate, .beta1 = options.beta1};
  const gan::Dragan penalty{.lambda = options.lambda, .spread = options.spread, .allow_batch_norm = true};
  return adversarial(G, D, NonSaturating{}, {.input = input(), .generator = how, .discriminator = how}, penalty);
}

template struct BasicDragan<float>;
template struct BasicDragan<double>;

}  // namespace gan::models
