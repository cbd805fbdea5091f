// Batch normalisation (Ioffe & Szegedy 2015), instance normalisation (Ulyanov et al. 2016), layer normalisation (Ba et
// al. 2016) and group normalisation (Wu & He 2018): one kernel, with different groups.
#pragma once

#include "gan/ops/linear.hpp"

namespace gan {

template <class T>
struct BatchNormResult {
  Tensor<T> y;
  Tensor<T> mean, variance;  ///< the batch statistics, (C); the variance is biased; without history
};

namespace detail {
/// The law for all norms: gradients of y = activation(gamma normal + beta) in x, gamma and beta, as ops, where normal
/// is x normalised to mean 0 and variance 1 in each group.
template <class T>
Tensors<T> norm_gradient(const Tensor<T>& g, const Saved<T>& s, const NormShape& shape, double epsilon,
                         FusedActivation e) {
  const i64 width = shape.channels / shape.groups;
  const Shape parts{shape.n, shape.rows, shape.groups, width}, each{shape.n, 1, shape.groups, 1};
  const Tensor<T> x = reshape(s.input(0), parts), gamma = reshape(s.input(1), Shape{shape.groups, width});
  const double share = 1 / static_cast<double>(shape.rows * width);
  const auto mean = [&](const Tensor<T>& t) { return affine(sum_to(t, each), share, 0); };
  const Tensor<T> gy =
      e.activation == Activation::none ? g : activation_gradient(g, s.output(), e.activation, e.slope);
  const Tensor<T> gz = reshape(gy, parts), centred = sub(x, mean(x));
  const Tensor<T> rstd = pow(affine(mean(square(centred)), 1, epsilon), -0.5);
  const Tensor<T> normal = mul(centred, rstd);
  Tensor<T> gx, ggamma, gbeta;
  if (s.needs(0)) {
    const Tensor<T> gn = mul(gz, gamma);
    gx = reshape(mul(sub(sub(gn, mean(gn)), mul(normal, mean(mul(gn, normal)))), rstd), s.input_shape(0));
  }
  if (s.needs(1)) ggamma = reshape(sum_to(mul(gz, normal), gamma.shape()), s.input_shape(1));
  if (s.needs(2)) gbeta = reshape(sum_to(gz, gamma.shape()), s.input_shape(2));
  return {gx, ggamma, gbeta};
}

/// y, and the mean and variance (n, groups), of x normalised in the groups of `shape`, which has x's size; gamma and
/// beta have one value per channel. The caller checks shapes.
template <class T>
BatchNormResult<T> normalized(const char* op, const NormShape& shape, const Tensor<T>& x, const Tensor<T>& gamma,
                              const Tensor<T>& beta, double epsilon, FusedActivation e) {
  e = without_zero_slope(e);
  const auto& kernel = kernels<T>(x.device());
  const Shape groups{shape.n, shape.groups};
  Tensor<T> mean(groups, x.device()), variance(groups, x.device()), y(x.shape(), x.device()), rstd;
  kernel.norm_statistics(shape, x.data(), mean.mutable_data(), variance.mutable_data());
  {
    NoGrad constant;
    rstd = pow(affine(variance, 1, epsilon), -0.5);
  }
  kernel.normalize(shape, x.data(), mean.data(), rstd.data(), gamma.data(), beta.data(), y.mutable_data(), e.activation,
                   static_cast<T>(e.slope));
  const unsigned saves = save::input(0) | save::input(1) | (e.activation != Activation::none ? save::output : 0u);
  y = record<T>(op, y, {x, gamma, beta}, saves, [=](auto& g, auto& s) {
    if (recording()) return norm_gradient<T>(g, s, shape, epsilon, e);
    Tensor<T> gx(g.shape(), g.device()), ggamma(s.input_shape(1), g.device()), gbeta(s.input_shape(2), g.device());
    const Tensor<T> out = e.activation == Activation::none ? Tensor<T>{} : s.output();
    kernels<T>(g.device())
        .norm_backward(shape, g.data(), s.input(0).data(), out.defined() ? out.data() : nullptr, mean.data(),
                       rstd.data(), s.input(1).data(), e.activation, static_cast<T>(e.slope), gx.mutable_data(),
                       ggamma.mutable_data(), gbeta.mutable_data());
    return Tensors<T>{gx, ggamma, gbeta};
  });
  return {y, mean, variance};
}
}  // namespace detail

/// x (…, C) → activation(gamma (x - mean) / sqrt(variance + epsilon) + beta) with the statistics of the batch; gamma
/// and beta (C). Throws ShapeError if shapes do not match or if there is only one value per channel.
template <class T>
BatchNormResult<T> batch_norm(const Tensor<T>& x, const Tensor<T>& gamma, const Tensor<T>& beta, double epsilon = 1e-5,
                              FusedActivation e = {}) {
  GAN_CHECK_SHAPE(x.rank() >= 2 && gamma.shape() == Shape{x.shape(-1)} && beta.shape() == gamma.shape(), "batch_norm",
                  "gamma and beta need one value per channel of x (…, C)", x.shape(), gamma.shape(), beta.shape());
  const i64 channels = x.shape(-1), rows = x.size() / channels;
  GAN_CHECK_SHAPE(rows > 1, "batch_norm", "one value per channel has no variance; use a batch of at least 2",
                  x.shape());
  auto [y, mean, variance] =
      detail::normalized("batch_norm", {1, rows, channels, channels}, x, gamma, beta, epsilon, e);
  return {y, reshape(mean, Shape{channels}), reshape(variance, Shape{channels})};
}

/// The same with given statistics, treated as constants: for inference. One pass over x unless recording.
template <class T>
Tensor<T> batch_norm_inference(const Tensor<T>& x, const Tensor<T>& gamma, const Tensor<T>& beta, const Tensor<T>& mean,
                               const Tensor<T>& variance, double epsilon = 1e-5, FusedActivation e = {}) {
  detail::require_defined("batch_norm_inference", x, gamma, beta, mean, variance);
  e = detail::without_zero_slope(e);
  const Tensor<T> rstd = pow(affine(detach(variance), 1, epsilon), -0.5);
  const bool keeps_history = recording() && (x.tracked() || gamma.tracked() || beta.tracked());
  const Shape each{x.rank() >= 2 ? x.shape(-1) : 0};
  if (!keeps_history && each[0] > 0 && gamma.shape() == each && beta.shape() == each && mean.shape() == each &&
      rstd.shape() == each) {
    Tensor<T> y(x.shape(), x.device());
    kernels<T>(x.device())
        .normalize({1, x.size() / each[0], each[0], each[0]}, x.data(), mean.data(), rstd.data(), gamma.data(),
                   beta.data(), y.mutable_data(), e.activation, static_cast<T>(e.slope));
    return y;
  }
  const Tensor<T> y = add(mul(sub(x, detach(mean)), mul(gamma, rstd)), beta);
  return activate(y, e.activation, e.slope);
}

/// x (N, …, C) → activation(gamma (x - mean) / sqrt(variance + epsilon) + beta) with the statistics of each image and
/// each of `groups` groups of C / groups neighbouring channels (Wu & He 2018); gamma and beta (C). Throws ShapeError if
/// shapes do not match, if C is no multiple of groups, and for groups of one value.
template <class T>
Tensor<T> group_norm(const Tensor<T>& x, i64 groups, const Tensor<T>& gamma, const Tensor<T>& beta,
                     double epsilon = 1e-5, FusedActivation e = {}) {
  GAN_CHECK_SHAPE(x.rank() >= 2 && gamma.shape() == Shape{x.shape(-1)} && beta.shape() == gamma.shape(), "group_norm",
                  "gamma and beta need one value per channel of x (N, …, C)", x.shape(), gamma.shape(), beta.shape());
  const i64 channels = x.shape(-1), rows = x.shape().stride0() / channels;
  GAN_CHECK_SHAPE(groups >= 1 && channels % groups == 0, "group_norm",
                  std::to_string(groups) + " groups do not divide the channels", x.shape());
  GAN_CHECK_SHAPE(rows * (channels / groups) > 1, "group_norm", "a group of one value has no variance", x.shape());
  return detail::normalized("group_norm", {x.shape(0), rows, channels, groups}, x, gamma, beta, epsilon, e).y;
}

/// Images (N, H, W, C) → activation(gamma (x - mean) / sqrt(variance + epsilon) + beta) with the statistics of each
/// image and channel over its pixels; gamma and beta (C). Throws ShapeError if shapes do not match, and for images of
/// one pixel.
template <class T>
Tensor<T> instance_norm(const Tensor<T>& x, const Tensor<T>& gamma, const Tensor<T>& beta, double epsilon = 1e-5,
                        FusedActivation e = {}) {
  GAN_CHECK_SHAPE(x.rank() == 4 && gamma.shape() == Shape{x.shape(3)} && beta.shape() == gamma.shape(), "instance_norm",
                  "gamma and beta need one value per channel of images (N, H, W, C)", x.shape(), gamma.shape(),
                  beta.shape());
  const i64 pixels = x.shape(1) * x.shape(2), channels = x.shape(3);
  GAN_CHECK_SHAPE(pixels > 1, "instance_norm", "an image of one pixel has no variance; leave the norm out", x.shape());
  return detail::normalized("instance_norm", {x.shape(0), pixels, channels, channels}, x, gamma, beta, epsilon, e).y;
}

/// activation(gamma (x - mean) / sqrt(variance + epsilon) + beta) with statistics over the last `axes` axes of x; gamma
/// and beta of any shape that broadcasts to those axes. Throws ShapeError if shapes do not match.
template <class T>
Tensor<T> layer_norm(const Tensor<T>& x, int axes, const Tensor<T>& gamma, const Tensor<T>& beta, double epsilon = 1e-5,
                     FusedActivation e = {}) {
  detail::require_defined("layer_norm", x, gamma, beta);
  GAN_CHECK_SHAPE(axes >= 1 && axes <= x.rank() && gamma.rank() <= axes && beta.rank() <= axes &&
                      broadcast_shapes(gamma.shape(), x.shape(), "layer_norm") == x.shape() &&
                      broadcast_shapes(beta.shape(), x.shape(), "layer_norm") == x.shape(),
                  "layer_norm", "gamma and beta must broadcast to the last " + std::to_string(axes) + " axes of x",
                  x.shape(), gamma.shape(), beta.shape());
  i64 size = 1;
  for (int i = 1; i <= axes; ++i) size *= x.shape(-i);
  if (size == 0) return x;
  // One value for each channel of the last axis where both have no more, else one for each element.
  const Shape channels{x.shape(-1)}, all{size};
  const bool by_channel = gamma.shape() == channels && beta.shape() == channels;
  const auto of = [&](const Tensor<T>& t) {
    if (by_channel || t.shape() == all) return t;
    i64 extents[Shape::max_rank] = {};
    for (int i = 0; i < axes; ++i) extents[i] = x.shape(i - axes);
    return reshape(broadcast_to(t, Shape(extents, axes)), all);
  };
  const i64 width = by_channel ? channels[0] : size;
  return detail::normalized("layer_norm", {x.size() / size, size / width, width, 1}, x, of(gamma), of(beta), epsilon, e)
      .y;
}

#define GAN_NORMALIZE(T)                                                                                              \
  GAN_EXTERN_OP template BatchNormResult<T> batch_norm(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&, double,  \
                                                       FusedActivation);                                              \
  GAN_EXTERN_OP template Tensor<T> batch_norm_inference(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&,         \
                                                        const Tensor<T>&, const Tensor<T>&, double, FusedActivation); \
  GAN_EXTERN_OP template Tensor<T> group_norm(const Tensor<T>&, i64, const Tensor<T>&, const Tensor<T>&, double,      \
                                              FusedActivation);                                                       \
  GAN_EXTERN_OP template Tensor<T> instance_norm(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&, double,        \
                                                 FusedActivation);                                                    \
  GAN_EXTERN_OP template Tensor<T> layer_norm(const Tensor<T>&, int, const Tensor<T>&, const Tensor<T>&, double,      \
                                              FusedActivation);
GAN_FOR_SCALARS(GAN_NORMALIZE)
#undef GAN_NORMALIZE

}  // namespace gan
