// The functors of ops/activation.hpp that kernels do not fuse; the others are in backend/activation.hpp.
#pragma once

#include "gan/backend/activation.hpp"
#include "gan/ops/elementwise.hpp"

namespace gan {

namespace functor {
struct Softplus {
  template <class T>
  GAN_HD T operator()(T x) const { return (x > T(0) ? x : T(0)) + math::log1p_unit(math::exp(-math::abs(x))); }
};
struct EluSlope {
  double alpha;
  template <class T>
  GAN_HD T operator()(T y) const { return y > T(0) ? T(1) : y + T(alpha); }
};
struct NotPositive {
  template <class T>
  GAN_HD T operator()(T x) const { return x > T(0) ? T(0) : T(1); }
};
struct Prelu {
  template <class T>
  GAN_HD T operator()(T x, T slope) const { return x > T(0) ? x : slope * x; }
};
struct PreluFactor {
  template <class T>
  GAN_HD T operator()(T x, T slope) const { return x > T(0) ? T(1) : slope; }
};
struct NotPositiveProduct {
  template <class T>
  GAN_HD T operator()(T g, T x) const { return x > T(0) ? T(0) : g * x; }
};
GAN_MAP1(Softplus)
GAN_MAP1(EluSlope)
GAN_MAP1(NotPositive)
GAN_MAP2(Prelu)
GAN_MAP2(PreluFactor)
GAN_MAP2(NotPositiveProduct)
}  // namespace functor

}  // namespace gan
