// Halving and doubling images through a low-pass filter, as StyleGAN2 (Karras et al. 2020) and R3GAN (Huang et al.
// 2024) do.
#pragma once

#include "gan/ops/resample.hpp"

namespace gan {

namespace detail {
/// Every second of the sums of four neighbours with the weights gain / 8 (1, 3, 3, 1), the first of them before entry
/// 0; entries outside count as 0: in → in / 2, rounded down. The plans are cached like those of resample_plan.
ResamplePlan low_pass_plan(i64 in, i64 gain);
}  // namespace detail

/// Images (N, H, W, C) → (N, H / 2, W / 2, C), rounded down: the convolution, in each channel, of stride 2 with one
/// pixel of zeros around the image and the outer product of (1, 3, 3, 1) with itself, divided by its sum. A constant
/// image stays constant but in its outermost pixels, which zeros have entered. Throws ShapeError for other tensors and
/// for images of one row or column.
template <class T>
Tensor<T> blur_downsample(const Tensor<T>& x) {
  GAN_CHECK_SHAPE(x.rank() == 4 && x.shape(1) >= 2 && x.shape(2) >= 2, "blur_downsample",
                  "images (N, H, W, C) of at least two rows and columns are needed", x.shape());
  const Tensor<T> tall = detail::resample(x, 1, detail::low_pass_plan(x.shape(1), 1));
  return detail::resample(tall, 2, detail::low_pass_plan(x.shape(2), 1));
}

/// Images (N, H, W, C) → (N, 2 H, 2 W, C): four times the adjoint of blur_downsample, which is the transposed
/// convolution of stride 2 with the same filter. A constant image stays constant but in its outermost pixels, where it
/// is 3 / 4 of it, and 9 / 16 in the corners. Throws ShapeError for other tensors and for empty images.
template <class T>
Tensor<T> blur_upsample(const Tensor<T>& x) {
  GAN_CHECK_SHAPE(x.rank() == 4 && x.size() > 0, "blur_upsample", "images (N, H, W, C) are needed", x.shape());
  const Tensor<T> tall = detail::resample_adjoint(x, 1, detail::low_pass_plan(2 * x.shape(1), 2));
  return detail::resample_adjoint(tall, 2, detail::low_pass_plan(2 * x.shape(2), 2));
}

#define GAN_BLUR(T)                                                   \
  GAN_EXTERN_OP template Tensor<T> blur_downsample(const Tensor<T>&); \
  GAN_EXTERN_OP template Tensor<T> blur_upsample(const Tensor<T>&);
GAN_FOR_SCALARS(GAN_BLUR)
#undef GAN_BLUR

}  // namespace gan
