// The networks of the models.
#include "gan/models/dcgan.hpp"
#include "gan/models/vanilla.hpp"

namespace gan::models {

namespace {

template <class T>
BasicSequential<T> vanilla_dense_generator() {
  return BasicSequential<T>(BasicDense<T>(VanillaOptions::latent, 128), BasicBatchNorm<T>(128), LeakyReLU{},  //
                            BasicDense<T>(128, 256), BasicBatchNorm<T>(256), LeakyReLU{},                     //
                            BasicDense<T>(256, 512), BasicBatchNorm<T>(512), LeakyReLU{},                     //
                            BasicDense<T>(512, 784, {.activation = Tanh{}}), Reshape{{28, 28, 1}});
}

template <class T>
BasicSequential<T> vanilla_dense_critic() {
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
BasicSequential<T> vanilla_convolutional_critic(double dropout) {
  auto down = [](i64 in, i64 out, Padding padding) {
    return BasicConv2D<T>({.in = in, .out = out, .kernel = 3, .stride = 2, .padding = padding});
  };
  return BasicSequential<T>(down(1, 32, Padding::same()), LeakyReLU{},   //
                            down(32, 64, Padding::same()), LeakyReLU{},  //
                            down(64, 128, Padding::valid()), LeakyReLU{},  //
                            Dropout{dropout}, Flatten{}, BasicDense<T>(1152, 1));
}

}  // namespace

template <class T>
BasicVanilla<T>::BasicVanilla(Options o)
    : options(o),
      G(o.generator == VanillaKind::dense ? vanilla_dense_generator<T>() : vanilla_convolutional_generator<T>()),
      D(o.critic == VanillaKind::dense ? vanilla_dense_critic<T>() : vanilla_convolutional_critic<T>(o.dropout)) {}

template struct BasicVanilla<float>;
template struct BasicVanilla<double>;

template <class T>
BasicDcgan<T>::BasicDcgan(Options o) : options(o) {
  if (o.size != 28) throw ValueError("[Dcgan] there is no net for images of size " + std::to_string(o.size) + "; use 28");
  const Initializer weights = initializer::normal(0.02);
  const i64 f = o.features, units = 7 * 7 * 2 * f;
  auto norm = [](i64 channels, FusedActivation activation) {
    return BasicBatchNorm<T>(channels, {.activation = activation, .gamma = initializer::normal(0.02, 1)});
  };
  auto options4 = [&](i64 in, i64 out, bool bias, FusedActivation activation = {}) {
    return ConvOptions{.in = in, .out = out, .kernel = 4, .stride = 2, .padding = 1, .bias = bias,
                       .activation = activation, .initializer = weights};
  };
  G = BasicSequential<T>(BasicDense<T>(o.latent, units, {.initializer = weights}), norm(units, ReLU{}),
                         Reshape{{7, 7, 2 * f}},                                               //
                         BasicConvTranspose2D<T>(options4(2 * f, f, false)), norm(f, ReLU{}),  //
                         BasicConvTranspose2D<T>(options4(f, o.channels, true, Tanh{})));
  D = BasicSequential<T>(BasicConv2D<T>(options4(o.channels, f, true, LeakyReLU{})),         //
                         BasicConv2D<T>(options4(f, 2 * f, false)), norm(2 * f, LeakyReLU{}),  //
                         Flatten{}, BasicDense<T>(units, 1, {.initializer = weights}));
}

template struct BasicDcgan<float>;
template struct BasicDcgan<double>;

}  // namespace gan::models
