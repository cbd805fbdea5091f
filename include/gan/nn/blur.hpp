// Halving and doubling images through the low-pass filter (1, 3, 3, 1) (ops/blur.hpp). Nothing is learnt.
#pragma once

#include "gan/nn/module.hpp"
#include "gan/ops/blur.hpp"

namespace gan {

/// (N, H, W, C) → (N, H / 2, W / 2, C), rounded down.
struct BlurDownsample {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("BlurDownsample", blur_downsample(x), p);
  }
};

/// (N, H, W, C) → (N, 2 H, 2 W, C).
struct BlurUpsample {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("BlurUpsample", blur_upsample(x), p);
  }
};

}  // namespace gan
