// Images moved by whole pixels, each by its own, with a rectangle cut out of each.
#pragma once

#include "gan/ops/arithmetic.hpp"
#include "gan/ops/shape.hpp"

namespace gan {

/// Images x (N, H, W, C), place (N, 6) of whole numbers (down, right, top, left, bottom, right end) for each → (N, H,
/// W, C): image n is moved down and to the right by so many pixels (up and to the left if negative), its uncovered
/// border is zeros, and then rows top … bottom - 1 of columns left … right end - 1 are set to zero, of which a part may
/// lie outside of the image. A fraction is dropped, and has no gradient. Throws ShapeError, and DeviceError unless both
/// are on one device.
template <class T>
Tensor<T> translate_cutout(const Tensor<T>& x, const Tensor<T>& place) {
  GAN_CHECK_SHAPE(x.rank() == 4 && place.rank() == 2 && place.shape(0) == x.shape(0) && place.shape(1) == 6,
                  "translate_cutout", "images (N, H, W, C) and places (N, 6) are needed", x.shape(), place.shape());
  detail::require_device_of(x, "translate_cutout", place);
  Tensor<T> y(x.shape(), x.device());
  kernels<T>(x.device())
      .translate_cutout(x.shape(0), x.shape(1), x.shape(2), x.shape(3), place.data(), x.data(), y.mutable_data());
  return record<T>("translate_cutout", y, {x, detach(place)}, save::input(1), [](auto& g, auto& s) {
    // The way back: what is cut out of y is cut out of x at the place that it came from.
    const Tensor<T> by = s.input(1), back = affine(slice(by, 1, 0, 2), -1, 0);
    return Tensors<T>{
        translate_cutout(g, concat({back, add(slice(by, 1, 2, 4), back), add(slice(by, 1, 4, 6), back)}, 1)), {}};
  });
}

#define GAN_TRANSLATE(T) GAN_EXTERN_OP template Tensor<T> translate_cutout(const Tensor<T>&, const Tensor<T>&);
GAN_FOR_SCALARS(GAN_TRANSLATE)
#undef GAN_TRANSLATE

}  // namespace gan
