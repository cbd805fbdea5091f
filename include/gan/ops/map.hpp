// Functors applied to whole tensors. The results have no history; the ops built on them record it.
#pragma once

#include "gan/backend/capture.hpp"
#include "gan/backend/map.hpp"
#include "gan/tensor/history.hpp"

// Op templates are compiled once, in the file of src/ops with the name of the header; everywhere else these macros
// declare the instantiations extern.
#ifndef GAN_EXTERN_OP
#define GAN_EXTERN_OP extern
#endif
#define GAN_FOR_SCALARS(LIST) LIST(float) LIST(double)

namespace gan {

namespace detail {
/// Throws DeviceError: a functor without a GAN_MAP line exists on the CPU only.
[[noreturn]] void throw_unmapped(Device device, const char* op);
/// Throws ValueError: an operand of op is undefined.
[[noreturn]] void throw_undefined(const char* op);
/// Throws ValueError naming op if an operand is undefined. Ops whose shape check already requires an axis of the
/// operand do not need it: an undefined tensor has no axes.
template <class... Operands>
void require_defined(const char* op, const Operands&... operands) {
  if (!(operands.defined() && ...)) [[unlikely]]
    throw_undefined(op);
}
/// Throws DeviceError if two operands live on different devices.
void require_same_device(Device a, Device b, const char* op);
/// The same for every operand that is defined.
template <class T, class... More>
void require_device_of(const Tensor<T>& x, const char* op, const More&... operands) {
  const auto check = [&](const Tensor<T>& other) {
    if (other.defined()) require_same_device(x.device(), other.device(), op);
  };
  (check(operands), ...);
}
}  // namespace detail

/// f(x), element by element, with the shape and device of x. Throws, naming `op`, DeviceError if the functor does not
/// exist on x's device, and ValueError if x is undefined.
template <class T, class F>
Tensor<T> map(const Tensor<T>& x, const F& f, const char* op = "map") {
  detail::require_defined(op, x);
  Tensor<T> y(x.shape(), x.device());
  const T* from = x.data();
  T* to = y.mutable_data();
  if (!x.device().is_cpu()) {
    detail::note_map(op, x.size(), f);
    if constexpr (CudaMap1<F, T>)
      cuda_map(f, op, x.device(), x.size(), from, to);
    else
      detail::throw_unmapped(x.device(), op);
    return y;
  }
  parallel_for(x.size(), map_grain, [&](i64 begin, i64 end) { map_row(f, end - begin, from + begin, to + begin); });
  return y;
}

/// f(a, b), element by element, with broadcasting; a and b must be on the same device. Throws ShapeError, DeviceError
/// or, for an undefined operand, ValueError naming `op`.
template <class T, class F>
Tensor<T> map(const Tensor<T>& a, const Tensor<T>& b, const F& f, const char* op) {
  detail::require_defined(op, a, b);
  detail::require_same_device(a.device(), b.device(), op);
  const Shape shape = a.shape() == b.shape() ? a.shape() : broadcast_shapes(a.shape(), b.shape(), op);
  Tensor<T> y(shape, a.device());
  const T* left = a.data();
  const T* right = b.data();
  T* to = y.mutable_data();
  const BroadcastPlan plan(shape, a.shape(), b.shape());
  if (!a.device().is_cpu()) {
    detail::note_map(op, shape.size(), f);
    if constexpr (CudaMap2<F, T>)
      cuda_map(f, op, a.device(), plan, left, right, to);
    else
      detail::throw_unmapped(a.device(), op);
    return y;
  }
  if (plan.rows == 1) {
    parallel_for(plan.inner, map_grain, [&](i64 begin, i64 end) {
      map_row(f, end - begin, left + begin * plan.inner_a, plan.inner_a, right + begin * plan.inner_b, plan.inner_b,
              to + begin);
    });
    return y;
  }
  const i64 grain = 1 + map_grain / (plan.inner + 1);
  parallel_for(plan.rows, grain, [&](i64 begin, i64 end) {
    for (i64 row = begin; row < end; ++row) {
      i64 at = 0, bt = 0;
      plan.offsets(row, at, bt);
      map_row(f, plan.inner, left + at, plan.inner_a, right + bt, plan.inner_b, to + row * plan.inner);
    }
  });
  return y;
}

}  // namespace gan
