// The residual blocks of SNGAN's ResNets (Miyato et al. 2018, appendix B.4), which WGAN-GP's for CIFAR-10 have, too
// (Gulrajani et al. 2017, appendix C). Parameters have the names of the authors' program: c1, c2, b1, b2, c_sc.
// Convolutions start as Glorot's with gain √2, those of shortcuts with gain 1; all have biases.
#pragma once

#include <cmath>
#include <optional>

#include "gan/nn/conv.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/spectral_norm.hpp"
#include "gan/ops/pool.hpp"

namespace gan {

struct GeneratorBlockOptions {
  i64 in = 0, out = 0;  ///< channels: both must be given
};

/// x (N, H, W, in) → (N, 2 H, 2 W, out): norm, ReLU, nearest upsampling, 3 × 3 convolution, norm, ReLU, 3 × 3
/// convolution, plus the 1 × 1 convolution of x, upsampled. Norm is any layer with a fused activation, which becomes
/// ReLU: BatchNorm(channels) or, for block(x, labels, pass), a ConditionalBatchNorm given to the constructor.
template <class Norm = BatchNorm, class Conv = BasicConv2D<scalar_of<Norm>>>
struct GeneratorBlock {
  using T = scalar_of<Conv>;
  Norm b1, b2;
  Conv c1, c2, c_sc;

  explicit GeneratorBlock(GeneratorBlockOptions o) : GeneratorBlock(o, Norm(o.in), Norm(o.out)) {}
  /// With norms over `in` and `out` channels.
  GeneratorBlock(GeneratorBlockOptions o, Norm first, Norm second);
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return run(x, p, [&p](const Norm& norm, const Tensor<T>& y) { return norm(y, p); });
  }
  Tensor<T> operator()(const Tensor<T>& x, const Tensor<T>& labels, Pass& p) const {
    return run(x, p, [&](const Norm& norm, const Tensor<T>& y) { return norm(y, labels, p); });
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("b1", b1);
    v("c1", c1);
    v("b2", b2);
    v("c2", c2);
    v("c_sc", c_sc);
  }
  void propagate_layout(ChannelLayout<T>& layout) { c2.propagate_layout(layout); }

 private:
  template <class Normalize>
  Tensor<T> run(const Tensor<T>& x, Pass& p, Normalize normalize) const;
};

struct DiscriminatorBlockOptions {
  i64 in = 0, out = 0;     ///< channels: both must be given
  i64 hidden = 0;          ///< channels between the convolutions; 0: in
  bool downsample = true;  ///< halves the image
};

/// x (N, H, W, in) → (N, H / 2, W / 2, out): ReLU, 3 × 3 convolution, ReLU, 3 × 3 convolution, plus the 1 × 1
/// convolution of x, both averaged over 2 × 2 pixels; without downsampling (N, H, W, out), x itself being the shortcut
/// if in equals out. DiscriminatorBlock<SpectralNorm<Conv2D>> is SNGAN's, DiscriminatorBlock<> WGAN-GP's. The shortcut
/// sees x before the ReLU, as in the authors' program.
template <class Conv = Conv2D>
struct DiscriminatorBlock {
  using T = scalar_of<Conv>;
  Conv c1, c2;
  std::optional<Conv> c_sc;
  bool downsample;

  explicit DiscriminatorBlock(DiscriminatorBlockOptions o);
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("c1", c1);
    v("c2", c2);
    if (c_sc) v("c_sc", *c_sc);
  }
  void propagate_layout(ChannelLayout<T>& layout) { c2.propagate_layout(layout); }
};

struct FirstDiscriminatorBlockOptions {
  i64 in = 3, out = 0;  ///< channels: out must be given
};

/// The block that sees the image, x (N, H, W, in) → (N, H / 2, W / 2, out): 3 × 3 convolution, ReLU, 3 × 3 convolution,
/// plus the 1 × 1 convolution of x, both averaged over 2 × 2 pixels ("optimised" in the authors' program).
template <class Conv = Conv2D>
struct FirstDiscriminatorBlock {
  using T = scalar_of<Conv>;
  Conv c1, c2, c_sc;

  explicit FirstDiscriminatorBlock(FirstDiscriminatorBlockOptions o);
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("c1", c1);
    v("c2", c2);
    v("c_sc", c_sc);
  }
  void propagate_layout(ChannelLayout<T>& layout) { c2.propagate_layout(layout); }
};

namespace detail {
/// A convolution of these blocks, with Glorot's initial values of the given gain.
template <class Conv>
Conv block_conv(i64 in, i64 out, i64 kernel, double gain, FusedActivation activation = {}) {
  Initializer how = initializer::xavier_uniform();
  how.a *= gain;
  how.b *= gain;
  return Conv(BasicConv2D<scalar_of<Conv>>(
      {.in = in, .out = out, .kernel = kernel, .padding = kernel / 2, .activation = activation, .initializer = how}));
}
}  // namespace detail

template <class Norm, class Conv>
GeneratorBlock<Norm, Conv>::GeneratorBlock(GeneratorBlockOptions o, Norm first, Norm second)
    : b1(std::move(first)),
      b2(std::move(second)),
      c1(detail::block_conv<Conv>(o.in, o.out, 3, std::sqrt(2.0))),
      c2(detail::block_conv<Conv>(o.out, o.out, 3, std::sqrt(2.0))),
      c_sc(detail::block_conv<Conv>(o.in, o.out, 1, 1)) {
  b1.activation = b2.activation = ReLU{};
}

template <class Norm, class Conv>
template <class Normalize>
Tensor<typename GeneratorBlock<Norm, Conv>::T> GeneratorBlock<Norm, Conv>::run(const Tensor<T>& x, Pass& p,
                                                                               Normalize normalize) const {
  const Tensor<T> wide = c1(upsample_nearest(normalize(b1, x), 2), p), y = c2(normalize(b2, wide), p);
  // Upsampled after the 1 x 1 convolution, which gives the same for a quarter of the work.
  return traced("GeneratorBlock", y + upsample_nearest(c_sc(x, p), 2), p);
}

#define GAN_SNGAN_BLOCKS(T)                                                \
  extern template struct DiscriminatorBlock<BasicConv2D<T>>;               \
  extern template struct DiscriminatorBlock<SpectralNorm<BasicConv2D<T>>>; \
  extern template struct FirstDiscriminatorBlock<BasicConv2D<T>>;          \
  extern template struct FirstDiscriminatorBlock<SpectralNorm<BasicConv2D<T>>>;
GAN_SNGAN_BLOCKS(float)
GAN_SNGAN_BLOCKS(double)
#undef GAN_SNGAN_BLOCKS

}  // namespace gan
