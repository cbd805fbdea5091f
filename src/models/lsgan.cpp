// The networks of the least squares GAN.
#include "gan/models/lsgan.hpp"

#include "gan/models/dcgan.hpp"

namespace gan::models {

template <class T>
BasicLsgan<T>::BasicLsgan(Options o) : options(o) {
  require_fields(o, "Lsgan");
  BasicDcgan<T> networks({.channels = o.channels, .size = o.size, .latent = o.latent, .features = o.features});
  G = std::move(networks.G);
  D = std::move(networks.D);
}

template <class T>
BasicGame<T> BasicLsgan<T>::game() {
  const OptimizerSpec how = Adam{.learning_rate = options.learning_rate, .beta1 = options.beta1};
  const LeastSquares objective{options.fake_label, options.real_label, options.wanted_label};
  return adversarial(G, D, objective, {.input = input(), .generator = how, .discriminator = how});
}

template struct BasicLsgan<float>;
template struct BasicLsgan<double>;

}  // namespace gan::models
