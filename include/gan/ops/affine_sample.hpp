// Images sampled at affine maps of the pixels, when the maps are constants. (Where they have a gradient, or for any
// other positions: ops/grid_sample.hpp.)
#pragma once

#include "gan/ops/conv.hpp"

namespace gan {

template <class T>
Tensor<T> affine_sample(const Tensor<T>& images, const Tensor<T>& maps, Size2 size);

namespace detail {
/// The adjoint of affine_sample: y (N, P, Q, C) → (N, size.h, size.w, C).
template <class T>
Tensor<T> affine_sample_input(const Tensor<T>& y, const Tensor<T>& maps, Size2 size) {
  Tensor<T> x(y.shape().with(1, size.h).with(2, size.w), y.device());
  kernels<T>(y.device())
      .affine_sample_input(y.shape(0), size.h, size.w, y.shape(3), y.shape(1), y.shape(2), maps.data(), y.data(),
                           x.mutable_data());
  return record<T>("affine_sample_input", x, {y, maps}, save::input(1), [](auto& g, auto& s) {
    const Shape& from = s.input_shape(0);
    return Tensors<T>{affine_sample(g, s.input(1), Size2(from[1], from[2])), Tensor<T>{}};
  });
}
}  // namespace detail

/// Bilinear samples: images (N, H, W, C), maps (N, 2, 3), size P x Q → (N, P, Q, C). Pixel (p, q) of result n is
/// sampled at maps[n] (q, p, 1), a position (column, row) in pixels of image n, where (0, 0) is the centre of the
/// first; outside of an image there are zeros. Differentiable in the images to every order; the maps are constants.
/// Throws ShapeError, and DeviceError unless both are on one device.
template <class T>
Tensor<T> affine_sample(const Tensor<T>& images, const Tensor<T>& maps, Size2 size) {
  GAN_CHECK_SHAPE(images.rank() == 4 && maps.rank() == 3 && maps.shape(0) == images.shape(0) && maps.shape(1) == 2 &&
                      maps.shape(2) == 3 && size.h >= 0 && size.w >= 0,
                  "affine_sample", "images (N, H, W, C) and maps (N, 2, 3) are needed", images.shape(), maps.shape());
  detail::require_device_of(images, "affine_sample", maps);
  const Shape result = images.shape().with(1, size.h, "affine_sample").with(2, size.w, "affine_sample");
  Tensor<T> y(result, images.device());
  kernels<T>(y.device())
      .affine_sample(y.shape(0), images.shape(1), images.shape(2), y.shape(3), size.h, size.w, maps.data(),
                     images.data(), y.mutable_data());
  return record<T>("affine_sample", y, {images, detach(maps)}, save::input(1), [](auto& g, auto& s) {
    const Shape& from = s.input_shape(0);
    return Tensors<T>{detail::affine_sample_input(g, s.input(1), Size2(from[1], from[2])), Tensor<T>{}};
  });
}

#define GAN_AFFINE_SAMPLE(T)                                                                               \
  GAN_EXTERN_OP template Tensor<T> detail::affine_sample_input(const Tensor<T>&, const Tensor<T>&, Size2); \
  GAN_EXTERN_OP template Tensor<T> affine_sample(const Tensor<T>&, const Tensor<T>&, Size2);
GAN_FOR_SCALARS(GAN_AFFINE_SAMPLE)
#undef GAN_AFFINE_SAMPLE

}  // namespace gan
