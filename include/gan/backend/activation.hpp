// The activations that kernels fuse into their results. All that kernels know of one is here: its name, its functor
// and that of its derivative through the output, and its line in with_activation. Its op is in ops/activation.hpp.
#pragma once

#include "gan/backend/map.hpp"
#include "gan/core/scalar.hpp"

namespace gan {

/// The activations that layers can fuse into their output. Their derivatives are functions of the output alone.
enum class Activation : int { none, relu, leaky_relu, tanh, sigmoid, elu };

namespace functor {
struct Identity {
  template <class T>
  GAN_HD T operator()(T x) const { return x; }
};
struct IdentityGradient {
  template <class T>
  GAN_HD T operator()(T g, T) const { return g; }
};
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
struct Elu {
  double alpha;
  template <class T>
  GAN_HD T operator()(T x) const { return x > T(0) ? x : T(alpha) * (math::exp(x) - T(1)); }
};
struct EluGradient {
  double alpha;
  template <class T>
  GAN_HD T operator()(T g, T y) const { return y > T(0) ? g : g * (y + T(alpha)); }
};
GAN_MAP1(Relu)
GAN_MAP2(ReluGradient)
GAN_MAP1(LeakyRelu)
GAN_MAP2(LeakyReluGradient)
GAN_MAP1(Tanh)
GAN_MAP2(TanhGradient)
GAN_MAP1(Sigmoid)
GAN_MAP2(SigmoidGradient)
GAN_MAP1(Elu)
GAN_MAP2(EluGradient)
}  // namespace functor

/// Calls run(f, df) with the functors of an activation and its slope (the alpha of elu), y = f(z) and g *
/// activation'(z) = df(g, y), as types, so that loops contain no branches. Returns false, without a call, for a number
/// that is no activation.
#ifdef __NVCC__
#pragma nv_exec_check_disable
#endif
template <class Run>
GAN_HD bool with_activation(Activation activation, double slope, Run&& run) {
  using namespace functor;
  switch (activation) {
    case Activation::none: return run(Identity{}, IdentityGradient{}), true;
    case Activation::relu: return run(Relu{}, ReluGradient{}), true;
    case Activation::leaky_relu: return run(LeakyRelu{slope}, LeakyReluGradient{slope}), true;
    case Activation::tanh: return run(Tanh{}, TanhGradient{}), true;
    case Activation::sigmoid: return run(Sigmoid{}, SigmoidGradient{}), true;
    case Activation::elu: return run(Elu{slope}, EluGradient{slope}), true;
  }
  return false;
}

}  // namespace gan
