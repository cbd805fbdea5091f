// Resizing images by separable, possibly antialiased interpolation, and its adjoint.
#pragma once

#include <memory>
#include <mutex>

#include "gan/ops/pool.hpp"

namespace gan {

enum class Interpolation {
  nearest,   ///< the input pixel whose area contains the output's centre
  bilinear,  ///< triangle filter, half-pixel centres
  bicubic    ///< Keys 1981, a = -0.5, half-pixel centres
};

struct ResizeOptions {
  Interpolation mode = Interpolation::bilinear;
  bool antialias = true;  ///< when shrinking, widens the filter so that no input is skipped
};

namespace detail {
/// A resampling along one axis, shared by a resize and its derivatives: a ResampleAxis, with a copy of its arrays on
/// each device that has used it.
class ResampleMatrix {
 public:
  i64 in, out, taps;

  /// For `entries` inputs; `first` has one number per output, `weight` one per output and tap.
  ResampleMatrix(i64 entries, std::vector<i64> first, std::vector<double> weight);
  /// The axis for kernels of this device, valid while the matrix lives. The first call for a device copies the arrays
  /// there and waits for the copy. Any thread may call this.
  ResampleAxis axis(Device device) const;
  /// Whether a device other than the CPU has a copy.
  bool uploaded() const;

 private:
  std::vector<i64> first_, readers_;
  std::vector<double> weight_;
  mutable std::mutex mutex_;                                   // guards the copies
  mutable std::vector<std::unique_ptr<Storage<i64>>> copies_;  // each holds first, readers and the bits of weight
};
using ResamplePlan = std::shared_ptr<const ResampleMatrix>;
/// Recently used plans are cached, so that training creates and uploads none after its first step.
ResamplePlan resample_plan(i64 in, i64 out, ResizeOptions options);

/// The products of the extents before and behind an axis.
inline i64 entries_before(const Shape& shape, int axis) {
  i64 n = 1;
  for (int i = 0; i < axis; ++i) n *= shape[i];
  return n;
}
inline i64 entries_behind(const Shape& shape, int axis) {
  i64 n = 1;
  for (int i = axis + 1; i < shape.rank(); ++i) n *= shape[i];
  return n;
}

template <class T>
Tensor<T> resample_adjoint(const Tensor<T>& y, int axis, const ResamplePlan& plan);

template <class T>
Tensor<T> resample(const Tensor<T>& x, int axis, const ResamplePlan& plan) {
  const Shape shape = x.shape().with(axis, plan->out, "resample");
  Tensor<T> y(shape, x.device());
  kernels<T>(x.device())
      .resample(plan->axis(x.device()), entries_before(shape, axis), entries_behind(shape, axis), x.data(),
                y.mutable_data());
  return record<T>("resample", y, {x}, save::none,
                   [axis, plan](auto& g, auto&) { return Tensors<T>{resample_adjoint(g, axis, plan)}; });
}
template <class T>
Tensor<T> resample_adjoint(const Tensor<T>& y, int axis, const ResamplePlan& plan) {
  const Shape shape = y.shape().with(axis, plan->in);
  Tensor<T> x(shape, y.device());
  kernels<T>(y.device())
      .resample_adjoint(plan->axis(y.device()), entries_before(shape, axis), entries_behind(shape, axis), y.data(),
                        x.mutable_data());
  return record<T>("resample_adjoint", x, {y}, save::none,
                   [axis, plan](auto& g, auto&) { return Tensors<T>{resample(g, axis, plan)}; });
}
}  // namespace detail

/// Resizes images: (N, H, W, C) → (N, size.h, size.w, C). Throws ShapeError for an empty image or size, and if the
/// result has more elements than a Shape can.
template <class T>
Tensor<T> resize(const Tensor<T>& x, Size2 size, ResizeOptions options = {}) {
  GAN_CHECK_SHAPE(x.rank() == 4 && x.size() > 0 && size.h >= 1 && size.w >= 1, "resize",
                  "an image (N, H, W, C) and a size of at least 1 are needed", x.shape());
  x.shape().with(1, size.h, "resize").with(2, size.w, "resize");  // checks the size before plans of it are made
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
