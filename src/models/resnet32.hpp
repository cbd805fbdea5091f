// The residual networks for images of 32 x 32 pixels that SNGAN and WGAN-GP share (Gulrajani et al. 2017, appendix C;
// Miyato et al. 2018, appendix B.4).
#pragma once

#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/nn/sngan_blocks.hpp"
#include "gan/ops/reduce.hpp"

namespace gan::models {

/// z (N, 128) → images (N, 32, 32, channels) in [-1, 1]: three blocks of `width` channels.
template <class T>
BasicSequential<T> resnet32_generator(i64 width, i64 channels) {
  using Block = GeneratorBlock<BasicBatchNorm<T>>;
  return BasicSequential<T>(
      BasicDense<T>(128, 16 * width, {.initializer = initializer::xavier_uniform()}), Reshape{{4, 4, width}},
      Block({.in = width, .out = width}), Block({.in = width, .out = width}), Block({.in = width, .out = width}),
      BasicBatchNorm<T>(width, {.activation = ReLU{}}),
      gan::detail::block_conv<BasicConv2D<T>>(width, channels, 3, 1, Tanh{}));
}

/// Features (N, H, W, C) → (N, C), the sum over all pixels, or the mean.
struct PixelPool {
  bool average = false;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass&) const {
    return average ? mean(x, {1, 2}) : sum(x, {1, 2});
  }
};

/// Images (N, 32, 32, channels) → features (N, width): four blocks of `width` channels, of which the first two halve
/// the image, and a pool over the pixels. Conv is a plain layer or SpectralNorm of it.
template <class Conv>
BasicSequential<scalar_of<Conv>> resnet32_features(i64 channels, bool average, i64 width) {
  using T = scalar_of<Conv>;
  using Block = DiscriminatorBlock<Conv>;
  return BasicSequential<T>(FirstDiscriminatorBlock<Conv>({.in = channels, .out = width}),
                            Block({.in = width, .out = width}),
                            Block({.in = width, .out = width, .downsample = false}),
                            Block({.in = width, .out = width, .downsample = false}), ReLU{}, PixelPool{average});
}

/// The same, and a dense layer → logits (N, 1). Score is a plain layer or SpectralNorm of it, too.
template <class Conv, class Score>
BasicSequential<scalar_of<Conv>> resnet32_discriminator(i64 channels, bool average, i64 width = 128) {
  auto net = resnet32_features<Conv>(channels, average, width);
  net.add(Score(BasicDense<scalar_of<Conv>>(width, 1, {.initializer = initializer::xavier_uniform()})));
  return net;
}

}  // namespace gan::models
