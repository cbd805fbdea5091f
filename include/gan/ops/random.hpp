// Random tensors: constants without history, each a pure function of an Rng position (core/rng.hpp).
#pragma once

#include <limits>

#include "gan/core/rng.hpp"
#include "gan/ops/elementwise.hpp"

namespace gan {

/// Standard normal values; advances rng to its next draw.
template <class T>
Tensor<T> randn(Shape shape, Rng& rng, Device device = Device::cpu()) {
  Tensor<T> y(shape, device);
  kernels<T>(device).fill_normal(y.size(), rng.next(), T(0), T(1), y.mutable_data());
  return y;
}
/// Uniform values in [low, high); advances rng to its next draw.
template <class T>
Tensor<T> rand(Shape shape, Rng& rng, double low = 0, double high = 1, Device device = Device::cpu()) {
  Tensor<T> y(shape, device);
  kernels<T>(device).fill_uniform(y.size(), rng.next(), static_cast<T>(low), static_cast<T>(high), y.mutable_data());
  return y;
}
/// Random class numbers (n) as floats, each of 0 … classes - 1 equally likely, for one_hot, embedding and conditional
/// generators. Advances rng to its next draw. Throws ValueError unless n and classes are at least 1, and for more
/// classes than T can represent as consecutive integers (2^24 in float).
template <class T = float>
Tensor<T> rand_classes(i64 n, i64 classes, Rng& rng, Device device = Device::cpu()) {
  constexpr i64 most = i64{1} << std::numeric_limits<T>::digits;
  if (n < 1 || classes < 1 || classes > most)
    throw ValueError("[rand_classes] " + std::to_string(n) + " numbers of " + std::to_string(classes) +
                     " classes; at least one of each and at most " + std::to_string(most) + " classes are needed");
  return map(rand<T>(Shape{n}, rng, 0, static_cast<double>(classes), device),
             functor::ClassNumber{static_cast<double>(classes)}, "rand_classes");
}
/// Inverted dropout (Srivastava et al. 2014): zeroes each element of x with probability `rate` in [0, 1) and scales the
/// others by 1 / (1 - rate). Advances rng to its next draw, unless the rate is 0 and x is returned. Throws ValueError
/// for a rate outside its range.
template <class T>
Tensor<T> dropout(const Tensor<T>& x, double rate, Rng& rng) {
  if (rate < 0 || rate >= 1) throw ValueError("[dropout] the rate must lie in [0, 1)");
  detail::require_defined("dropout", x);
  if (rate == 0) return x;
  Tensor<T> mask(x.shape(), x.device());
  kernels<T>(x.device()).fill_dropout(mask.size(), rng.next(), static_cast<T>(1 - rate), mask.mutable_data());
  return mul(x, mask);
}

#define GAN_RANDOM(T)                                                         \
  GAN_EXTERN_OP template Tensor<T> randn(Shape, Rng&, Device);                \
  GAN_EXTERN_OP template Tensor<T> rand(Shape, Rng&, double, double, Device); \
  GAN_EXTERN_OP template Tensor<T> rand_classes(i64, i64, Rng&, Device);      \
  GAN_EXTERN_OP template Tensor<T> dropout(const Tensor<T>&, double, Rng&);
GAN_FOR_SCALARS(GAN_RANDOM)
#undef GAN_RANDOM

}  // namespace gan
