// Functors applied to whole tensors. The results carry no history: the ops built on these record it.
#pragma once

#include "gan/backend/map.hpp"
#include "gan/tensor/history.hpp"

// Op templates are compiled once, in src/ops.cpp; everywhere else these lines declare that they exist.
#ifndef GAN_EXTERN_OP
#define GAN_EXTERN_OP extern
#endif
#define GAN_FOR_SCALARS(LIST) LIST(float) LIST(double)

namespace gan {

namespace detail {
void require_cpu_map(Device device, const char* what);
}

/// f(x), element by element; shape of x.
template <class T, class F>
Tensor<T> map(const Tensor<T>& x, const F& f) {
  detail::require_cpu_map(x.device(), "map");
  Tensor<T> y(x.shape());
  const T* from = x.data();
  T* to = y.mutable_data();
  parallel_for(x.size(), map_grain, [&](i64 begin, i64 end) { map_row(f, end - begin, from + begin, to + begin); });
  return y;
}

/// f(a, b), element by element, with broadcasting. Throws ShapeError naming `op`.
template <class T, class F>
Tensor<T> map(const Tensor<T>& a, const Tensor<T>& b, const F& f, const char* op) {
  detail::require_cpu_map(a.device(), op);
  detail::require_cpu_map(b.device(), op);
  const Shape shape = a.shape() == b.shape() ? a.shape() : broadcast_shapes(a.shape(), b.shape(), op);
  Tensor<T> y(shape);
  const T* left = a.data();
  const T* right = b.data();
  T* to = y.mutable_data();
  const BroadcastPlan plan(shape, a.shape(), b.shape());
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
