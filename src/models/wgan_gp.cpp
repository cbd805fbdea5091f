// The networks and the game of WGAN-GP.
#include "gan/models/wgan_gp.hpp"

#include "gan/objectives/wasserstein.hpp"
#include "src/models/resnet32.hpp"

namespace gan::models {

std::span<const char* const> enum_names(WganGpVariant) {
  static constexpr const char* names[] = {"mnist", "dcgan", "resnet", "toy"};
  return names;
}

namespace {

const Initializer he = initializer::he_uniform();

WganGpOptions checked(WganGpOptions o) {
  require_fields(o, "WganGp");
  if (o.lambda == 0) o.lambda = o.variant == WganGpVariant::toy ? 0.1 : 10;
  if (o.learning_rate == 0) o.learning_rate = o.variant == WganGpVariant::resnet ? 2e-4 : 1e-4;
  return o;
}

/// Images of 8 x 8 → 7 x 7.
struct Crop {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass&) const {
    return slice(slice(x, 1, 0, 7), 2, 0, 7);
  }
  template <class T>
  void propagate_layout(ChannelLayout<T>&) const {}
};

/// 5 x 5 kernels with stride 2, which double or halve the size.
ConvOptions conv(i64 in, i64 out, FusedActivation activation = {}) {
  return {.in = in,
          .out = out,
          .kernel = 5,
          .stride = 2,
          .padding = Padding::same(),
          .activation = activation,
          .initializer = he};
}
template <class T>
BasicBatchNorm<T> norm(i64 channels) {
  return BasicBatchNorm<T>(channels, {.activation = ReLU{}});
}

template <class T>
BasicSequential<T> generator(WganGpVariant variant) {
  using Dense = BasicDense<T>;
  using Up = BasicConvTranspose2D<T>;
  const DenseOptions relu{.activation = ReLU{}, .initializer = he};
  switch (variant) {
    case WganGpVariant::mnist:
      return BasicSequential<T>(Dense(128, 4096, relu), Reshape{{4, 4, 256}}, Up(conv(256, 128, ReLU{})), Crop{},
                                Up(conv(128, 64, ReLU{})), Up(conv(64, 1, Sigmoid{})));
    case WganGpVariant::dcgan:
      return BasicSequential<T>(Dense(128, 8192, {.initializer = he}), norm<T>(8192), Reshape{{4, 4, 512}},
                                Up(conv(512, 256)), norm<T>(256), Up(conv(256, 128)), norm<T>(128),
                                Up(conv(128, 3, Tanh{})));
    case WganGpVariant::resnet: return resnet32_generator<T>(128, 3);
    case WganGpVariant::toy: break;
  }
  return BasicSequential<T>(Dense(2, 512, relu), Dense(512, 512, relu), Dense(512, 512, relu), Dense(512, 2));
}

template <class T>
BasicSequential<T> critic(WganGpVariant variant) {
  using Dense = BasicDense<T>;
  using Down = BasicConv2D<T>;
  const FusedActivation leaky = LeakyReLU{0.2};
  const DenseOptions relu{.activation = ReLU{}, .initializer = he};
  switch (variant) {
    case WganGpVariant::mnist:
      return BasicSequential<T>(Down(conv(1, 64, leaky)), Down(conv(64, 128, leaky)), Down(conv(128, 256, leaky)),
                                Flatten{}, Dense(4096, 1));
    case WganGpVariant::dcgan:
      return BasicSequential<T>(Down(conv(3, 128, leaky)), Down(conv(128, 256, leaky)), Down(conv(256, 512, leaky)),
                                Flatten{}, Dense(8192, 1));
    case WganGpVariant::resnet: return resnet32_discriminator<BasicConv2D<T>, Dense>(3, true);
    case WganGpVariant::toy: break;
  }
  return BasicSequential<T>(Dense(2, 512, relu), Dense(512, 512, relu), Dense(512, 512, relu), Dense(512, 1));
}

}  // namespace

template <class T>
BasicWganGp<T>::BasicWganGp(Options o)
    : options(checked(o)), G(generator<T>(options.variant)), D(critic<T>(options.variant)) {}

template <class T>
data::Needs BasicWganGp<T>::needs() const {
  switch (options.variant) {
    case WganGpVariant::mnist: return {.x = {28, 28, 1}, .low = 0};
    case WganGpVariant::toy: return {.x = {2}};
    default: return {.x = {32, 32, 3}};
  }
}

template <class T>
InputSpec BasicWganGp<T>::input() const {
  if (options.variant == WganGpVariant::toy) return {.latent = 2};
  if (options.variant == WganGpVariant::mnist) return {.latent = 128, .low = 0};
  return {.latent = 128};
}

template <class T>
BasicGame<T> BasicWganGp<T>::game() {
  const bool resnet = options.variant == WganGpVariant::resnet;
  const auto adam = [&](i64 turns) {
    const OptimizerSpec spec =
        Adam{.learning_rate = options.learning_rate, .beta1 = resnet ? 0 : 0.5, .beta2 = 0.9};
    return options.decay == 0 ? spec : spec.learning_rate(schedule::linear_to_zero({.steps = options.decay * turns}));
  };
  return adversarial(G, D, Wasserstein{},
                     {.input = input(),
                      .discriminator_steps = options.discriminator_steps,
                      .fresh_noise = true,
                      .generator_batches = resnet ? 2 : 1,
                      .generator = adam(1),
                      .discriminator = adam(options.discriminator_steps)},
                     GradientPenalty{.lambda = options.lambda, .one_sided = options.one_sided});
}

template struct BasicWganGp<float>;
template struct BasicWganGp<double>;

}  // namespace gan::models
