// Pooling and upsampling layers over images (N, H, W, C).
#pragma once

#include "gan/nn/module.hpp"
#include "gan/ops/pool.hpp"

namespace gan {

/// The largest value of each window.
struct MaxPool2D {
  PoolGeometry geometry = {};
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("MaxPool2D", *this, max_pool2d(x, geometry), p);
  }
};

/// Every pixel repeated factor.h x factor.w times.
struct UpSampling2D {
  Size2 factor = 2;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("UpSampling2D", *this, upsample_nearest(x, factor), p);
  }
};

}  // namespace gan
