// Loops over rows of channels and over flat arrays, compiled once per instruction set, on plain pointers. The callers
// (normalize.cpp, reduce.cpp, optimizers.cpp) split the work into blocks and threads.
#pragma once

#include "gan/backend/kernels.hpp"

namespace gan::cpu {

template <class T>
struct RowKernels {
  /// sum[c] = sum of x[r, c] over rows.
  void (*column_sums)(i64 rows, i64 channels, const T* x, T* sum);
  /// Sums of d = x[r, c] - centre[c] and of d^2 over rows.
  void (*column_moments)(i64 rows, i64 channels, const T* x, const T* centre, T* sum, T* squares);
  /// total[k - begin] = sum of partial[b, k] over the blocks b, for k in [begin, end) of `width`.
  void (*block_totals)(i64 blocks, i64 width, i64 begin, i64 end, const T* partial, double* total);
  /// Mean and biased variance of each channel in [begin, end) from the moments of blocks of `size` of `rows` rows.
  void (*combine_moments)(i64 rows, i64 size, i64 channels, i64 begin, i64 end, const T* centre, const T* sum,
                          const T* squares, T* mean, T* variance);
  /// y = activation(x * scale[c] + shift[c]).
  void (*scale_shift)(i64 rows, i64 channels, const T* x, const T* scale, const T* shift, T* y, Activation, T slope);
  /// gz = g activation'(y) unless gz is null; sum[c] = sum of it over rows unless sum is null.
  void (*epilogue_backward)(i64 rows, i64 channels, const T* g, const T* y, Activation, T slope, T* gz, T* sum);
  /// sum_g[c] = sum of gz, sum_gx[c] = sum of gz (x - mean[c]) over rows, gz = g activation'(y).
  void (*norm_sums)(i64 rows, i64 channels, const T* g, const T* x, const T* y, const T* mean, Activation, T slope,
                    T* sum_g, T* sum_gx);
  /// gx = a[c] gz + b[c] (x - mean[c]) + d[c].
  void (*norm_apply)(i64 rows, i64 channels, const T* g, const T* x, const T* y, const T* mean, const T* a, const T* b,
                     const T* d, Activation, T slope, T* gx);
  void (*add)(i64 n, const T* x, T* y);
  void (*adam)(i64 n, const AdamStep&, const T* g, T* w, T* m, T* v);
  void (*sgd)(i64 n, const SgdStep&, const T* g, T* w, T* v);
  void (*rms_prop)(i64 n, const RmsPropStep&, const T* g, T* w, T* s, T* a, T* v);
  /// y = keep y + (1 - keep) x.
  void (*lerp)(i64 n, T keep, const T* x, T* y);
  /// Quads of random words: elements 4 q … of the draw for q in [begin, end), at most n in all.
  void (*uniform)(i64 begin, i64 end, i64 n, Rng rng, T low, T high, T* y);
  void (*normal)(i64 begin, i64 end, i64 n, Rng rng, T mean, T deviation, T* y);
  void (*dropout)(i64 begin, i64 end, i64 n, Rng rng, T keep, T* y);
};

/// The table of the best instruction set of this machine.
template <class T>
const RowKernels<T>& row_kernels();

}  // namespace gan::cpu
