// Batch normalisation (Ioffe & Szegedy 2015), instance normalisation (Ulyanov et al. 2016) and layer normalisation
// (Ba et al. 2016).
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
/// is x normalised to mean 0 and variance 1 in each group. The groups are the elements of a shape that x sums to.
template <class T>
Tensors<T> norm_gradient(const Tensor<T>& g, const Saved<T>& s, const Shape& groups, double epsilon,
                         FusedActivation e) {
  const Tensor<T> x = s.input(0), gamma = s.input(1);
  const double share = static_cast<double>(groups.size()) / static_cast<double>(x.size());
  const auto mean = [&](const Tensor<T>& t) { return affine(sum_to(t, groups), share, 0); };
  const Tensor<T> gz = e.activation == Activation::none ? g : activation_gradient(g, s.output(), e.activation, e.slope);
  const Tensor<T> centred = sub(x, mean(x));
  const Tensor<T> rstd = pow(affine(mean(square(centred)), 1, epsilon), -0.5);
  const Tensor<T> normal = mul(centred, rstd);
  Tensor<T> gx, ggamma, gbeta;
  if (s.needs(0)) {
    const Tensor<T> gn = mul(gz, gamma);
    gx = mul(sub(sub(gn, mean(gn)), mul(normal, mean(mul(gn, normal)))), rstd);
  }
  if (s.needs(1)) ggamma = sum_to(mul(gz, normal), s.input_shape(1));
  if (s.needs(2)) gbeta = sum_to(gz, s.input_shape(2));
  return {gx, ggamma, gbeta};
}
}  // namespace detail

/// x (…, C) → activation(gamma (x - mean) / sqrt(variance + epsilon) + beta) with the statistics of the batch; gamma
/// and beta (C). Throws ShapeError if shapes do not match or if there is only one value per channel.
template <class T>
BatchNormResult<T> batch_norm(const Tensor<T>& x, const Tensor<T>& gamma, const Tensor<T>& beta, double epsilon = 1e-5,
                              FusedActivation e = {}) {
  GAN_CHECK_SHAPE(x.rank() >= 2 && gamma.shape() == Shape{x.shape(-1)} && beta.shape() == gamma.shape(), "batch_norm",
                  "gamma and beta need one value per channel of x (…, C)", x.shape(), gamma.shape(), beta.shape());
  e = detail::without_zero_slope(e);
  const i64 channels = x.shape(-1), rows = x.size() / channels;
  GAN_CHECK_SHAPE(rows > 1, "batch_norm", "one value per channel has no variance; use a batch of at least 2",
                  x.shape());
  const auto& kernel = kernels<T>(x.device());
  Tensor<T> mean(Shape{channels}, x.device()), variance(Shape{channels}, x.device()), y(x.shape(), x.device());
  kernel.batch_statistics(rows, channels, x.data(), mean.mutable_data(), variance.mutable_data());
  Tensor<T> rstd, scale, shift;
  {
    NoGrad constant;
    rstd = pow(affine(variance, 1, epsilon), -0.5);
    scale = mul(gamma, rstd);
    shift = sub(beta, mul(mean, scale));
  }
  kernel.scale_shift(rows, channels, x.data(), scale.data(), shift.data(), y.mutable_data(), e.activation,
                     static_cast<T>(e.slope));
  const unsigned saves = save::input(0) | save::input(1) | (e.activation != Activation::none ? save::output : 0u);
  y = record<T>("batch_norm", y, {x, gamma, beta}, saves, [=](auto& g, auto& s) {
    if (recording()) return detail::norm_gradient<T>(g, s, Shape{channels}, epsilon, e);
    Tensor<T> gx(g.shape(), g.device()), ggamma(Shape{channels}, g.device()), gbeta(Shape{channels}, g.device());
    const Tensor<T> out = e.activation == Activation::none ? Tensor<T>{} : s.output();
    kernels<T>(g.device())
        .batch_norm_backward(rows, channels, g.data(), s.input(0).data(), out.defined() ? out.data() : nullptr,
                             mean.data(), rstd.data(), s.input(1).data(), e.activation, static_cast<T>(e.slope),
                             gx.mutable_data(), ggamma.mutable_data(), gbeta.mutable_data());
    return Tensors<T>{gx, ggamma, gbeta};
  });
  return {y, mean, variance};
}

