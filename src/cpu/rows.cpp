// Chooses the row loops of the best instruction set; drives optimizers and random fills, which are flat loops.
#include "src/cpu/rows.hpp"

#include <algorithm>

#include "gan/core/parallel.hpp"
#include "src/cpu/dispatch.hpp"

namespace gan {
GAN_CPU_ISA_DECLARE(::gan::cpu::RowKernels<float> rows_f32())
GAN_CPU_ISA_DECLARE(::gan::cpu::RowKernels<double> rows_f64())
namespace {
cpu::RowKernels<float> best_f32(){GAN_CPU_ISA_CALL(rows_f32())} cpu::RowKernels<double> best_f64() {
  GAN_CPU_ISA_CALL(rows_f64())
}
}  // namespace

namespace cpu {

template <>
const RowKernels<float>& row_kernels<float>() {
  static const RowKernels<float> table = best_f32();
  return table;
}
template <>
const RowKernels<double>& row_kernels<double>() {
  static const RowKernels<double> table = best_f64();
  return table;
}

template <class T>
void fill(i64 n, T value, T* y) {
  parallel_for(n, 65536, [&](i64 begin, i64 end) {
    for (i64 i = begin; i < end; ++i) y[i] = value;
  });
}

template <class T>
void one_hot(i64 n, i64 classes, const T* labels, T* y) {
  parallel_for(n, 1 + 16384 / classes, [&](i64 begin, i64 end) {
    for (i64 i = begin; i < end; ++i)
      for (i64 c = 0; c < classes; ++c) y[i * classes + c] = labels[i] == static_cast<T>(c) ? T(1) : T(0);
  });
}

namespace {
// Quads of elements share one block of random words.
template <class Body>
void for_quads(i64 n, Body body) {
  parallel_for((n + 3) / 4, 1024, body);
}
}  // namespace

template <class T>
void fill_uniform(i64 n, Rng rng, T low, T high, T* y) {
  for_quads(n, [&](i64 begin, i64 end) { row_kernels<T>().uniform(begin, end, n, rng, low, high, y); });
}
template <class T>
void fill_normal(i64 n, Rng rng, T mean, T deviation, T* y) {
  for_quads(n, [&](i64 begin, i64 end) { row_kernels<T>().normal(begin, end, n, rng, mean, deviation, y); });
}
template <class T>
void fill_dropout(i64 n, Rng rng, T keep, T* y) {
  for_quads(n, [&](i64 begin, i64 end) { row_kernels<T>().dropout(begin, end, n, rng, keep, y); });
}

namespace {
/// body(array, begin, end) on pieces of the arrays of a list. A thread's share is the same part of every array, as in
/// the matrix products that made the gradients and will use the weights.
template <class T, class Body>
void for_arrays(i64 count, const UpdateArrays<T>* arrays, Body body) {
  constexpr i64 piece = 8192;
  const i64 shares = threads();
  i64 total = 0;
  for (i64 i = 0; i < count; ++i) total += (arrays[i].n + piece - 1) / piece;
  parallel_for(total, 2, [&](i64 begin, i64 end) {
    i64 passed = 0;  // pieces before those at hand
    for (i64 share = 0; share < shares && passed < end; ++share)
      for (const UpdateArrays<T>* a = arrays; a != arrays + count && passed < end; ++a) {
        const i64 pieces = (a->n + piece - 1) / piece, first = pieces * share / shares,
                  size = pieces * (share + 1) / shares - first;
        const i64 from = first + std::max<i64>(0, begin - passed), to = first + std::min(size, end - passed);
        if (from < to) body(*a, from * piece, std::min(a->n, to * piece));
        passed += size;
      }
  });
}
template <class T>
T* at(T* array, i64 i) {
  return array ? array + i : nullptr;
}
}  // namespace

template <class T>
void adam(const AdamStep& step, i64 count, const UpdateArrays<T>* arrays) {
  for_arrays(count, arrays, [&](const UpdateArrays<T>& a, i64 i, i64 end) {
    row_kernels<T>().adam(end - i, step, a.g + i, a.w + i, a.state[0] + i, a.state[1] + i);
  });
}
template <class T>
void sgd(const SgdStep& step, i64 count, const UpdateArrays<T>* arrays) {
  for_arrays(count, arrays, [&](const UpdateArrays<T>& a, i64 i, i64 end) {
    row_kernels<T>().sgd(end - i, step, a.g + i, a.w + i, at(a.state[0], i));
  });
}
template <class T>
void rms_prop(const RmsPropStep& step, i64 count, const UpdateArrays<T>* arrays) {
  for_arrays(count, arrays, [&](const UpdateArrays<T>& a, i64 i, i64 end) {
    row_kernels<T>().rms_prop(end - i, step, a.g + i, a.w + i, a.state[0] + i, at(a.state[1], i), at(a.state[2], i));
  });
}
template <class T>
void lerp(T keep, i64 count, const UpdateArrays<T>* arrays) {
  for_arrays(count, arrays, [&](const UpdateArrays<T>& a, i64 i, i64 end) {
    row_kernels<T>().lerp(end - i, keep, a.g + i, a.w + i);
  });
}

#define GAN_INSTANTIATE(T)                                                 \
  template void fill(i64, T, T*);                                          \
  template void one_hot(i64, i64, const T*, T*);                           \
  template void fill_uniform(i64, Rng, T, T, T*);                          \
  template void fill_normal(i64, Rng, T, T, T*);                           \
  template void fill_dropout(i64, Rng, T, T*);                             \
  template void adam(const AdamStep&, i64, const UpdateArrays<T>*);        \
  template void sgd(const SgdStep&, i64, const UpdateArrays<T>*);          \
  template void rms_prop(const RmsPropStep&, i64, const UpdateArrays<T>*); \
  template void lerp(T, i64, const UpdateArrays<T>*);
GAN_INSTANTIATE(float)
GAN_INSTANTIATE(double)

}  // namespace cpu
}  // namespace gan
