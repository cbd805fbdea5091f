// Loops of resampling and of sampling at affine maps, compiled once per instruction set, on plain pointers. The callers
// (resample.cpp, affine_sample.cpp) split the work into threads.
#pragma once

#include "gan/core/shape.hpp"

namespace gan::cpu {

/// A sparse matrix by rows: row i has weight[k] in column[k] for k in [start[i], start[i + 1]).
template <class T>
struct SparseRows {
  i64 rows, columns;
  const i64* start;
  const i64* column;
  const T* weight;
};

/// y(outer, rows, inner) = matrix * x(outer, columns, inner), sums in the order of k.
template <class T>
using SparseProduct = void (*)(const SparseRows<T>& matrix, i64 outer, i64 inner, const T* x, T* y);

/// Images (h, w, c) and results (oh, ow, c) of affine_sample in backend/kernels.hpp.
struct AffineShape {
  i64 h, w, c, oh, ow;
};

template <class T>
struct AffineRows {
  /// A row of the result for one image.
  void (*sample)(const AffineShape&, const T* map, i64 row, const T* image, T* result);
  /// image += the adjoint of `sample` applied to a row of gradients.
  void (*adjoint)(const AffineShape&, const T* map, i64 row, const T* gradients, T* image);
};

}  // namespace gan::cpu
