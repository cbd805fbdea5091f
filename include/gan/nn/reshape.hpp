// Layers that only change the shape.
#pragma once

#include "gan/nn/channel_layout.hpp"
#include "gan/nn/module.hpp"
#include "gan/ops/shape.hpp"

namespace gan {

/// (N, …) → (N, product of the rest). At the start of a Sequential for images of several channels, give their number,
/// so that files use PyTorch's order: Flatten{.channels = 3}. After a convolution it is known.
struct Flatten {
  i64 channels = 0;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("Flatten", flatten(x), p);
  }
  template <class T>
  void propagate_layout(ChannelLayout<T>& layout) const {
    const i64 known = layout.channels > 0 ? layout.channels : channels;
    if (known == 0) return;  // flat already, or unknown
    layout = {};
    layout.flattened = known;
  }
};

/// (N, …) → (N, shape…): Reshape{{7, 7, 128}}.
struct Reshape {
  Shape shape;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("Reshape", reshape(x, shape.prepend(x.shape(0))), p);
  }
  template <class T>
  void propagate_layout(ChannelLayout<T>& layout) const {
    if (shape.rank() == 3)
      layout.image(shape[2]);
    else
      layout = {};
  }
};

}  // namespace gan
