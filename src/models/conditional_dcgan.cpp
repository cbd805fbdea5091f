// The networks of the conditional DCGAN.
#include "gan/models/conditional_dcgan.hpp"

#include <cmath>

#include "gan/ops/normalize.hpp"
#include "gan/ops/shape.hpp"

namespace gan::models {

namespace {

constexpr Initializer weights = initializer::normal(0.02);
constexpr i64 stage = 7;  // height and width of the smallest images

DenseOptions dense(FusedActivation activation = {}) {
  return {.bias = false, .activation = activation, .initializer = weights};
}
/// 5 x 5 kernels with stride 2, which halve or double the size.
ConvOptions conv(i64 in, i64 out, FusedActivation activation = {}) {
  return {.in = in,
          .out = out,
          .kernel = 5,
          .stride = 2,
          .padding = 2,
          .bias = false,
          .activation = activation,
          .initializer = weights};
}
ConvOptions deconv(i64 in, i64 out, FusedActivation activation = {}) {
  ConvOptions o = conv(in, out, activation);
  o.output_padding = 1;
  return o;
}

/// Appends the classes (N, K) to x (N, C) or (N, H, W, C) as K more columns or constant planes.
template <class T>
Tensor<T> with_classes(const Tensor<T>& x, const Tensor<T>& classes) {
  if (x.rank() == 2) return concat<T>({x, classes}, 1);
  const i64 n = x.shape(0), k = classes.shape(1);
  return concat<T>({x, broadcast_to(reshape(classes, Shape{n, 1, 1, k}), Shape{n, x.shape(1), x.shape(2), k})}, 3);
}

/// Batch normalisation with the statistics of the batch, without scale and shift.
template <class T>
Tensor<T> normalized(const Tensor<T>& x, FusedActivation activation) {
  const Shape channels{x.shape(-1)};
  return batch_norm<T>(x, Tensor<T>::ones(channels, x.device()), Tensor<T>::zeros(channels, x.device()), 1e-8,
                       activation)
      .y;
}

const ConditionalDcganOptions& checked(const ConditionalDcganOptions& o) {
  require_fields(o, "ConditionalDcgan");
  return o;
}

}  // namespace

template <class T>
BasicConditionalGenerator<T>::BasicConditionalGenerator(const ConditionalDcganOptions& o)
    : fc1(checked(o).latent + o.classes, o.units, dense()),
      fc2(o.units + o.classes, stage * stage * 2 * o.features, dense()),
      deconv1(deconv(2 * o.features + o.classes, o.features)),
      deconv2(deconv(o.features + o.classes, o.channels, {Activation::sigmoid, 0})) {
  fc2.weight.file.out_channels = 2 * o.features;
}

template <class T>
Tensor<T> BasicConditionalGenerator<T>::operator()(const Tensor<T>& z, const Tensor<T>& classes, Pass& p) const {
  const FusedActivation relu{Activation::relu, 0};
  const Tensor<T> h1 = normalized<T>(fc1(with_classes(z, classes), p), relu);
  const Tensor<T> h2 = normalized<T>(fc2(with_classes(h1, classes), p), relu);
  const Tensor<T> images = reshape(h2, Shape{z.shape(0), stage, stage, h2.shape(1) / (stage * stage)});
  const Tensor<T> h3 = normalized<T>(deconv1(with_classes(images, classes), p), relu);
  return deconv2(with_classes(h3, classes), p);
}

template <class T>
BasicConditionalDiscriminator<T>::BasicConditionalDiscriminator(const ConditionalDcganOptions& o)
    : conv1(conv(checked(o).channels + o.classes, o.features, {Activation::leaky_relu, 0.2})),
      conv2(conv(o.features + o.classes, 2 * o.features)),
      fc1(stage * stage * 2 * o.features + o.classes, o.units, dense()),
      fc2(o.units + o.classes, 1, dense()) {
  fc1.weight.file.in_channels = 2 * o.features;
  fc1.weight.file.in_features = stage * stage * 2 * o.features;
}

template <class T>
Tensor<T> BasicConditionalDiscriminator<T>::operator()(const Tensor<T>& x, const Tensor<T>& classes, Pass& p) const {
  const FusedActivation leaky{Activation::leaky_relu, 0.2};
  const Tensor<T> h1 = conv1(with_classes(x, classes), p);
  const Tensor<T> h2 = normalized<T>(conv2(with_classes(h1, classes), p), leaky);
  const Tensor<T> h3 = normalized<T>(fc1(with_classes(flatten(h2), classes), p), leaky);
  return fc2(with_classes(h3, classes), p);
}

template <class T>
BasicConditionalDcgan<T>::BasicConditionalDcgan(Options o) : options(checked(o)), G(o), D(o) {}

OptimizerSpec conditional_dcgan_optimizer(const ConditionalDcganOptions& o) {
  const Adam adam{.learning_rate = o.learning_rate, .beta1 = o.beta1, .weight_decay = o.weight_decay};
  return OptimizerSpec(adam).learning_rate(schedule::linear_to_zero(
      {.from = o.constant_epochs * o.updates_per_epoch, .steps = o.decay_epochs * o.updates_per_epoch}));
}

template <class T>
BasicGame<T> BasicConditionalDcgan<T>::game() {
  return conditional_dcgan_game(*this);
}

template struct BasicConditionalGenerator<float>;
template struct BasicConditionalGenerator<double>;
template struct BasicConditionalDiscriminator<float>;
template struct BasicConditionalDiscriminator<double>;
template struct BasicConditionalDcgan<float>;
template struct BasicConditionalDcgan<double>;

}  // namespace gan::models
