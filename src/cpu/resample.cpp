// Separable resampling. Each thread works on whole planes, so that the adjoint needs no locks.
#include <algorithm>

#include "gan/core/parallel.hpp"
#include "src/backend/entries.hpp"

namespace gan::cpu {

template <class T>
void resample(const ResampleAxis& axis, i64 outer, i64 inner, const T* x, T* y) {
  parallel_for(outer, 1 + 16384 / (axis.out * inner + 1), [&](i64 begin, i64 end) {
    for (i64 o = begin; o < end; ++o)
      for (i64 i = 0; i < axis.out; ++i) {
        T* to = y + (o * axis.out + i) * inner;
        std::fill(to, to + inner, T(0));
        for (i64 j = 0; j < axis.taps; ++j) {
          const T weight = static_cast<T>(axis.weight[i * axis.taps + j]);
          if (weight == T(0)) continue;
          const T* from = x + (o * axis.in + axis.first[i] + j) * inner;
          for (i64 k = 0; k < inner; ++k) to[k] += weight * from[k];
        }
      }
  });
}

template <class T>
void resample_adjoint(const ResampleAxis& axis, i64 outer, i64 inner, const T* y, T* x) {
  parallel_for(outer, 1 + 16384 / (axis.out * inner + 1), [&](i64 begin, i64 end) {
    for (i64 o = begin; o < end; ++o) {
      std::fill(x + o * axis.in * inner, x + (o + 1) * axis.in * inner, T(0));
      for (i64 i = 0; i < axis.out; ++i)
        for (i64 j = 0; j < axis.taps; ++j) {
          const T weight = static_cast<T>(axis.weight[i * axis.taps + j]);
          if (weight == T(0)) continue;
          const T* from = y + (o * axis.out + i) * inner;
          T* to = x + (o * axis.in + axis.first[i] + j) * inner;
          for (i64 k = 0; k < inner; ++k) to[k] += weight * from[k];
        }
    }
  });
}

GAN_KERNEL(resample)
GAN_KERNEL(resample_adjoint)

}  // namespace gan::cpu
