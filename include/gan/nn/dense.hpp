// The fully connected layer.
#pragma once

#include "gan/nn/activation.hpp"
#include "gan/nn/channel_layout.hpp"
#include "gan/ops/linear.hpp"

namespace gan {

struct DenseOptions {
  bool bias = true;
  FusedActivation activation = {};  ///< fused: LeakyReLU{0.2}, ReLU{}, Tanh{}, Sigmoid{}
  Initializer initializer = initializer::xavier_uniform();
};

/// x (N, in) → activation(x weight^T + bias) (N, out).
template <class T>
struct BasicDense {
  Param<T> weight;  ///< (out, in)
  Param<T> bias;    ///< (out), or undefined
  FusedActivation activation;
  static constexpr int output_axis = 0;  ///< the axis of the weight along which the outputs lie

  BasicDense(i64 in, i64 out, DenseOptions o = {})
      : weight(Shape{out, in}, Param<T>::Kind::weight, o.initializer, static_cast<double>(in),
               static_cast<double>(out)),
        activation(o.activation) {
    if (o.bias) bias = Param<T>(Shape{out}, Param<T>::Kind::bias, initializer::constant(0));
  }
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    weight.require_ready("Dense");
    return with_weight(x, weight.tensor(), p);
  }
  /// The layer with w (out, in) in place of its weight, such as one that was normalised. Throws ShapeError for a w of
  /// another shape.
  Tensor<T> with_weight(const Tensor<T>& x, const Tensor<T>& w, Pass& p) const {
    return with_weight(x, w, bias.tensor(), p);
  }
  /// The same with b (out), or with none if b is undefined, in place of its bias.
  Tensor<T> with_weight(const Tensor<T>& x, const Tensor<T>& w, const Tensor<T>& b, Pass& p) const {
    weight.require_shape_of("Dense", w);
    return traced("Dense", linear(x, w, b, activation), p, weight, bias);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("weight", weight);
    if (bias.defined()) v("bias", bias);
  }
  void propagate_layout(ChannelLayout<T>& layout) {
    weight.file.in_channels = layout.flattened;
    layout = {};
    layout.along(weight);
    layout.along(bias);
  }
};
using Dense = BasicDense<float>;

extern template struct BasicDense<float>;
extern template struct BasicDense<double>;

}  // namespace gan
