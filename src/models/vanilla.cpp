// The networks of the vanilla GANs.
#include "gan/models/vanilla.hpp"

namespace gan::models {

std::span<const char* const> enum_names(VanillaLoss) {
  static constexpr const char* names[] = {"non-saturating", "saturating"};
  return names;
}

std::span<const char* const> enum_names(VanillaKind) {
  static constexpr const char* names[] = {"dense", "convolutional"};
  return names;
}

namespace {

template <class T>
BasicSequential<T> vanilla_dense_generator() {
  return BasicSequential<T>(BasicDense<T>(VanillaOptions::latent, 128), BasicBatchNorm<T>(128), LeakyReLU{},  //
                            BasicDense<T>(128, 256), BasicBatchNorm<T>(256), LeakyReLU{},                     //
                            BasicDense<T>(256, 512), BasicBatchNorm<T>(512), LeakyReLU{},                     //
                            BasicDense<T>(512, 784, {.activation = Tanh{}}), Reshape{{28, 28, 1}});
}

template <class T>
BasicSequential<T> vanilla_dense_discriminator() {
  return BasicSequential<T>(Flatten{}, BasicDense<T>(784, 512, {.activation = LeakyReLU{}}),
                            BasicDense<T>(512, 256, {.activation = LeakyReLU{}}),
                            BasicDense<T>(256, 128, {.activation = LeakyReLU{}}), BasicDense<T>(128, 1));
}

template <class T>
BasicSequential<T> vanilla_convolutional_generator() {
  auto up = [](i64 in, i64 out, Padding padding, FusedActivation activation = {}) {
    return BasicConvTranspose2D<T>(
        {.in = in, .out = out, .kernel = 3, .stride = 2, .padding = padding, .activation = activation});
  };
  return BasicSequential<T>(BasicDense<T>(VanillaOptions::latent, 1152), LeakyReLU{}, Reshape{{3, 3, 128}},  //
                            up(128, 128, Padding::valid()), BasicBatchNorm<T>(128), LeakyReLU{},             //
                            up(128, 64, Padding::same()), BasicBatchNorm<T>(64), LeakyReLU{},                //
                            up(64, 1, Padding::same(), Tanh{}));
}

template <class T>
BasicSequential<T> vanilla_convolutional_discriminator(double dropout) {
  auto down = [](i64 in, i64 out, Padding padding) {
    return BasicConv2D<T>({.in = in, .out = out, .kernel = 3, .stride = 2, .padding = padding});
  };
  return BasicSequential<T>(down(1, 32, Padding::same()), LeakyReLU{},   //
                            down(32, 64, Padding::same()), LeakyReLU{},  //
                            down(64, 128, Padding::valid()), LeakyReLU{},  //
                            Dropout{dropout}, Flatten{}, BasicDense<T>(1152, 1));
}

const VanillaOptions& checked(const VanillaOptions& o) {
  require_fields(o, "Vanilla");
  if (o.decay_from > 0 && o.decay_updates == 0)
    throw ValueError("[Vanilla] decay_from " + std::to_string(o.decay_from) + ", decay_updates 0; a fall takes some");
  return o;
}

}  // namespace

template <class T>
BasicVanilla<T>::BasicVanilla(Options o)
    : options(checked(o)),
      G(o.generator == VanillaKind::dense ? vanilla_dense_generator<T>() : vanilla_convolutional_generator<T>()),
      D(o.discriminator == VanillaKind::dense ? vanilla_dense_discriminator<T>()
                                              : vanilla_convolutional_discriminator<T>(o.dropout)) {}

OptimizerSpec vanilla_optimizer(const VanillaOptions& o, double learning_rate) {
  const OptimizerSpec steady(Adam{.learning_rate = learning_rate});
  if (o.decay_updates == 0) return steady;
  return steady.learning_rate(schedule::linear_to_zero({.from = o.decay_from, .steps = o.decay_updates}));
}

template <class T>
BasicGame<T> BasicVanilla<T>::game() {
  if (options.loss == VanillaLoss::saturating) return vanilla_game(*this, Saturating{});
  return vanilla_game(*this);
}

template struct BasicVanilla<float>;
template struct BasicVanilla<double>;

}  // namespace gan::models
