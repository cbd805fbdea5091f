// Padding layers over images (N, H, W, C): ReflectionPad2D{3}, ZeroPad2D{{top, bottom, left, right}}.
#pragma once

#include "gan/nn/module.hpp"
#include "gan/ops/padding.hpp"

namespace gan {

/// Mirrors the image about its outermost rows and columns, which are not repeated.
struct ReflectionPad2D {
  Padding sides = 1;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("ReflectionPad2D", reflection_pad(x, sides), p);
  }
};

/// Adds zeros around the image.
struct ZeroPad2D {
  Padding sides = 1;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("ZeroPad2D", zero_pad(x, sides), p);
  }
};

}  // namespace gan
