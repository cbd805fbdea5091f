// Activations as modules; Dense and the convolutions also take them as `.activation`.
#pragma once

#include "gan/nn/channel_layout.hpp"
#include "gan/nn/module.hpp"
#include "gan/ops/activation.hpp"

namespace gan {

/// x where x > 0, slope * x elsewhere.
struct LeakyReLU {
  double slope = 0.2;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("LeakyReLU", leaky_relu(x, slope), p);
  }
  operator FusedActivation() const { return {Activation::leaky_relu, slope}; }
};

/// max(x, 0).
struct ReLU {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("ReLU", relu(x), p);
  }
  operator FusedActivation() const { return {Activation::relu, 0}; }
};

/// Hyperbolic tangent.
struct Tanh {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("Tanh", tanh(x), p);
  }
  operator FusedActivation() const { return {Activation::tanh, 0}; }
};

/// 1 / (1 + e^-x).
struct Sigmoid {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("Sigmoid", sigmoid(x), p);
  }
  operator FusedActivation() const { return {Activation::sigmoid, 0}; }
};

/// x where x > 0, alpha (e^x - 1) elsewhere (Clevert et al. 2016).
struct ELU {
  double alpha = 1;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("ELU", elu(x, alpha), p);
  }
  operator FusedActivation() const { return {Activation::elu, alpha}; }
};

/// log(1 + e^x).
struct Softplus {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("Softplus", softplus(x), p);
  }
};

/// Softmax along the last axis (classes or channels).
struct Softmax {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("Softmax", softmax(x), p);
  }
};

struct PReLUOptions {
  i64 channels = 1;  ///< 1: all channels share one slope
  double start = 0.25;
};

/// x where x > 0, weight * x elsewhere (He et al. 2015): one learnt slope for all, or one per channel of the last axis.
template <class T>
struct BasicPReLU {
  Param<T> weight;  ///< (channels)

  explicit BasicPReLU(PReLUOptions o = {})
      : weight(Shape{o.channels}, Param<T>::Kind::weight, initializer::constant(o.start)) {}
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("PReLU", prelu(x, weight.tensor()), p, weight);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) { v("weight", weight); }
  void propagate_layout(ChannelLayout<T>& layout) {
    if (weight.size() > 1) layout.along(weight);
  }
};
using PReLU = BasicPReLU<float>;

extern template struct BasicPReLU<float>;
extern template struct BasicPReLU<double>;

}  // namespace gan
