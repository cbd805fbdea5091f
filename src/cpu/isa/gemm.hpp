// Matrix products. Work is a grid of (row block, panel of b); a thread takes a contiguous piece of it, packs the panels
// it needs for one block of k into its own scratch and runs the row tiles over them. An element of c is the same sum in
// the same order whichever thread computes it.
#pragma once

#include "gan/core/parallel.hpp"
#include "src/cpu/isa/epilogue.hpp"
#include "src/cpu/isa/gemm_few.hpp"
#include "src/cpu/isa/pack.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

// Scratch slots. The shared ones belong to the thread that calls parallel_for, the others to each thread inside it.
constexpr int shared_slot = 0, a_slot = 1, b_slot = 2, extra_slot = 3;

template <class T>
T* scratch_of(int slot, i64 elements) {
  return static_cast<T*>(scratch(slot, static_cast<std::size_t>(elements) * sizeof(T)));
}

/// A piece of work below this many multiply-adds is not worth waking a thread for.
constexpr i64 serial_work = i64{1} << 18;

/// Operands packed as they are.
template <class T>
struct PlainOperands {
  using Value = T;
  using Element = T;
  static constexpr i64 steps = 1;  ///< of k in an element
  static void rows(const T* from, i64 pitch, i64 rows, i64 depth, T* to) { pack_rows(from, pitch, rows, depth, to); }
  static void columns(const T* from, i64 pitch, i64 rows, i64 depth, T* to) {
    pack_columns(from, pitch, rows, depth, to);
  }
  static void panel(const T* from, i64 pitch, i64 depth, i64 columns, T* to) {
    pack_panel(from, pitch, depth, columns, to);
  }
  static void panel_transposed(const T* from, i64 pitch, i64 depth, i64 columns, T* to) {
    pack_panel_transposed(from, pitch, depth, columns, to);
  }
};

template <class Operands>
struct Gemm {
  using T = typename Operands::Value;
  using E = typename Operands::Element;
  static constexpr int width = panel_width<T>;
  static constexpr i64 block_tiles = 20;  ///< row tiles that reuse a packed panel
  static constexpr i64 block_panels = 8;  ///< panels packed together: 256 KiB, a part of L2

  const GemmShape& shape;
  const T* a;
  const T* b;
  T* c;
  const Epilogue<T>& epilogue;

  i64 a_pitch() const { return shape.transpose_a ? shape.m : shape.k; }
  i64 b_pitch() const { return shape.transpose_b ? shape.k : shape.n; }

  void run() const {
    const i64 panels = ceil_div(shape.n, width), tiles = ceil_div(shape.m, tile_rows);
    // Few panels: smaller row blocks, so that every thread gets some; many: tall ones, that reuse the packed panels.
    const i64 wanted = ceil_div(2 * threads(), panels);
    const i64 tiles_per_block = max<i64>(1, min<i64>(block_tiles, tiles / wanted));
    const i64 blocks = ceil_div(tiles, tiles_per_block);
    const i64 unit_work = tiles_per_block * tile_rows * width * shape.k;
    // Panels that a thread takes together share a packed a; more than two pieces for each thread would share less.
    const i64 together = min(block_panels, blocks * panels / (2 * threads()));
    const i64 grain = max(max<i64>(1, together), serial_work / max<i64>(unit_work, 1));
    const i64 each = blocks * panels, parts = sum_parts();
    T* const rest = scratch_of<T>(shared_slot, (parts - 1) * shape.m * shape.n);
    parallel_for(parts * each, grain, [&](i64 begin, i64 end) {
      while (begin < end) {
        const i64 part = begin / each, block = begin % each / panels, panel = begin % panels;
        const i64 count = min(min(panels - panel, end - begin), block_panels);
        run_block(tile_start(shape.m, block, blocks), tile_start(shape.m, block + 1, blocks), panel, count,
                  part_start(part, parts), part_start(part + 1, parts),
                  part == 0 ? c : rest + (part - 1) * shape.m * shape.n);
        begin += count;
      }
    });
    if (parts == 1) return;
    parallel_for(shape.m * shape.n, 4096, [&](i64 begin, i64 end) {
      for (i64 i = begin; i < end; ++i) c[i] += rest[i];
    });
  }

