// Separable resampling along one axis, with one thread for each element of the result. The result is written once. The
// operand is read `taps` times, all but the first time from the cache if lines along `inner` are short enough; the
// arrays of the plan are a few kilobytes. The adjoint gathers, too: no zeroing, no atomics, and sums in the order of
// outputs, as on the CPU.
#include <algorithm>

#include "cuda/divide.hpp"
#include "gan/backend/cuda.cuh"
#include "src/backend/entries.hpp"

namespace gan::cuda {
namespace {

/// The position of an element in an array (outer, entries, inner).
struct Place {
  i64 outer, entry, inner;
};
template <class Index>
struct Lines {
  Divider<Index> entries, inner;
  GAN_HD Place at(i64 element) const {
    const i64 line = inner(element), outer = entries(line);
    return {outer, line - outer * entries.by, element - line * inner.by};
  }
};

template <class T, class Index>
__global__ void resample_kernel(i64 n, ResampleAxis axis, Lines<Index> lines, const T* x, T* y) {
  const i64 inner = lines.inner.by;
  GAN_CUDA_FOR(i, n) {
    const Place at = lines.at(i);
    const T* const from = x + (at.outer * axis.in + axis.first[at.entry]) * inner + at.inner;
    const double* const weights = axis.weight + at.entry * axis.taps;
    T sum = T(0);
    for (i64 j = 0; j < axis.taps; ++j) {
      const T weight = static_cast<T>(weights[j]);
      if (weight != T(0)) sum += weight * from[j * inner];
    }
    y[i] = sum;
  }
}

template <class T, class Index>
__global__ void resample_adjoint_kernel(i64 n, ResampleAxis axis, Lines<Index> lines, const T* y, T* x) {
  const i64 inner = lines.inner.by;
  GAN_CUDA_FOR(i, n) {
    const Place at = lines.at(i);
    const T* const from = y + at.outer * axis.out * inner + at.inner;
    T sum = T(0);
    for (i64 o = axis.readers[2 * at.entry]; o < axis.readers[2 * at.entry + 1]; ++o) {
      const i64 tap = at.entry - axis.first[o];
      if (tap < 0 || tap >= axis.taps) continue;
      const T weight = static_cast<T>(axis.weight[o * axis.taps + tap]);
      if (weight != T(0)) sum += weight * from[o * inner];
    }
    x[i] = sum;
  }
}

template <class Index>
Lines<Index> lines_of(i64 entries, i64 inner) {
  return {Divider<Index>(entries), Divider<Index>(inner)};
}

}  // namespace

template <class T>
void resample(const ResampleAxis& axis, i64 outer, i64 inner, const T* x, T* y) {
  const i64 n = outer * axis.out * inner;
  with_index(n, [&](auto index) {
    using Index = decltype(index);
    launch("resample", n, resample_kernel<T, Index>, n, axis, lines_of<Index>(axis.out, inner), x, y);
  });
}

template <class T>
void resample_adjoint(const ResampleAxis& axis, i64 outer, i64 inner, const T* y, T* x) {
  const i64 n = outer * axis.in * inner;
  with_index(n, [&](auto index) {
    using Index = decltype(index);
    launch("resample_adjoint", n, resample_adjoint_kernel<T, Index>, n, axis, lines_of<Index>(axis.in, inner), y, x);
  });
}

GAN_KERNEL(resample)
GAN_KERNEL(resample_adjoint)

}  // namespace gan::cuda
