// For the .cu files only: the fused activations and their derivatives as types, so that kernels contain no branches.
#pragma once

#include <type_traits>

#include "gan/backend/kernels.hpp"
#include "gan/ops/activation.hpp"

namespace gan::cuda {

struct Identity {
  template <class T>
  GAN_HD T operator()(T x) const { return x; }
};
struct IdentityGradient {
  template <class T>
  GAN_HD T operator()(T g, T) const { return g; }
};

/// Whether a derivative depends on the activation's output; if not, the output may be absent.
template <class Gradient>
constexpr bool reads_output = !std::is_same_v<Gradient, IdentityGradient>;

/// Calls run(f) with the functor f(z) = y of an activation.
template <class T, class Run>
void with_activation(Activation activation, T slope, Run run) {
  switch (activation) {
    case Activation::none: return run(Identity{});
    case Activation::relu: return run(functor::Relu{});
    case Activation::leaky_relu: return run(functor::LeakyRelu{static_cast<double>(slope)});
    case Activation::tanh: return run(functor::Tanh{});
    case Activation::sigmoid: return run(functor::Sigmoid{});
  }
}

/// Calls run(f) with the functor f(g, y) = g * activation'(z).
template <class T, class Run>
void with_gradient(Activation activation, T slope, Run run) {
  switch (activation) {
    case Activation::none: return run(IdentityGradient{});
    case Activation::relu: return run(functor::ReluGradient{});
    case Activation::leaky_relu: return run(functor::LeakyReluGradient{static_cast<double>(slope)});
    case Activation::tanh: return run(functor::TanhGradient{});
    case Activation::sigmoid: return run(functor::SigmoidGradient{});
  }
}

}  // namespace gan::cuda