/// The same with given statistics, treated as constants: for inference. One pass over x unless recording.
template <class T>
Tensor<T> batch_norm_inference(const Tensor<T>& x, const Tensor<T>& gamma, const Tensor<T>& beta, const Tensor<T>& mean,
                               const Tensor<T>& variance, double epsilon = 1e-5, FusedActivation e = {}) {
  detail::require_defined("batch_norm_inference", x, gamma, beta, mean, variance);
  e = detail::without_zero_slope(e);
  const Tensor<T> rstd = pow(affine(detach(variance), 1, epsilon), -0.5);
  const bool keeps_history = recording() && (x.tracked() || gamma.tracked() || beta.tracked());
  if (!keeps_history && x.rank() >= 2 && gamma.shape() == Shape{x.shape(-1)}) {
    const Tensor<T> scale = mul(gamma, rstd), shift = sub(beta, mul(mean, scale));
    Tensor<T> y(x.shape(), x.device());
    kernels<T>(x.device())
        .scale_shift(x.size() / x.shape(-1), x.shape(-1), x.data(), scale.data(), shift.data(), y.mutable_data(),
                     e.activation, static_cast<T>(e.slope));
    return y;
  }
  const Tensor<T> y = add(mul(sub(x, detach(mean)), mul(gamma, rstd)), beta);
  return activate(y, e.activation, e.slope);
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
  e = detail::without_zero_slope(e);
  const i64 images = x.shape(0), pixels = x.shape(1) * x.shape(2), channels = x.shape(3), image = pixels * channels;
  GAN_CHECK_SHAPE(pixels > 1, "instance_norm", "an image of one pixel has no variance; leave the norm out", x.shape());
  const auto& kernel = kernels<T>(x.device());
  const Shape each{images, channels};
  Tensor<T> mean(each, x.device()), variance(each, x.device()), y(x.shape(), x.device());
  const T* from = x.data();
  T *mean_to = mean.mutable_data(), *variance_to = variance.mutable_data(), *to = y.mutable_data();
  for (i64 n = 0; n < images; ++n)  // every image is a batch of its pixels
    kernel.batch_statistics(pixels, channels, from + n * image, mean_to + n * channels, variance_to + n * channels);
  Tensor<T> rstd, scale, shift;
  {
    NoGrad constant;
    rstd = pow(affine(variance, 1, epsilon), -0.5);
    scale = mul(gamma, rstd);
    shift = sub(beta, mul(mean, scale));
  }
  for (i64 n = 0; n < images; ++n)
    kernel.scale_shift(pixels, channels, from + n * image, scale.data() + n * channels, shift.data() + n * channels,
                       to + n * image, e.activation, static_cast<T>(e.slope));
  const unsigned saves = save::input(0) | save::input(1) | (e.activation != Activation::none ? save::output : 0u);
  return record<T>("instance_norm", y, {x, gamma, beta}, saves, [=](auto& g, auto& s) {
    if (recording()) return detail::norm_gradient<T>(g, s, Shape{images, 1, 1, channels}, epsilon, e);
    Tensor<T> gx(g.shape(), g.device()), ggamma(each, g.device()), gbeta(each, g.device());
    const Tensor<T> in = s.input(0), scales = s.input(1);
    const Tensor<T> out = e.activation == Activation::none ? Tensor<T>{} : s.output();
    const T* y_from = out.defined() ? out.data() : nullptr;
    T *gx_to = gx.mutable_data(), *ggamma_to = ggamma.mutable_data(), *gbeta_to = gbeta.mutable_data();
    for (i64 n = 0; n < images; ++n) {
      const i64 at = n * image, row = n * channels;
      kernels<T>(g.device())
          .batch_norm_backward(pixels, channels, g.data() + at, in.data() + at, y_from ? y_from + at : nullptr,
                               mean.data() + row, rstd.data() + row, scales.data(), e.activation,
                               static_cast<T>(e.slope), gx_to + at, ggamma_to + row, gbeta_to + row);
    }
    return Tensors<T>{gx, sum_to(ggamma, Shape{channels}), sum_to(gbeta, Shape{channels})};
  });
}

/// gamma (x - mean) / sqrt(variance + epsilon) + beta with statistics over the last `axes` axes of x; gamma and beta of
/// any shape that broadcasts to those axes. Throws ShapeError if shapes do not match.
template <class T>
Tensor<T> layer_norm(const Tensor<T>& x, int axes, const Tensor<T>& gamma, const Tensor<T>& beta,
                     double epsilon = 1e-5) {
  detail::require_defined("layer_norm", x, gamma, beta);
  GAN_CHECK_SHAPE(axes >= 1 && axes <= x.rank() && gamma.rank() <= axes && beta.rank() <= axes &&
                      broadcast_shapes(gamma.shape(), x.shape(), "layer_norm") == x.shape() &&
                      broadcast_shapes(beta.shape(), x.shape(), "layer_norm") == x.shape(),
                  "layer_norm", "gamma and beta must broadcast to the last " + std::to_string(axes) + " axes of x",
                  x.shape(), gamma.shape(), beta.shape());
  Shape groups = x.shape();
  for (int i = 1; i <= axes; ++i) groups = groups.with(-i, 1);
  const double share = static_cast<double>(groups.size()) / static_cast<double>(x.size());
  Tensor<T> y;
  {
    NoGrad constant;
    const Tensor<T> centred = sub(x, affine(sum_to(x, groups), share, 0));
    const Tensor<T> variance = affine(sum_to(square(centred), groups), share, 0);
    y = add(mul(mul(centred, pow(affine(variance, 1, epsilon), -0.5)), gamma), beta);
  }
  return record<T>("layer_norm", y, {x, gamma, beta}, save::input(0) | save::input(1),
                   [=](auto& g, auto& s) { return detail::norm_gradient<T>(g, s, groups, epsilon, {}); });
}

#define GAN_NORMALIZE(T)                                                                                              \
  GAN_EXTERN_OP template BatchNormResult<T> batch_norm(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&, double,  \
                                                       FusedActivation);                                              \
  GAN_EXTERN_OP template Tensor<T> batch_norm_inference(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&,         \
                                                        const Tensor<T>&, const Tensor<T>&, double, FusedActivation); \
  GAN_EXTERN_OP template Tensor<T> instance_norm(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&, double,        \
                                                 FusedActivation);                                                    \
  GAN_EXTERN_OP template Tensor<T> layer_norm(const Tensor<T>&, int, const Tensor<T>&, const Tensor<T>&, double);
GAN_FOR_SCALARS(GAN_NORMALIZE)
#undef GAN_NORMALIZE

}  // namespace gan
