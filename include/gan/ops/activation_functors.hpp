// The functors of ops/activation.hpp.
#pragma once

#include "gan/ops/elementwise.hpp"

namespace gan {

namespace functor {
struct Relu {  // no product with 0, which would turn -inf into NaN; keeps NaN
  template <class T>
  GAN_HD T operator()(T x) const {
    return x < T(0) ? T(0) : x;
  }
};
struct ReluGradient {
  template <class T>
  GAN_HD T operator()(T g, T y) const {
    return y > T(0) ? g : T(0);
  }
};
struct LeakyRelu {
  double slope;
  template <class T>
  GAN_HD T operator()(T x) const { return x > T(0) ? x : T(slope) * x; }
};
struct LeakyReluGradient {
  double slope;
  template <class T>
  GAN_HD T operator()(T g, T y) const { return y > T(0) ? g : T(slope) * g; }
};
struct Tanh {
  template <class T>
  GAN_HD T operator()(T x) const { return math::tanh(x); }
};
struct TanhGradient {
  template <class T>
  GAN_HD T operator()(T g, T y) const { return g * (T(1) - y * y); }
};
struct Sigmoid {
  template <class T>
  GAN_HD T operator()(T x) const {
    const T e = math::exp(-math::abs(x));  // never overflows
    const T p = T(1) / (T(1) + e);
    return x >= T(0) ? p : e * p;
  }
};
struct SigmoidGradient {
  template <class T>
  GAN_HD T operator()(T g, T y) const { return g * (y * (T(1) - y)); }
};
struct Softplus {
  template <class T>
  GAN_HD T operator()(T x) const { return (x > T(0) ? x : T(0)) + math::log1p_unit(math::exp(-math::abs(x))); }
};
struct Elu {
  double alpha;
  template <class T>
  GAN_HD T operator()(T x) const { return x > T(0) ? x : T(alpha) * (math::exp(x) - T(1)); }
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
GAN_MAP1(Relu)
GAN_MAP2(ReluGradient)
GAN_MAP1(LeakyRelu)
GAN_MAP2(LeakyReluGradient)
GAN_MAP1(Tanh)
GAN_MAP2(TanhGradient)
GAN_MAP1(Sigmoid)
GAN_MAP2(SigmoidGradient)
GAN_MAP1(Softplus)
GAN_MAP1(Elu)
GAN_MAP1(EluSlope)
GAN_MAP1(NotPositive)
GAN_MAP2(Prelu)
GAN_MAP2(PreluFactor)
GAN_MAP2(NotPositiveProduct)
}  // namespace functor

}  // namespace gan
