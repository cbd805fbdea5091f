// Virtual batch normalisation (Salimans et al. 2016, section 3.5): each example is normalised with the statistics of a
// fixed reference batch and its own, so that it does not depend on the other examples of its batch.
#pragma once

#include "gan/nn/channel_layout.hpp"
#include "gan/nn/module.hpp"
#include "gan/ops/activation.hpp"
#include "gan/ops/shape.hpp"

namespace gan {

struct VirtualBatchNormOptions {
  double epsilon = 1e-5;
  FusedActivation activation = {};
  Initializer gamma = initializer::constant(1);
};

/// Batch normalisation over the channels of the last axis, (n + N, C) or (n + N, H, W, C), whose first n rows,
/// pass.reference_rows, are the reference batch. That batch is normalised with its own mean and mean of squares; each
/// other example with 1 / (n + 1) of those of its own pixels and n / (n + 1) of the reference's. Gradients pass through
/// all statistics. To be used within a VirtualBatch; throws ValueError without reference rows, ShapeError for other x.
template <class T>
struct BasicVirtualBatchNorm {
  Param<T> weight, bias;  ///< gamma and beta, (C)
  double epsilon;
  FusedActivation activation;

  explicit BasicVirtualBatchNorm(i64 channels, VirtualBatchNormOptions o = {});
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("weight", weight);
    v("bias", bias);
  }
  void propagate_layout(ChannelLayout<T>& layout) {
    layout.along(weight);
    layout.along(bias);
  }
};
using VirtualBatchNorm = BasicVirtualBatchNorm<float>;

/// VirtualBatch(Sequential{…}, {64, 100}): a network with VirtualBatchNorm layers and its reference inputs, a buffer of
/// the given shape, batch first. A call with x (N, …) runs the network on reference and x together and returns the rows
/// of x: it costs what a batch of n + N costs. The reference starts as N(0, 1), as the latent vectors of a generator
/// do; for other inputs, reference.set(batch). Parameters have the names that they have in the network alone.
template <class Net>
struct VirtualBatch {
  using T = scalar_of<Net>;
  Net net;
  Param<T> reference;  ///< a buffer

  VirtualBatch(Net network, Shape reference_shape, Initializer how = initializer::normal(1))
      : net(std::move(network)), reference(reference_shape, Param<T>::Kind::buffer, how) {}
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    reference.require_ready("VirtualBatch");
    Pass joint = p;
    joint.reference_rows = reference.shape(0);
    const Tensor<T> y = net(concat<T>({reference.tensor(), x}), joint);
    p.rng = joint.rng;
    return rows(y, reference.shape(0), y.shape(0));
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("", net);
    v("reference", reference);
  }
  void propagate_layout(ChannelLayout<T>& layout) {
    if constexpr (requires { net.propagate_layout(layout); })
      net.propagate_layout(layout);
    else
      layout = {};
  }
};

extern template struct BasicVirtualBatchNorm<float>;
extern template struct BasicVirtualBatchNorm<double>;

}  // namespace gan