  /// The number of parts into which the sums over k are split. The gradient of a dense layer's input uses two, so that
  /// each of two threads reads the rows of b, the layer's weights, that it has updated itself: if cores share no cache,
  /// rows from the other core arrive 5 to 10 times as slowly, and are more than the sums that are exchanged instead.
  i64 sum_parts() const {
    const bool of_input = !shape.transpose_a && !shape.transpose_b && !shape.accumulate && !epilogue.bias &&
                          epilogue.activation == Activation::none;
    return of_input && shape.k >= 4 * shape.m && shape.n * shape.k >= i64{1} << 17 ? 2 : 1;
  }
  i64 part_start(i64 part, i64 parts) const {
    return part == parts ? shape.k : shape.k / parts * part / (2 * Operands::steps) * (2 * Operands::steps);
  }

  /// Rows [row, row_end) of `count` panels of `to`, from the steps [from, end) of k.
  void run_block(i64 row, i64 row_end, i64 panel, i64 count, i64 from, i64 end, T* to) const {
    const i64 tiles = ceil_div(row_end - row, tile_rows), column = panel * width;
    constexpr i64 n = Operands::steps;
    E* packed_a = scratch_of<E>(a_slot, block_depth * column_pitch<T> + tile_rows * row_pitch<T>);
    E* packed_b =
        scratch_of<E>(b_slot, (count * block_depth + lanes<T>)*width);  // the last is written in whole vectors
    const i64 elements = ceil_div(end - from, n), depths = max<i64>(1, ceil_div(elements, block_depth));
    for (i64 piece = 0; piece < depths; ++piece) {
      const i64 k = from + tile_start(elements, piece, depths) * n;
      const i64 depth = min(end, from + tile_start(elements, piece + 1, depths) * n) - k, steps = ceil_div(depth, n);
      const bool last = piece + 1 == depths;
      // Whole panels of an untransposed b can be read where they lie; with few rows a copy would cost as much as the
      // use.
      const bool in_place = n == 1 && !shape.transpose_b && tiles <= 2 && (panel + count) * width <= shape.n;
      if (!in_place) pack_panels(k, depth, panel, count, packed_b);
      for (i64 t = 0; t < tiles; ++t) {
        const i64 first = row + tile_start(row_end - row, t, tiles),
                  next = row + tile_start(row_end - row, t + 1, tiles);
        TileJob<T, E> job;
        job.a = packed_a;
        job.steps = steps;
        job.a_step = column_pitch<T>;
        job.b_pitch = in_place ? shape.n : width;
        job.c_pitch = shape.n;
        job.add = piece > 0 || shape.accumulate;
        if (shape.transpose_a)
          Operands::columns(a + k * a_pitch() + first, a_pitch(), next - first, depth, packed_a);
        else
          Operands::rows(a + first * a_pitch() + k, a_pitch(), next - first, depth, packed_a);
        for (i64 p = 0; p < count; ++p) {
          job.b = packed_b + p * width * steps;
          if constexpr (n == 1)
            if (in_place) job.b = b + k * shape.n + column + p * width;
          job.c = to + first * shape.n + column + p * width;
          job.columns = min<i64>(width, shape.n - column - p * width);
          if (last) set_epilogue(job, epilogue, column + p * width);
          if (shape.transpose_a)
            run_tile<T, by_columns>(next - first, job);
          else
            run_tile<T, row_pitch<T>>(next - first, job);
        }
        if (last)
          finish_rows(to + first * shape.n + column, next - first, shape.n, min(count * width, shape.n - column),
                      epilogue);
      }
    }
  }

  void pack_panels(i64 k, i64 depth, i64 panel, i64 count, E* to) const {
    for (i64 p = 0; p < count; ++p, to += width * ceil_div(depth, Operands::steps)) {
      const i64 column = (panel + p) * width, columns = min<i64>(width, shape.n - column);
      if (shape.transpose_b)
        Operands::panel_transposed(b + column * shape.k + k, shape.k, depth, columns, to);
      else
        Operands::panel(b + k * shape.n + column, shape.n, depth, columns, to);
    }
  }
};

// ---- few columns ------------------------------------------------------------------------------------------------

/// Below this many columns of c a panel would be mostly padding.
constexpr i64 narrow_columns = 4;

