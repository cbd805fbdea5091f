// Dropout.
#pragma once

#include "gan/nn/module.hpp"
#include "gan/ops/random.hpp"

namespace gan {

/// Zeroes each element with probability `rate` and scales the rest by 1 / (1 - rate), when pass.dropout is on or, with
/// `always`, in every pass: pix2pix draws its samples in this way (Isola et al. 2017, section 2.2).
struct Dropout {
  double rate = 0.5;
  bool always = false;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("Dropout", p.dropout || always ? dropout(x, rate, p.rng) : x, p);
  }
};

}  // namespace gan
