// All activations that kernels fuse, and what they are to compute.
#pragma once

#include <cmath>
#include <vector>

#include "gan/backend/activation.hpp"

namespace gan {

inline std::vector<Activation> all_activations() {
  std::vector<Activation> all;
  const auto is_one = [](Activation a) { return with_activation(a, 0, [](auto, auto) {}); };
  for (Activation a = Activation::none; is_one(a); a = static_cast<Activation>(all.size())) all.push_back(a);
  return all;
}

namespace naive {
inline double activate(double x, Activation a, double slope) {
  switch (a) {
    case Activation::none: return x;
    case Activation::relu: return x > 0 ? x : 0;
    case Activation::leaky_relu: return x > 0 ? x : slope * x;
    case Activation::tanh: return std::tanh(x);
    case Activation::sigmoid: return 1 / (1 + std::exp(-x));
    case Activation::elu: return x > 0 ? x : slope * std::expm1(x);
  }
  return 0;
}
/// g times the derivative where the output is y.
inline double activation_gradient(double g, double y, Activation a, double slope) {
  switch (a) {
    case Activation::none: return g;
    case Activation::relu: return y > 0 ? g : 0;
    case Activation::leaky_relu: return y > 0 ? g : slope * g;
    case Activation::tanh: return g * (1 - y * y);
    case Activation::sigmoid: return g * y * (1 - y);
    case Activation::elu: return y > 0 ? g : g * (y + slope);
  }
  return 0;
}
}  // namespace naive
}  // namespace gan