/// Dot product of contiguous vectors; four partial sums hide the latency of the additions.
template <class T>
GAN_INLINE T dot(const T* a, const T* b, i64 n) {
  constexpr int v = lanes<T>;
  Vec<T> sum[4] = {};
  i64 i = 0;
  for (; i + 4 * v <= n; i += 4 * v) {
    GAN_UNROLL
    for (int u = 0; u < 4; ++u) sum[u] += load(a + i + u * v) * load(b + i + u * v);
  }
  for (; i < n; i += v) {
    const int valid = static_cast<int>(min<i64>(v, n - i));
    sum[0] += load_partial(a + i, valid) * load_partial(b + i, valid);
  }
  return sum_lanes<T>((sum[0] + sum[1]) + (sum[2] + sum[3]));
}

/// c(m, n) = a(m, k) * b with n <= narrow_columns, as dot products. Rows of op(b)^T are contiguous where b is stored
/// (n, k), or is one column.
template <class T>
void gemm_dot(const GemmShape& s, const T* a, const T* b, T* c, const Epilogue<T>& epilogue) {
  if (!s.transpose_b && s.n > 1) {
    T* columns = scratch_of<T>(shared_slot, s.n * s.k);
    for (i64 k = 0; k < s.k; ++k)
      for (i64 j = 0; j < s.n; ++j) columns[j * s.k + k] = b[k * s.n + j];
    b = columns;
  }
  parallel_for(s.m, max<i64>(1, serial_work / max<i64>(s.n * s.k, 1)), [&](i64 begin, i64 end) {
    for (i64 i = begin; i < end; ++i)
      for (i64 j = 0; j < s.n; ++j)
        c[i * s.n + j] = (s.accumulate ? c[i * s.n + j] : T(0)) + dot(a + i * s.k, b + j * s.k, s.k);
    apply_rows(c + begin * s.n, end - begin, s.n, epilogue);
  });
}

/// c(m, n) = a(k, m)^T * b with n <= narrow_columns: tiles of c^T, whose panels are a where it lies.
template <class T>
void gemm_narrow_transposed(const GemmShape& s, const T* a, const T* b, T* c, const Epilogue<T>& epilogue) {
  constexpr int width = panel_width<T>;
  if (s.transpose_b && s.n > 1) {
    T* rows = scratch_of<T>(shared_slot, s.n * s.k);
    for (i64 k = 0; k < s.k; ++k)
      for (i64 j = 0; j < s.n; ++j) rows[k * s.n + j] = b[j * s.k + k];
    b = rows;
  }
  const i64 panels = ceil_div(s.m, width);
  parallel_for(panels, max<i64>(1, serial_work / max<i64>(s.k * width * s.n, 1)), [&](i64 begin, i64 end) {
    T* result = scratch_of<T>(a_slot, narrow_columns * width);
    for (i64 p = begin; p < end; ++p) {
      const i64 first = p * width, rows = min<i64>(width, s.m - first);
      TileJob<T> job;
      job.a = b;
      job.a_step = s.n;
      job.b = a + first;
      job.b_pitch = s.m;
      job.steps = s.k;
      if (rows < width) {  // a full panel may be read in place, this one ends at the end of a
        T* panel = scratch_of<T>(b_slot, width * s.k);
        pack_panel(a + first, s.m, s.k, rows, panel);
        job.b = panel;
        job.b_pitch = width;
      }
      job.c = result;
      job.c_pitch = width;
      job.columns = width;
      run_tile<T, by_columns>(s.n, job);
      for (i64 i = 0; i < rows; ++i)
        for (i64 j = 0; j < s.n; ++j) {
          T& element = c[(first + i) * s.n + j];
          element = (s.accumulate ? element : T(0)) + result[j * width + i];
        }
      apply_rows(c + first * s.n, rows, s.n, epilogue);
    }
  });
}

template <class T>
void gemm(const GemmShape& shape, const T* a, const T* b, T* c, const Epilogue<T>& epilogue) {
  if (shape.m == 0 || shape.n == 0) return;
  if (has_few_rows(shape))
    gemm_few(shape, a, b, c, epilogue);
  else if (shape.n > narrow_columns)
    Gemm<PlainOperands<T>>{shape, a, b, c, epilogue}.run();
  else if (shape.transpose_a)
    gemm_narrow_transposed(shape, a, b, c, epilogue);
  else
    gemm_dot(shape, a, b, c, epilogue);
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
