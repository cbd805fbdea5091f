// The micro-kernel: one tile of a matrix product, held in registers while k runs. Everything heavy in this folder
// (gemm, convolution, its two adjoints) arranges memory so that this loop does the arithmetic.
#pragma once

#include "gan/backend/kernels.hpp"
#include "src/cpu/isa/factors.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

// A tile is tile_rows x 2 vectors: as many accumulators as leave registers for one row of b and a broadcast of a.
#if defined(__AVX512F__)
constexpr int tile_rows = 14;
#elif defined(__AVX2__)
constexpr int tile_rows = 6;
#else
constexpr int tile_rows = 4;
#endif

/// Columns of a tile, which is also the width of a packed panel of b.
template <class T>
constexpr int panel_width = 2 * lanes<T>;

/// Most steps of k whose operands are packed together: the a of a tile stays in L1, the panels of b in L2.
constexpr int block_depth = 288;

/// Row pitch of a packed a whose rows are contiguous in k: an odd number of cache lines, or the rows of a tile
/// would fall into the same L1 sets.
template <class T>
constexpr int row_pitch = block_depth + lanes<T>;

/// Row pitch of a packed a whose columns are contiguous: tile_rows, padded to whole vectors.
template <class T>
constexpr int column_pitch = static_cast<int>(round_up(tile_rows, lanes<T>));

/// c(rows, columns) = a * b, or += where `add`; then, where `finish`, c = activation(c + bias).
/// k runs over `runs` runs of `steps` steps; between runs a moves by run_jump. E is the type of an element of a and b.
template <class T, class E = T>
struct TileJob {
  const E* a = nullptr;
  const E* b = nullptr;
  T* c = nullptr;
  i64 steps = 0;
  i64 runs = 1, run_jump = 0;
  i64 a_step = 1;  ///< from one k to the next, where a's columns are contiguous
  i64 b_pitch = 0, c_pitch = 0;
  i64 columns = 0;  ///< at most panel_width; b is read up to whole vectors
  bool add = false;
  bool finish = false;
  const T* bias = nullptr;                   ///< of these columns, or null
  Activation activation = Activation::none;  ///< none, relu or leaky_relu
  T slope = T(0);
};

/// How element (i, k) of a tile's left operand lies in memory.
constexpr int by_columns = 0;  ///< a[k * a_step + i]; any other value is a row pitch: a[i * pitch + k]

template <class T, class E, int rows, int vectors, int pitch>
void tile(const TileJob<T, E>& job) {
  using M = Multiply<T, E>;
  constexpr int n = lanes<T>;
  Vec<T> sum[rows][vectors];
  GAN_UNROLL
  for (int i = 0; i < rows; ++i) {
    GAN_UNROLL
    for (int v = 0; v < vectors; ++v) {
      sum[i][v] = Vec<T>{};
      __builtin_prefetch(job.c + i * job.c_pitch + v * n, 1);
    }
  }
  const E* a = job.a;
  const E* b = job.b;
  const i64 steps = job.steps, a_step = job.a_step, b_pitch = job.b_pitch;
  for (i64 run = 0; run < job.runs; ++run, a += job.run_jump)
    for (i64 k = 0; k < steps; ++k) {
      decltype(M::panel(b)) y[vectors];
      GAN_UNROLL
      for (int v = 0; v < vectors; ++v) y[v] = M::panel(b + v * n);
      GAN_UNROLL
      for (int i = 0; i < rows; ++i) {
        const auto x = M::all(a[i * (pitch == by_columns ? 1 : pitch)]);
        GAN_UNROLL
        for (int v = 0; v < vectors; ++v) M::add(sum[i][v], x, y[v]);
      }
      a += pitch == by_columns ? a_step : 1;
      b += b_pitch;
    }

  // One pass per stage, so that each condition is tested once and not once per register.
  const auto each = [&](auto&& stage) __attribute__((always_inline)) {
    GAN_UNROLL
    for (int i = 0; i < rows; ++i) {
      GAN_UNROLL
      for (int v = 0; v < vectors; ++v) stage(sum[i][v], i, v);
    }
  };
  if (job.add) each([&](Vec<T>& z, int i, int v) { z += load(job.c + i * job.c_pitch + v * n); });
  if (job.finish) {
    if (job.bias) each([&](Vec<T>& z, int, int v) { z += load(job.bias + v * n); });
    // The comparisons keep a NaN a NaN.
    if (job.activation == Activation::relu) each([](Vec<T>& z, int, int) { z = z < T(0) ? Vec<T>{} : z; });
    if (job.activation == Activation::leaky_relu) each([&](Vec<T>& z, int, int) { z = z < T(0) ? z * job.slope : z; });
  }
  each([&](Vec<T>& z, int i, int v) { store(job.c + i * job.c_pitch + v * n, z); });
}

template <class T, class E>
using TileFunction = void (*)(const TileJob<T, E>&);

/// The kernel for every height, so that a ragged last tile costs only what it computes.
template <class T, class E, int vectors, int pitch, std::size_t... i>
GAN_INLINE TileFunction<T, E> tile_of_height(i64 rows, std::index_sequence<i...>) {
  static constexpr TileFunction<T, E> table[] = {tile<T, E, static_cast<int>(i) + 1, vectors, pitch>...};
  return table[rows - 1];
}

/// Runs a tile whose columns are not whole vectors by way of a full one on the stack.
template <class T, class E>
__attribute__((noinline)) void run_ragged(TileFunction<T, E> full, i64 rows, i64 width, const TileJob<T, E>& job) {
  alignas(64) T c[tile_rows * panel_width<T>], bias[panel_width<T>];
  TileJob<T, E> padded = job;
  padded.c = c;
  padded.c_pitch = width;
  for (i64 j = 0; j < width; ++j) bias[j] = job.finish && job.bias && j < job.columns ? job.bias[j] : T(0);
  padded.bias = bias;
  if (job.add)
    for (i64 i = 0; i < rows; ++i)
      for (i64 j = 0; j < width; ++j) c[i * width + j] = j < job.columns ? job.c[i * job.c_pitch + j] : T(0);
  full(padded);
  for (i64 i = 0; i < rows; ++i)
    for (i64 j = 0; j < job.columns; ++j) job.c[i * job.c_pitch + j] = c[i * width + j];
}

/// Computes a tile of `rows` <= tile_rows rows. `pitch` is the layout of a: by_columns or a row pitch.
template <class T, int pitch, class E>
GAN_INLINE void run_tile(i64 rows, const TileJob<T, E>& job) {
  constexpr auto heights = std::make_index_sequence<tile_rows>{};
  const bool narrow = job.columns <= lanes<T>;
  const TileFunction<T, E> function =
      narrow ? tile_of_height<T, E, 1, pitch>(rows, heights) : tile_of_height<T, E, 2, pitch>(rows, heights);
  const i64 width = narrow ? lanes<T> : panel_width<T>;
  if (job.columns == width)
    function(job);
  else
    run_ragged(function, rows, width, job);
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
