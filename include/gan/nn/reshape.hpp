// Layers that change only the shape.
#pragma once

#include "gan/nn/module.hpp"
#include "gan/ops/shape.hpp"

namespace gan {

/// (N, …) → (N, product of the rest).
struct Flatten {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("Flatten", *this, flatten(x), p);
  }
};

/// (N, …) → (N, shape…): Reshape{{7, 7, 128}}.
struct Reshape {
  Shape shape;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("Reshape", *this, reshape(x, shape.prepend(x.shape(0))), p);
  }
};

}  // namespace gan
