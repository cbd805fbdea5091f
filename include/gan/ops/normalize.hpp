// Batch normalisation (Ioffe & Szegedy 2015) over all axes but the last.
#pragma once

#include "gan/ops/linear.hpp"

namespace gan {

template <class T>
struct BatchNormResult {
  Tensor<T> y;
  Tensor<T> mean, variance;  ///< of the batch, (C), biased, without history
};

namespace detail {
/// The law: gradients of batch_norm as ops on x and gamma, for when the gradient itself is differentiated.
template <class T>
Tensors<T> batch_norm_gradient(const Tensor<T>& g, const Saved<T>& s, double epsilon, FusedActivation e) {
  const Tensor<T> x = s.input(0), gamma = s.input(1);
  const Shape channels{x.shape(-1)};
  const double rows = static_cast<double>(x.size() / channels.size());
  const Tensor<T> gz = e.activation == Activation::none ? g : activation_gradient(g, s.output(), e.activation, e.slope);
  const Tensor<T> centred = sub(x, affine(sum_to(x, channels), 1 / rows, 0));
  const Tensor<T> variance = affine(sum_to(square(centred), channels), 1 / rows, 0);
  const Tensor<T> rstd = pow(affine(variance, 1, epsilon), -0.5);
  const Tensor<T> normal = mul(centred, rstd);
  const Tensor<T> gbeta = sum_to(gz, channels);
  const Tensor<T> ggamma = sum_to(mul(gz, normal), channels);
  Tensor<T> gx;
  if (s.needs(0)) {
    const Tensor<T> inner = sub(sub(gz, affine(gbeta, 1 / rows, 0)), mul(normal, affine(ggamma, 1 / rows, 0)));
    gx = mul(inner, mul(gamma, rstd));
  }
  return {gx, ggamma, gbeta};
}
}  // namespace detail

/// x (…, C) → activation(gamma (x - mean) / sqrt(variance + epsilon) + beta) with the batch's own statistics; gamma and
/// beta (C). Throws ShapeError when shapes do not fit or when there is only one value per channel.
template <class T>
BatchNormResult<T> batch_norm(const Tensor<T>& x, const Tensor<T>& gamma, const Tensor<T>& beta, double epsilon = 1e-5,
                              FusedActivation e = {}) {
  GAN_CHECK_SHAPE(x.rank() >= 2 && gamma.shape() == Shape{x.shape(-1)} && beta.shape() == gamma.shape(), "batch_norm",
                  "gamma and beta need one value per channel of x (…, C)", x.shape(), gamma.shape(), beta.shape());
  const i64 channels = x.shape(-1), rows = x.size() / channels;
  GAN_CHECK_SHAPE(rows > 1, "batch_norm", "one value per channel has no variance; use a batch of at least 2",
                  x.shape());
  const auto& kernel = kernels<T>(x.device());
  Tensor<T> mean(Shape{channels}, x.device()), variance(Shape{channels}, x.device()), y(x.shape(), x.device());
  kernel.batch_statistics(rows, channels, x.data(), mean.mutable_data(), variance.mutable_data());
  Tensor<T> rstd, scale, shift;
  {
    NoRecord constant;
    rstd = pow(affine(variance, 1, epsilon), -0.5);
    scale = mul(gamma, rstd);
    shift = sub(beta, mul(mean, scale));
  }
  kernel.scale_shift(rows, channels, x.data(), scale.data(), shift.data(), y.mutable_data(), e.activation,
                     static_cast<T>(e.slope));
  const unsigned saves = save::input(0) | save::input(1) | (e.activation != Activation::none ? save::output : 0u);
  y = record<T>("batch_norm", y, {x, gamma, beta}, saves, [=](auto& g, auto& s) {
    if (recording()) return detail::batch_norm_gradient<T>(g, s, epsilon, e);
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

/// The same with given statistics, as constants: for inference.
template <class T>
Tensor<T> batch_norm_inference(const Tensor<T>& x, const Tensor<T>& gamma, const Tensor<T>& beta, const Tensor<T>& mean,
                               const Tensor<T>& variance, double epsilon = 1e-5, FusedActivation e = {}) {
  const Tensor<T> rstd = pow(affine(detach(variance), 1, epsilon), -0.5);
  const Tensor<T> y = add(mul(sub(x, detach(mean)), mul(gamma, rstd)), beta);
  return activate(y, e.activation, e.slope);
}

#define GAN_NORMALIZE(T)                                                                                        \
  GAN_EXTERN_OP template BatchNormResult<T> batch_norm(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&,    \
                                                       double, FusedActivation);                        \
  GAN_EXTERN_OP template Tensor<T> batch_norm_inference(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&,   \
                                                        const Tensor<T>&, const Tensor<T>&, double,             \
                                                        FusedActivation);
GAN_FOR_SCALARS(GAN_NORMALIZE)
#undef GAN_NORMALIZE

}  // namespace gan
