// See nn/sngan_blocks.hpp.
#include "gan/nn/sngan_blocks.hpp"

namespace gan {

template <class Conv>
DiscriminatorBlock<Conv>::DiscriminatorBlock(DiscriminatorBlockOptions o)
    : c1(detail::block_conv<Conv>(o.in, o.hidden > 0 ? o.hidden : o.in, 3, std::sqrt(2.0), ReLU{})),
      c2(detail::block_conv<Conv>(o.hidden > 0 ? o.hidden : o.in, o.out, 3, std::sqrt(2.0))),
      downsample(o.downsample) {
  if (o.downsample || o.in != o.out) c_sc = detail::block_conv<Conv>(o.in, o.out, 1, 1);
}

template <class Conv>
Tensor<typename DiscriminatorBlock<Conv>::T> DiscriminatorBlock<Conv>::operator()(const Tensor<T>& x, Pass& p) const {
  const Tensor<T> y = c2(c1(relu(x), p), p);
  // A 1 x 1 convolution of means is the mean of 1 x 1 convolutions, for a quarter of the work.
  const Tensor<T> small = downsample ? avg_pool2d(x) : x;
  const Tensor<T> shortcut = c_sc ? (*c_sc)(small, p) : small;
  return traced("DiscriminatorBlock", (downsample ? avg_pool2d(y) : y) + shortcut, p);
}

template <class Conv>
FirstDiscriminatorBlock<Conv>::FirstDiscriminatorBlock(FirstDiscriminatorBlockOptions o)
    : c1(detail::block_conv<Conv>(o.in, o.out, 3, std::sqrt(2.0), ReLU{})),
      c2(detail::block_conv<Conv>(o.out, o.out, 3, std::sqrt(2.0))),
      c_sc(detail::block_conv<Conv>(o.in, o.out, 1, 1)) {}

template <class Conv>
Tensor<typename FirstDiscriminatorBlock<Conv>::T> FirstDiscriminatorBlock<Conv>::operator()(const Tensor<T>& x,
                                                                                            Pass& p) const {
  return traced("FirstDiscriminatorBlock", avg_pool2d(c2(c1(x, p), p)) + c_sc(avg_pool2d(x), p), p);
}

#define GAN_SNGAN_BLOCKS(T)                                         \
  template struct DiscriminatorBlock<BasicConv2D<T>>;               \
  template struct DiscriminatorBlock<SpectralNorm<BasicConv2D<T>>>; \
  template struct FirstDiscriminatorBlock<BasicConv2D<T>>;          \
  template struct FirstDiscriminatorBlock<SpectralNorm<BasicConv2D<T>>>;
GAN_SNGAN_BLOCKS(float)
GAN_SNGAN_BLOCKS(double)
#undef GAN_SNGAN_BLOCKS

}  // namespace gan
