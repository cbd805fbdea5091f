// The networks and the game of the projection discriminator.
#include "gan/models/projection_gan.hpp"

#include <algorithm>

#include "gan/objectives/hinge.hpp"
#include "src/models/resnet32.hpp"

namespace gan::models {
namespace {

ProjectionGanOptions checked(const ProjectionGanOptions& o) {
  require_fields(o, "ProjectionGan");
  return o;
}

template <class T>
GeneratorBlock<BasicConditionalBatchNorm<T>> block(const ProjectionGanOptions& o) {
  const BasicConditionalBatchNorm<T> norm({.classes = o.classes, .channels = o.features});
  return {{.in = o.features, .out = o.features}, norm, norm};
}

}  // namespace

template <class T>
BasicProjectionGenerator<T>::BasicProjectionGenerator(const ProjectionGanOptions& o)
    : dense(ProjectionGanOptions::latent, 16 * o.features),
      block1(block<T>(o)),
      block2(block<T>(o)),
      block3(block<T>(o)),
      norm(o.features, {.activation = ReLU{}}),
      last(gan::detail::block_conv<BasicConv2D<T>>(o.features, o.channels, 3, 1, Tanh{})) {
  dense.weight.file.out_channels = dense.bias.file.out_channels = o.features;
}

template <class T>
Tensor<T> BasicProjectionGenerator<T>::operator()(const BasicParts<T>& input, Pass& p) const {
  const Tensor<T>&z = input["z"], &labels = input["labels"];
  const Tensor<T> first = reshape(dense(z, p), Shape{z.shape(0), 4, 4, norm.weight.shape(0)});
  return last(norm(block3(block2(block1(first, labels, p), labels, p), labels, p), p), p);
}

template <class T>
BasicProjectionDiscriminator<T>::BasicProjectionDiscriminator(const ProjectionGanOptions& o)
    : layers(resnet32_features<SpectralNorm<BasicConv2D<T>>>(o.channels, false, o.discriminator_features)),
      linear(BasicDense<T>(o.discriminator_features, 1, {.bias = false})),
      of_class(BasicEmbedding<T>(
          {.classes = o.classes, .width = o.discriminator_features, .initializer = initializer::xavier_uniform()})) {}

template <class T>
Tensor<T> BasicProjectionDiscriminator<T>::operator()(const Tensor<T>& x, const BasicParts<T>& batch, Pass& p) const {
  const Tensor<T> h = layers(x, p), product = sum(h * of_class(batch["labels"], p), {1});
  return linear(h, p) + reshape(product, Shape{x.shape(0), 1});
}

template <class T>
BasicProjectionGan<T>::BasicProjectionGan(Options o) : options(checked(o)), G(options), D(options) {}

template <class T>
BasicGame<T> BasicProjectionGan<T>::game() {
  const auto adam = [this](i64 turns) {
    const OptimizerSpec spec = Adam{.learning_rate = options.learning_rate, .beta1 = 0, .beta2 = 0.9};
    return options.decay == 0 ? spec : spec.learning_rate(schedule::linear_to_zero({.steps = options.decay * turns}));
  };
  BasicGame<T> game = adversarial(G, D, Hinge{},
                                  {.input = input(),
                                   .discriminator_steps = options.discriminator_steps,
                                   .generator_batches = 2,
                                   .generator = adam(1),
                                   .discriminator = adam(options.discriminator_steps)});
  std::reverse(game.players.begin(), game.players.end());
  return game;
}

template struct BasicProjectionGenerator<float>;
template struct BasicProjectionGenerator<double>;
template struct BasicProjectionDiscriminator<float>;
template struct BasicProjectionDiscriminator<double>;
template struct BasicProjectionGan<float>;
template struct BasicProjectionGan<double>;

}  // namespace gan::models
