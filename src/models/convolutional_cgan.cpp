// The networks of the convolutional CGAN.
#include "gan/models/convolutional_cgan.hpp"

#include "gan/models/dcgan.hpp"
#include "gan/ops/shape.hpp"

namespace gan::models {

std::span<const char* const> enum_names(ClassForm) {
  static constexpr const char* names[] = {"planes", "embedding"};
  return names;
}

namespace {

ConvolutionalCganOptions checked(const ConvolutionalCganOptions& o) {
  require_fields(o, "ConvolutionalCgan");
  return o;
}

bool is_embedded(const ConvolutionalCganOptions& o) { return o.condition == ClassForm::embedding; }

/// The networks of a DCGAN for z and images with so many more numbers and channels.
template <class T>
BasicDcgan<T> dcgan(const ConvolutionalCganOptions& o, i64 more_latent, i64 more_channels) {
  return BasicDcgan<T>({.channels = o.channels + more_channels,
                        .size = o.size,
                        .latent = o.latent + more_latent,
                        .features = o.features});
}

/// A learnt vector for each class, if there are such.
template <class T>
std::optional<BasicEmbedding<T>> vectors(const ConvolutionalCganOptions& o, i64 width) {
  if (!is_embedded(o)) return std::nullopt;
  return BasicEmbedding<T>({.classes = o.classes, .width = width, .initializer = initializer::normal(0.02)});
}

}  // namespace

template <class T>
BasicConvolutionalCganGenerator<T>::BasicConvolutionalCganGenerator(const ConvolutionalCganOptions& o)
    : classes(o.classes),
      of_class(vectors<T>(o, o.embedding)),
      layers(std::move(dcgan<T>(o, is_embedded(o) ? o.embedding : o.classes, 0).G)) {}

template <class T>
Tensor<T> BasicConvolutionalCganGenerator<T>::operator()(const BasicParts<T>& input, Pass& p) const {
  const Tensor<T>& labels = input["labels"];
  return layers(concat<T>({input["z"], of_class ? (*of_class)(labels, p) : one_hot(labels, classes)}, 1), p);
}

template <class T>
BasicConvolutionalCganDiscriminator<T>::BasicConvolutionalCganDiscriminator(const ConvolutionalCganOptions& o)
    : classes(o.classes),
      of_class(vectors<T>(o, o.size * o.size)),
      layers(std::move(dcgan<T>(o, 0, is_embedded(o) ? 1 : o.classes).D)) {}

template <class T>
Tensor<T> BasicConvolutionalCganDiscriminator<T>::operator()(const Tensor<T>& x, const BasicParts<T>& batch,
                                                             Pass& p) const {
  const Tensor<T>& labels = batch["labels"];
  const i64 n = x.shape(0);
  const Tensor<T> planes =
      of_class ? reshape((*of_class)(labels, p), x.shape().with(3, 1))
               : broadcast_to(reshape(one_hot(labels, classes), Shape{n, 1, 1, classes}), x.shape().with(3, classes));
  return layers(concat<T>({x, planes}, 3), p);
}

template <class T>
BasicConvolutionalCgan<T>::BasicConvolutionalCgan(Options o) : options(checked(o)), G(options), D(options) {}

template <class T>
BasicGame<T> BasicConvolutionalCgan<T>::game() {
  const OptimizerSpec how = Adam{.learning_rate = options.learning_rate, .beta1 = options.beta1};
  return adversarial(G, D, NonSaturating{}, {.input = input(), .generator = how, .discriminator = how});
}

template struct BasicConvolutionalCganGenerator<float>;
template struct BasicConvolutionalCganGenerator<double>;
template struct BasicConvolutionalCganDiscriminator<float>;
template struct BasicConvolutionalCganDiscriminator<double>;
template struct BasicConvolutionalCgan<float>;
template struct BasicConvolutionalCgan<double>;

}  // namespace gan::models
