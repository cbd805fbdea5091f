// Convolution layers over images (N, H, W, C).
#pragma once

#include "gan/nn/activation.hpp"
#include "gan/nn/channel_layout.hpp"
#include "gan/ops/conv.hpp"

namespace gan {

struct ConvOptions {
  i64 in = 0, out = 0;  ///< channels: both must be given
  Size2 kernel = 3;
  Size2 stride = 1;
  Padding padding = 0;  ///< a number, {top, bottom, left, right}, Padding::same() or Padding::valid()
  Size2 dilation = 1;
  i64 groups = 1;
  Size2 output_padding = 0;  ///< ConvTranspose2D only
  bool bias = true;
  FusedActivation activation = {};
  Initializer initializer = initializer::xavier_uniform();

  ConvGeometry geometry() const { return {stride, padding, dilation, groups, output_padding}; }
  /// The number of pixels that a filter covers.
  double window() const { return static_cast<double>(kernel.h * kernel.w); }
};

/// x (N, H, W, in) → (N, OH, OW, out).
template <class T>
struct BasicConv2D {
  Param<T> weight;  ///< (out, KH, KW, in / groups)
  Param<T> bias;    ///< (out), or undefined
  ConvGeometry geometry;
  FusedActivation activation;
  static constexpr int output_axis = 0;  ///< the axis of the weight along which the outputs lie

  explicit BasicConv2D(const ConvOptions& o);
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    weight.require_ready("Conv2D");
    return with_weight(x, weight.tensor(), p);
  }
  /// The layer with w (out, KH, KW, in / groups) in place of its weight, such as one that was normalised. Throws
  /// ShapeError for a w of another shape.
  Tensor<T> with_weight(const Tensor<T>& x, const Tensor<T>& w, Pass& p) const {
    return with_weight(x, w, bias.tensor(), p);
  }
  /// The same with b (out), or with none if b is undefined, in place of its bias.
  Tensor<T> with_weight(const Tensor<T>& x, const Tensor<T>& w, const Tensor<T>& b, Pass& p) const {
    weight.require_shape_of("Conv2D", w);
    return traced("Conv2D", conv2d<T>(x, w, geometry, b, activation), p, weight, bias);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("weight", weight);
    if (bias.defined()) v("bias", bias);
  }
  void propagate_layout(ChannelLayout<T>& layout) { layout.image(weight.shape(0)); }
};
using Conv2D = BasicConv2D<float>;

/// The transposed convolution ("deconvolution"): x (N, H, W, in) → (N, OH, OW, out), upsampled by the stride.
template <class T>
struct BasicConvTranspose2D {
  Param<T> weight;  ///< (in, KH, KW, out / groups)
  Param<T> bias;    ///< (out), or undefined
  ConvGeometry geometry;
  FusedActivation activation;
  static constexpr int output_axis = 3;  ///< the axis of the weight along which the outputs lie

  explicit BasicConvTranspose2D(const ConvOptions& o);
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    weight.require_ready("ConvTranspose2D");
    return with_weight(x, weight.tensor(), p);
  }
  /// The layer with w (in, KH, KW, out / groups) in place of its weight, such as one that was normalised. Throws
  /// ShapeError for a w of another shape.
  Tensor<T> with_weight(const Tensor<T>& x, const Tensor<T>& w, Pass& p) const {
    return with_weight(x, w, bias.tensor(), p);
  }
  /// The same with b (out), or with none if b is undefined, in place of its bias.
  Tensor<T> with_weight(const Tensor<T>& x, const Tensor<T>& w, const Tensor<T>& b, Pass& p) const {
    weight.require_shape_of("ConvTranspose2D", w);
    return traced("ConvTranspose2D", conv2d_transpose<T>(x, w, geometry, b, activation), p, weight, bias);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("weight", weight);
    if (bias.defined()) v("bias", bias);
  }
  void propagate_layout(ChannelLayout<T>& layout) { layout.image(weight.shape(3) * geometry.groups); }
};
using ConvTranspose2D = BasicConvTranspose2D<float>;

extern template struct BasicConv2D<float>;
extern template struct BasicConv2D<double>;
extern template struct BasicConvTranspose2D<float>;
extern template struct BasicConvTranspose2D<double>;

}  // namespace gan
