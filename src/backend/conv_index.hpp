// Which input and output pixels meet in a convolution along one axis: shared by the reference loops of the CPU and
// CUDA.
#pragma once

#include "gan/core/scalar.hpp"
#include "gan/core/shape.hpp"

namespace gan {

/// The input row or column that tap i of output p reads; negative or too large if it lies outside the image.
GAN_HD i64 conv_source(i64 p, i64 stride, i64 pad, i64 i, i64 dilation) { return p * stride - pad + i * dilation; }

/// The output row or column in [0, extent) whose tap i reads input r, or -1.
GAN_HD i64 conv_target(i64 r, i64 stride, i64 pad, i64 i, i64 dilation, i64 extent) {
  const i64 offset = r + pad - i * dilation;
  return offset >= 0 && offset % stride == 0 && offset / stride < extent ? offset / stride : -1;
}

}  // namespace gan
