// Dropout.
#pragma once

#include "gan/nn/module.hpp"
#include "gan/ops/random.hpp"

namespace gan {

/// Zeroes each element with probability `rate` and scales the rest by 1 / (1 - rate), while pass.dropout is on.
struct Dropout {
  double rate = 0.5;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("Dropout", *this, p.dropout ? dropout(x, rate, p.rng) : x, p);
  }
};

}  // namespace gan
