// Moving operands into the layouts that the micro-kernel reads: rows or columns of a tile's a, panels of b.
#pragma once

#include "src/cpu/isa/tile.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

/// Copies n elements. From one vector upwards the tail is one overlapping vector, so that short runs cost no loop.
template <class T>
GAN_INLINE void copy(T* to, const T* from, i64 n) {
  constexpr int v = lanes<T>;
  if (n >= v) {
    i64 i = 0;
    for (; i + v <= n; i += v) store(to + i, load(from + i));
    if (i < n) store(to + n - v, load(from + n - v));
  } else {
    store_partial(to, load_partial(from, static_cast<int>(n)), static_cast<int>(n));
  }
}

template <class T>
GAN_INLINE void fill_zero(T* to, i64 n) {
  constexpr int v = lanes<T>;
  i64 i = 0;
  for (; i + v <= n; i += v) store(to + i, Vec<T>{});
  store_partial(to + i, Vec<T>{}, static_cast<int>(n - i));
}

/// One row of a panel: `columns` <= panel_width elements and zeros up to the width.
template <class T>
GAN_INLINE void copy_panel_row(T* to, const T* from, i64 columns) {
  constexpr int v = lanes<T>;
  if (columns == 2 * v) {
    store(to, load(from));
    store(to + v, load(from + v));
  } else {
    const int low = static_cast<int>(min<i64>(columns, v));
    store(to, load_partial(from, low));
    store(to + v, load_partial(from + low, static_cast<int>(columns) - low));
  }
}

/// A panel, to[k * panel_width + j], of `columns` columns from rows: from[k * pitch + j].
template <class T>
void pack_panel(const T* from, i64 pitch, i64 depth, i64 columns, T* to) {
  for (i64 k = 0; k < depth; ++k) copy_panel_row(to + k * panel_width<T>, from + k * pitch, columns);
}

/// The same panel from the transposed matrix: from[j * pitch + k]. `written` is the whole width, or one vector.
template <class T>
void pack_panel_transposed(const T* from, i64 pitch, i64 depth, i64 columns, T* to, i64 written = panel_width<T>) {
  constexpr int v = lanes<T>, width = panel_width<T>;
  for (i64 j = 0; j < written; j += v) {
    i64 k = 0;
    if (j + v <= columns)
      for (; k + v <= depth; k += v) transpose(from + j * pitch + k, pitch, to + k * width + j, width);
    for (; k < depth; ++k)
      for (i64 lane = j; lane < j + v; ++lane) to[k * width + lane] = lane < columns ? from[lane * pitch + k] : T(0);
  }
}

/// A tile's a with contiguous rows: to[i * row_pitch + k] = from[i * pitch + k], depth <= block_depth.
template <class T>
void pack_rows(const T* from, i64 pitch, i64 rows, i64 depth, T* to) {
  for (i64 i = 0; i < rows; ++i) copy(to + i * row_pitch<T>, from + i * pitch, depth);
}

/// One column of a tile's a: `rows` <= tile_rows elements, written up to whole vectors.
template <class T>
GAN_INLINE void copy_column(T* to, const T* from, i64 rows) {
  constexpr int v = lanes<T>;
  GAN_UNROLL
  for (int i = 0; i < column_pitch<T>; i += v) {
    const int valid = static_cast<int>(max<i64>(min<i64>(rows - i, v), 0));
    store(to + i, load_partial(from + i, valid));
  }
}

/// A tile's a with contiguous columns: to[k * column_pitch + i] = from[k * pitch + i].
template <class T>
void pack_columns(const T* from, i64 pitch, i64 rows, i64 depth, T* to) {
  for (i64 k = 0; k < depth; ++k) copy_column(to + k * column_pitch<T>, from + k * pitch, rows);
}

/// Where tile t of `tiles` starts when `rows` rows are cut into tiles of nearly equal height.
GAN_INLINE i64 tile_start(i64 rows, i64 t, i64 tiles) { return rows * t / tiles; }

}  // namespace
}  // namespace gan::cpu::GAN_ISA
