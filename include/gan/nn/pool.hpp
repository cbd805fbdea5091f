// Pooling and upsampling layers over images (N, H, W, C).
#pragma once

#include "gan/nn/channel_layout.hpp"
#include "gan/nn/module.hpp"
#include "gan/ops/resample.hpp"

namespace gan {

/// The maximum of each window.
struct MaxPool2D {
  PoolGeometry geometry = {};
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("MaxPool2D", max_pool2d(x, geometry), p);
  }
};

/// The mean of each window, padding included.
struct AvgPool2D {
  PoolGeometry geometry = {};
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("AvgPool2D", avg_pool2d(x, geometry), p);
  }
};

/// (N, H, W, C) → (N, C): the mean over all pixels.
struct GlobalAveragePool {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    GAN_CHECK_SHAPE(x.rank() == 4, "GlobalAveragePool", "images (N, H, W, C) are needed", x.shape());
    const Size2 all{x.shape(1), x.shape(2)};
    return traced("GlobalAveragePool", flatten(avg_pool2d(x, {.kernel = all, .stride = all})), p);
  }
  template <class T>
  void propagate_layout(ChannelLayout<T>& layout) const {
    layout = {};
  }
};

/// (N, H, W, C) → (N, factor.h H, factor.w W, C): repeats every pixel or, with Interpolation::bilinear, interpolates
/// between pixel centres with repeated edges (PyTorch's align_corners=False).
struct UpSampling2D {
  Size2 factor = 2;
  Interpolation mode = Interpolation::nearest;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    if (mode == Interpolation::nearest) return traced("UpSampling2D", upsample_nearest(x, factor), p);
    GAN_CHECK_SHAPE(x.rank() == 4, "UpSampling2D", "images (N, H, W, C) are needed", x.shape());
    const Size2 size{x.shape(1) * factor.h, x.shape(2) * factor.w};
    return traced("UpSampling2D", resize(x, size, {.mode = mode, .antialias = false}), p);
  }
};

/// (N, H, W, C factor^2) → (N, factor H, factor W, C): turns channels into squares of pixels (Shi et al. 2016).
struct PixelShuffle {
  i64 factor = 2;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("PixelShuffle", pixel_shuffle(x, factor), p);
  }
  template <class T>
  void propagate_layout(ChannelLayout<T>& layout) const {
    layout.image(layout.channels / (factor * factor));
  }
};

}  // namespace gan
