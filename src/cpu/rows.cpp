// Chooses the row loops of the best instruction set.
#include "gan/core/parallel.hpp"
#include "src/backend/entries.hpp"
#include "src/cpu/dispatch.hpp"
#include "src/cpu/isa/rows.hpp"

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

GAN_KERNEL(fill)
GAN_KERNEL(one_hot)

}  // namespace cpu
}  // namespace gan
