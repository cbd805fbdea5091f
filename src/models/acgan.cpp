// The networks and the game of AC-GAN.
#include "gan/models/acgan.hpp"

#include "gan/nn/conv.hpp"
#include "gan/nn/dropout.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/objectives/auxiliary.hpp"

namespace gan::models {
namespace {

constexpr i64 stage = 7;  // height and width of the discriminator's smallest images

template <class T>
BasicConvTranspose2D<T> deconv(i64 in, i64 out, i64 stride, FusedActivation activation) {
  return BasicConvTranspose2D<T>({.in = in,
                                  .out = out,
                                  .kernel = 5,
                                  .stride = stride,
                                  .padding = stride == 1 ? Padding::valid() : Padding::same(),
                                  .activation = activation,
                                  .initializer = initializer::xavier_normal()});
}

template <class T>
BasicSequential<T> generator(const AcganOptions& o) {
  const i64 f = o.features, units = 9 * 4 * f;
  const FusedActivation rectified = o.batch_norm ? FusedActivation{} : ReLU{};
  BasicSequential<T> net(BasicDense<T>(o.latent, units, {.activation = rectified}));
  const auto normalize = [&](i64 channels) {
    if (o.batch_norm) net.add(BasicBatchNorm<T>(channels, {.activation = ReLU{}}));
  };
  normalize(units);
  net.add(Reshape{{3, 3, 4 * f}}).add(deconv<T>(4 * f, 2 * f, 1, rectified));
  normalize(2 * f);
  net.add(deconv<T>(2 * f, f, 2, rectified));
  normalize(f);
  net.add(deconv<T>(f, o.channels, 2, Tanh{}));
  return net;
}

template <class T>
BasicSequential<T> discriminator(const AcganOptions& o) {
  BasicSequential<T> net;
  i64 in = o.channels, out = o.discriminator_features;
  for (const i64 stride : {2, 1, 2, 1}) {
    net.add(BasicConv2D<T>({.in = in,
                            .out = out,
                            .kernel = 3,
                            .stride = stride,
                            .padding = Padding::same(),
                            .activation = LeakyReLU{}}))
        .add(Dropout{0.3});
    in = out;
    out *= 2;
  }
  net.add(Flatten{});
  return net;
}

/// A head on the flattened feature maps.
template <class T>
BasicDense<T> head(const AcganOptions& o, i64 out) {
  const i64 channels = 8 * o.discriminator_features;
  BasicDense<T> dense(stage * stage * channels, out);
  dense.weight.file.in_channels = channels;
  return dense;
}

AcganOptions checked(const AcganOptions& o) {
  require_fields(o, "Acgan");
  return o;
}

}  // namespace

template <class T>
BasicAcganGenerator<T>::BasicAcganGenerator(const AcganOptions& o)
    : of_class({.classes = o.classes, .width = o.latent, .initializer = initializer::xavier_normal()}),
      layers(generator<T>(o)) {}

template <class T>
Tensor<T> BasicAcganGenerator<T>::operator()(const BasicParts<T>& input, Pass& p) const {
  return layers(input["z"] * of_class(input["labels"], p), p);
}

template <class T>
BasicAcganDiscriminator<T>::BasicAcganDiscriminator(const AcganOptions& o)
    : layers(discriminator<T>(o)), real(head<T>(o, 1)), classes(head<T>(o, o.classes)) {}

template <class T>
BasicScores<T> BasicAcganDiscriminator<T>::operator()(const Tensor<T>& x, const BasicParts<T>& batch, Pass& p) const {
  const Tensor<T> h = layers(x, p);
  return {real(h, p), classes(h, p), batch["labels"]};
}

template <class T>
BasicAcgan<T>::BasicAcgan(Options o) : options(checked(o)), G(options), D(options) {}

template <class T>
BasicGame<T> BasicAcgan<T>::game() {
  const double sure = 1 - options.smoothing;
  const NonSaturating real_or_fake{.real_label = sure, .fake_label = options.smoothing, .wanted_label = sure};
  const OptimizerSpec how = Adam{.learning_rate = options.learning_rate, .beta1 = options.beta1};
  return adversarial(G, D,
                     AuxiliaryClassifier{.objective = real_or_fake,
                                         .on_real = options.on_real,
                                         .on_fake = options.on_fake,
                                         .of_generator = options.of_generator},
                     {.input = input(), .generator_batches = 2, .generator = how, .discriminator = how});
}

template <class T>
BasicAbilities<T> BasicAcgan<T>::abilities() {
  const InputSpec images{.latent = 0, .x = needs().x};
  const auto classify = [this](const BasicParts<T>& in, Pass& p) {
    return BasicParts<T>{{"logits", D.classify(in["x"], p)}};
  };
  return {ability("sample", input(), G), {"classify", images, classify}};
}

template struct BasicAcganGenerator<float>;
template struct BasicAcganGenerator<double>;
template struct BasicAcganDiscriminator<float>;
template struct BasicAcganDiscriminator<double>;
template struct BasicAcgan<float>;
template struct BasicAcgan<double>;

}  // namespace gan::models
