// Resizing images by separable, possibly antialiased interpolation, and its adjoint.
#pragma once

#include "gan/ops/pool.hpp"

namespace gan {

enum class Interpolation {
  nearest,   ///< the sample whose area holds the output's centre
  bilinear,  ///< triangle filter, half-pixel centres
  bicubic    ///< Keys 1981, a = -0.5, half-pixel centres
};

struct ResizeOptions {
  Interpolation mode = Interpolation::bilinear;
  bool antialias = true;  ///< when shrinking, widen the filter so that no input is skipped
};

namespace detail {
/// A resampling along one axis, shared by a resize and its derivatives.
struct ResampleMatrix {
  i64 in, out, taps;
  std::vector<i64> first;
  std::vector<double> weight;
  ResampleAxis axis() const { return {in, out, taps, first.data(), weight.data()}; }
};
using ResamplePlan = std::shared_ptr<const ResampleMatrix>;
ResamplePlan resample_plan(i64 in, i64 out, ResizeOptions options);

template <class T>
Tensor<T> resample_adjoint(const Tensor<T>& y, int axis, const ResamplePlan& plan);

template <class T>
Tensor<T> resample(const Tensor<T>& x, int axis, const ResamplePlan& plan) {
  const Shape shape = x.shape().with(axis, plan->out);
  i64 inner = 1;
  for (int i = axis + 1; i < x.rank(); ++i) inner *= x.shape(i);
  Tensor<T> y(shape, x.device());
  kernels<T>(x.device()).resample(plan->axis(), x.size() / (inner * plan->in), inner, x.data(), y.mutable_data());
  return record<T>("resample", y, {x}, save::none,
                   [axis, plan](auto& g, auto&) { return Tensors<T>{resample_adjoint(g, axis, plan)}; });
}
template <class T>
Tensor<T> resample_adjoint(const Tensor<T>& y, int axis, const ResamplePlan& plan) {
  const Shape shape = y.shape().with(axis, plan->in);
  i64 inner = 1;
  for (int i = axis + 1; i < y.rank(); ++i) inner *= y.shape(i);
  Tensor<T> x(shape, y.device());
  kernels<T>(y.device())
      .resample_adjoint(plan->axis(), y.size() / (inner * plan->out), inner, y.data(), x.mutable_data());
  return record<T>("resample_adjoint", x, {y}, save::none,
                   [axis, plan](auto& g, auto&) { return Tensors<T>{resample(g, axis, plan)}; });
}
}  // namespace detail

/// (N, H, W, C) → (N, size.h, size.w, C). Throws ShapeError for an empty image or size.
template <class T>
Tensor<T> resize(const Tensor<T>& x, Size2 size, ResizeOptions options = {}) {
  GAN_CHECK_SHAPE(x.rank() == 4 && x.size() > 0 && size.h >= 1 && size.w >= 1, "resize",
                  "an image (N, H, W, C) and a size of at least 1 are needed", x.shape());
  const Tensor<T> tall = detail::resample(x, 1, detail::resample_plan(x.shape(1), size.h, options));
  return detail::resample(tall, 2, detail::resample_plan(x.shape(2), size.w, options));
}

#define GAN_RESAMPLE(T)                                                                                     \
  GAN_EXTERN_OP template Tensor<T> detail::resample(const Tensor<T>&, int, const detail::ResamplePlan&);    \
  GAN_EXTERN_OP template Tensor<T> detail::resample_adjoint(const Tensor<T>&, int, const detail::ResamplePlan&); \
  GAN_EXTERN_OP template Tensor<T> resize(const Tensor<T>&, Size2, ResizeOptions);
GAN_FOR_SCALARS(GAN_RESAMPLE)
#undef GAN_RESAMPLE

}  // namespace gan
