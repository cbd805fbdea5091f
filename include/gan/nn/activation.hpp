// Activations as modules; Dense and the convolutions also take them as `.activation`.
#pragma once

#include "gan/nn/module.hpp"
#include "gan/ops/activation.hpp"

namespace gan {

/// x where x > 0, slope * x elsewhere.
struct LeakyReLU {
  double slope = 0.2;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("LeakyReLU", *this, leaky_relu(x, slope), p);
  }
  operator FusedActivation() const { return {Activation::leaky_relu, slope}; }
};

/// max(x, 0).
struct ReLU {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("ReLU", *this, relu(x), p);
  }
  operator FusedActivation() const { return {Activation::relu, 0}; }
};

/// Hyperbolic tangent.
struct Tanh {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("Tanh", *this, tanh(x), p);
  }
  operator FusedActivation() const { return {Activation::tanh, 0}; }
};

/// 1 / (1 + e^-x).
struct Sigmoid {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("Sigmoid", *this, sigmoid(x), p);
  }
  operator FusedActivation() const { return {Activation::sigmoid, 0}; }
};

/// Softmax along the last axis (classes or channels).
struct Softmax {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("Softmax", *this, softmax(x), p);
  }
};

}  // namespace gan
