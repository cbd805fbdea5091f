// Chooses the row loops of the best instruction set; drives optimizers and random fills, which are flat loops.
#include "src/cpu/rows.hpp"

#include "gan/core/parallel.hpp"
#include "src/cpu/dispatch.hpp"

namespace gan {
GAN_CPU_ISA_DECLARE(::gan::cpu::RowKernels<float> rows_f32())
GAN_CPU_ISA_DECLARE(::gan::cpu::RowKernels<double> rows_f64())
namespace {
cpu::RowKernels<float> best_f32() { GAN_CPU_ISA_CALL(rows_f32()) }
cpu::RowKernels<double> best_f64() { GAN_CPU_ISA_CALL(rows_f64()) }
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

template <class T>
void adam(i64 n, const AdamStep& step, const T* g, T* w, T* m, T* v) {
  parallel_for(n, 8192, [&](i64 begin, i64 end) {
    row_kernels<T>().adam(end - begin, step, g + begin, w + begin, m + begin, v + begin);
  });
}
template <class T>
void sgd(i64 n, const SgdStep& step, const T* g, T* w, T* v) {
  parallel_for(n, 8192, [&](i64 begin, i64 end) {
    row_kernels<T>().sgd(end - begin, step, g + begin, w + begin, v ? v + begin : nullptr);
  });
}

template <class T>
void rms_prop(i64 n, const RmsPropStep& step, const T* g, T* w, T* s, T* a, T* v) {
  parallel_for(n, 8192, [&](i64 begin, i64 end) {
    row_kernels<T>().rms_prop(end - begin, step, g + begin, w + begin, s + begin, a ? a + begin : nullptr,
                              v ? v + begin : nullptr);
  });
}

template <class T>
void blend(i64 n, T keep, const T* x, T* y) {
  parallel_for(n, 16384, [&](i64 begin, i64 end) { row_kernels<T>().blend(end - begin, keep, x + begin, y + begin); });
}

#define GAN_INSTANTIATE(T)                                                    \
  template void fill(i64, T, T*);                                             \
  template void fill_uniform(i64, Rng, T, T, T*);                             \
  template void fill_normal(i64, Rng, T, T, T*);                              \
  template void fill_dropout(i64, Rng, T, T*);                                \
  template void adam(i64, const AdamStep&, const T*, T*, T*, T*);             \
  template void sgd(i64, const SgdStep&, const T*, T*, T*);                   \
  template void rms_prop(i64, const RmsPropStep&, const T*, T*, T*, T*, T*);  \
  template void blend(i64, T, const T*, T*);
GAN_INSTANTIATE(float)
GAN_INSTANTIATE(double)

}  // namespace cpu
}  // namespace gan
