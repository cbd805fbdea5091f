// Self-attention over the pixels of images (Zhang et al. 2019, SAGAN).
#pragma once

#include "gan/nn/conv.hpp"
#include "gan/nn/spectral_norm.hpp"

namespace gan {

struct SelfAttentionOptions {
  i64 channels = 0;        ///< C; must be given
  i64 key = 0, value = 0;  ///< channels of θ and φ, and of g; 0: C / 8 and C / 2, as in the authors' program and BigGAN
  bool pool = true;  ///< φ and g are max-pooled by 2, as in both; the paper's text has key = value = C / 8 and no pool
  Initializer initializer = initializer::xavier_uniform();
};

/// x (N, H, W, C) → x + γ o(y): in y, each pixel gets the mean of g over all pixels (or over all 2 × 2 windows of them,
/// by their maximum) with the weights softmax(θ · φ), dot products without a scale. θ, φ, g and o are 1 × 1
/// convolutions without bias; γ starts at 0, so that the layer begins as the identity. Parameters have BigGAN's names:
/// theta, phi, g, o and gamma. SelfAttention<SpectralNorm<Conv2D>> normalises the convolutions, as the paper does. Time
/// and memory grow as (H W)². Throws ValueError for options that leave no channel, ShapeError for other x.
template <class Conv = Conv2D>
struct SelfAttention {
  using T = scalar_of<Conv>;
  Conv theta, phi, g, o;
  Param<T> gamma;  ///< ()
  bool pool;

  explicit SelfAttention(SelfAttentionOptions options);
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("theta", theta);
    v("phi", phi);
    v("g", g);
    v("o", o);
    v("gamma", gamma);
  }
  void propagate_layout(ChannelLayout<T>&) {}
};

#define GAN_ATTENTION(T)                                \
  extern template struct SelfAttention<BasicConv2D<T>>; \
  extern template struct SelfAttention<SpectralNorm<BasicConv2D<T>>>;
GAN_ATTENTION(float)
GAN_ATTENTION(double)
#undef GAN_ATTENTION

}  // namespace gan
