// Normalisation layers.
#pragma once

#include "gan/nn/channel_layout.hpp"
#include "gan/nn/module.hpp"
#include "gan/ops/normalize.hpp"

namespace gan {

namespace detail {
/// For layers that normalise with the statistics of the batch: throws ValueError, naming the layer and what may take
/// its place, where the pass wants outputs that do not depend on other examples (Pass::per_example).
void require_coupling_allowed(const Pass& pass, const char* layer);
}  // namespace detail

struct BatchNormOptions {
  double momentum = 0.1;  ///< running = (1 - momentum) running + momentum batch, as in PyTorch; 1 - momentum in Keras
  double epsilon = 1e-5;
  FusedActivation activation = {};
  Initializer gamma = initializer::constant(1);
  bool train_gamma = true;  ///< false: gamma is a buffer, which stays as it starts
};

namespace detail {
/// Moves running statistics towards those of a batch with `rows` values per channel, by the fraction `momentum`.
template <class T>
void update_statistics(Param<T>& running_mean, Param<T>& running_var, const BatchNormResult<T>& batch, i64 rows,
                       double momentum);
}  // namespace detail

/// Batch normalisation (Ioffe & Szegedy 2015) over the channels of the last axis: (N, C) or (N, H, W, C). As in
/// PyTorch, training normalises with the biased variance of the batch and updates the running variance with the
/// unbiased one. Throws ValueError where it would use the statistics of a batch in a pass with per_example.
template <class T>
struct BasicBatchNorm {
  Param<T> weight, bias;               ///< gamma and beta, (C)
  /// Buffers, (C). Mutable because they only record what the layer has processed and do not affect its output in
  /// training: a const layer updates them when its pass asks for it (update_stats). Only one thread at a time may make
  /// such calls.
  mutable Param<T> running_mean, running_var;
  double momentum, epsilon;
  FusedActivation activation;

  explicit BasicBatchNorm(i64 channels, BatchNormOptions o = {});
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("weight", weight);
    v("bias", bias);
    v("running_mean", running_mean);
    v("running_var", running_var);
  }
  void propagate_layout(ChannelLayout<T>& layout) {
    for (Param<T>* p : {&weight, &bias, &running_mean, &running_var}) layout.along(*p);
  }
};
using BatchNorm = BasicBatchNorm<float>;

struct InstanceNormOptions {
  double epsilon = 1e-5;
  bool affine = false;  ///< with a learnt weight and bias per channel
  FusedActivation activation = {};
};

/// Normalises every channel of every image (N, H, W, channels) to mean 0 and variance 1 over its pixels (Ulyanov et al.
/// 2016), in training and inference alike. Throws ShapeError for images of one pixel, whose variance would be 0.
template <class T>
struct BasicInstanceNorm {
  Param<T> weight, bias;  ///< (channels), or undefined
  i64 channels;
  double epsilon;
  FusedActivation activation;

  explicit BasicInstanceNorm(i64 width, InstanceNormOptions o = {});
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    if (weight.defined()) v("weight", weight);
    if (bias.defined()) v("bias", bias);
  }
  void propagate_layout(ChannelLayout<T>&) {}
};
using InstanceNorm = BasicInstanceNorm<float>;

struct LayerNormOptions {
  double epsilon = 1e-5;
  bool affine = true;        ///< with a learnt weight and bias
  bool per_channel = false;  ///< one weight and bias per channel of the last axis, whatever `normalized` is
  FusedActivation activation = {};
};

/// Normalises x (…, normalized) to mean 0 and variance 1 over the axes of `normalized`, then multiplies by the weight
/// and adds the bias (Ba et al. 2016): LayerNorm({256}) for rows, LayerNorm({8, 8, 64}, {.per_channel = true}) for
/// whole images. The weight has the shape `normalized`; for images (H, W, C), files store it as (C, H, W). Throws
/// ShapeError for another x.
template <class T>
struct BasicLayerNorm {
  Param<T> weight, bias;  ///< of shape normalized, or (C) per channel, or undefined
  Shape normalized;
  double epsilon;
  FusedActivation activation;

  explicit BasicLayerNorm(Shape trailing, LayerNormOptions o = {});
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    if (weight.defined()) v("weight", weight);
    if (bias.defined()) v("bias", bias);
  }
  void propagate_layout(ChannelLayout<T>& layout) {
    layout.along(weight);
    layout.along(bias);
  }
};
using LayerNorm = BasicLayerNorm<float>;

/// Divides every vector of channels, in each pixel (…, C), by the root of the mean of its squares (Karras et al. 2018,
/// section 4.2). Nothing is learnt.
struct PixelNorm {
  double epsilon = 1e-8;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("PixelNorm", x * rsqrt(mean(square(x), {-1}, true) + epsilon), p);
  }
  template <class T>
  void propagate_layout(ChannelLayout<T>&) const {}
};

struct GroupNormOptions {
  i64 groups;    ///< divides channels; 32 in the paper
  i64 channels;
  double epsilon = 1e-5;
  bool affine = true;  ///< with a learnt weight and bias per channel
  FusedActivation activation = {};
};

/// Normalises each group of neighbouring channels of each image (N, …, channels) to mean 0 and variance 1, then
/// multiplies by the weight and adds the bias (Wu & He 2018). The constructor throws ValueError for channels that are
/// no multiple of groups, the call ShapeError for another x and for groups of one value.
template <class T>
struct BasicGroupNorm {
  Param<T> weight, bias;  ///< (channels), or undefined
  i64 groups, channels;
  double epsilon;
  FusedActivation activation;

  explicit BasicGroupNorm(GroupNormOptions o);
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    if (weight.defined()) v("weight", weight);
    if (bias.defined()) v("bias", bias);
  }
  void propagate_layout(ChannelLayout<T>& layout) {
    layout.along(weight);
    layout.along(bias);
  }
};
using GroupNorm = BasicGroupNorm<float>;

extern template void detail::update_statistics(Param<float>&, Param<float>&, const BatchNormResult<float>&, i64,
                                               double);
extern template void detail::update_statistics(Param<double>&, Param<double>&, const BatchNormResult<double>&, i64,
                                               double);
extern template struct BasicGroupNorm<float>;
extern template struct BasicGroupNorm<double>;
extern template struct BasicInstanceNorm<float>;
extern template struct BasicInstanceNorm<double>;
extern template struct BasicLayerNorm<float>;
extern template struct BasicLayerNorm<double>;
extern template struct BasicBatchNorm<float>;
extern template struct BasicBatchNorm<double>;

}  // namespace gan
