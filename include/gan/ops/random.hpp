// Random tensors: constants without history, each a pure function of an Rng position (core/rng.hpp).
#pragma once

#include "gan/core/rng.hpp"
#include "gan/ops/arithmetic.hpp"

namespace gan {

/// Standard normal values; moves rng to its next draw.
template <class T>
Tensor<T> randn(Shape shape, Rng& rng, Device device = Device::cpu()) {
  Tensor<T> y(shape, device);
  kernels<T>(device).fill_normal(y.size(), rng.next(), T(0), T(1), y.mutable_data());
  return y;
}
/// Uniform values in [low, high); moves rng to its next draw.
template <class T>
Tensor<T> rand(Shape shape, Rng& rng, double low = 0, double high = 1, Device device = Device::cpu()) {
  Tensor<T> y(shape, device);
  kernels<T>(device).fill_uniform(y.size(), rng.next(), static_cast<T>(low), static_cast<T>(high), y.mutable_data());
  return y;
}
/// x with each element zeroed with probability `rate` in [0, 1), the others scaled by 1 / (1 - rate) (Srivastava et al.
/// 2014, inverted); moves rng to its next draw. Throws ValueError for a rate outside its range.
template <class T>
Tensor<T> dropout(const Tensor<T>& x, double rate, Rng& rng) {
  if (rate < 0 || rate >= 1) throw ValueError("[dropout] the rate must lie in [0, 1)");
  if (rate == 0) return x;
  Tensor<T> mask(x.shape(), x.device());
  kernels<T>(x.device()).fill_dropout(mask.size(), rng.next(), static_cast<T>(1 - rate), mask.mutable_data());
  return mul(x, mask);
}

#define GAN_RANDOM(T)                                                           \
  GAN_EXTERN_OP template Tensor<T> randn(Shape, Rng&, Device);                  \
  GAN_EXTERN_OP template Tensor<T> rand(Shape, Rng&, double, double, Device);   \
  GAN_EXTERN_OP template Tensor<T> dropout(const Tensor<T>&, double, Rng&);
GAN_FOR_SCALARS(GAN_RANDOM)
#undef GAN_RANDOM

}  // namespace gan
