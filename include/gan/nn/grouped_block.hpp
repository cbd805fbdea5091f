// The residual block of R3GAN (Huang et al. 2024, section 3): an inverted bottleneck of grouped convolutions without
// normalisation.
#pragma once

#include "gan/nn/conv.hpp"

namespace gan {

struct GroupedBlockOptions {
  i64 width = 0;       ///< channels; must be given
  i64 groups = 1;      ///< of the 3 × 3 convolution ("cardinality"): width / 8 in the paper's networks
  i64 blocks = 1;      ///< how many such blocks the whole network has
  i64 expansion = 2;   ///< channels within the block, divided by width
  double slope = 0.2;  ///< of the leaky ReLU
};

/// x (N, H, W, width) → x + L3(a(L2(a(L1 x)))), L1 and L3 being 1 × 1 convolutions and L2 a grouped 3 × 3 one, a adding
/// a bias per channel before a leaky ReLU; none has another bias. L3 starts at 0, so that the block begins as the
/// identity; L1 and L2 start as He's, N(0, 2 / ((1 + slope²) fan_in)), divided by blocks^(1/4) (Fix-up: Zhang et al.
/// 2019). Parameters have the names of the authors' program: LinearLayer1.Layer.weight, NonLinearity1.Bias, and so on.
/// Throws ValueError for channels that are no multiple of groups, and unless blocks is at least 1.
template <class T>
struct BasicGroupedBlock {
  BasicConv2D<T> l1, l2, l3;  ///< the biases and activations of l1 and l2 are those of NonLinearity1 and 2

  explicit BasicGroupedBlock(const GroupedBlockOptions& o);
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("LinearLayer1.Layer.weight", l1.weight);
    v("LinearLayer2.Layer.weight", l2.weight);
    v("LinearLayer3.Layer.weight", l3.weight);
    v("NonLinearity1.Bias", l1.bias);
    v("NonLinearity2.Bias", l2.bias);
  }
  void propagate_layout(ChannelLayout<T>& layout) { l3.propagate_layout(layout); }
};
using GroupedBlock = BasicGroupedBlock<float>;

extern template struct BasicGroupedBlock<float>;
extern template struct BasicGroupedBlock<double>;

}  // namespace gan
