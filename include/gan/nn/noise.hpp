// Noise between the layers of a network.
#pragma once

#include "gan/nn/module.hpp"
#include "gan/ops/random.hpp"

namespace gan {

/// x + sigma N(0, 1), drawn anew for every element when pass.dropout is on, else x itself: a regulariser of training
/// alone, as dropout is. For x of any shape.
struct GaussianNoise {
  double sigma = 0.5;  ///< the standard deviation; 0: no noise
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    const bool noisy = p.dropout && sigma != 0;
    return traced("GaussianNoise", noisy ? x + sigma * randn<T>(x.shape(), p.rng, x.device()) : x, p);
  }
};

}  // namespace gan
