// Padding of images (N, H, W, C). Convolutions can pad with zeros themselves; these ops cover the other cases.
#pragma once

#include "gan/ops/resample.hpp"

namespace gan {

namespace detail {
/// Throws ShapeError unless x has the shape of images, ValueError unless the sides are explicit and not negative,
/// naming op.
void check_border(const Shape& x, const Padding& sides, const char* op);
/// Entries before … 1, 0 … in - 1, in - 2 … in - 1 - after: mirrored about the first and the last, which are not
/// repeated. The plans are cached like those of resample_plan.
ResamplePlan reflection_plan(i64 in, i64 before, i64 after);
}  // namespace detail

/// Adds zeros around images: (N, H, W, C) → (N, top + H + bottom, left + W + right, C). Throws ShapeError for a tensor
/// that is not images, ValueError for sides that are negative or not explicit.
template <class T>
Tensor<T> zero_pad(const Tensor<T>& x, const Padding& sides) {
  detail::check_border(x.shape(), sides, "zero_pad");
  return pad(pad(x, 1, sides.top, sides.bottom), 2, sides.left, sides.right);
}

/// The same with the image mirrored about its outermost rows and columns, which are not repeated. Throws ShapeError
/// unless every side is smaller than the image, ValueError for negative sides.
template <class T>
Tensor<T> reflection_pad(const Tensor<T>& x, const Padding& sides) {
  detail::check_border(x.shape(), sides, "reflection_pad");
  GAN_CHECK_SHAPE(std::max(sides.top, sides.bottom) < x.shape(1) && std::max(sides.left, sides.right) < x.shape(2),
                  "reflection_pad", "every side must be smaller than the image", x.shape());
  const Tensor<T> tall = detail::resample(x, 1, detail::reflection_plan(x.shape(1), sides.top, sides.bottom));
  return detail::resample(tall, 2, detail::reflection_plan(x.shape(2), sides.left, sides.right));
}

#define GAN_PADDING(T)                                                           \
  GAN_EXTERN_OP template Tensor<T> zero_pad(const Tensor<T>&, const Padding&);   \
  GAN_EXTERN_OP template Tensor<T> reflection_pad(const Tensor<T>&, const Padding&);
GAN_FOR_SCALARS(GAN_PADDING)
#undef GAN_PADDING

}  // namespace gan
