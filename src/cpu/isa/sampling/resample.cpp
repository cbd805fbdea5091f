// Products with sparse matrices along an axis. Compiled once per instruction set (see vector.hpp).
#include "gan/core/parallel.hpp"
#include "src/cpu/isa/vector.hpp"
#include "src/cpu/sampling.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

/// `vectors` vectors of a row of the result, from those at x in each row of the operand.
template <int vectors, class T>
GAN_INLINE void multiply_row(const SparseRows<T>& m, i64 row, i64 inner, const T* x, T* y) {
  Vec<T> sum[vectors] = {};
  for (i64 k = m.start[row], end = m.start[row + 1]; k < end; ++k) {
    const T* const from = x + m.column[k] * inner;
    const Vec<T> weight = broadcast(m.weight[k]);
    GAN_UNROLL
    for (int v = 0; v < vectors; ++v) sum[v] += weight * load(from + v * lanes<T>);
  }
  GAN_UNROLL
  for (int v = 0; v < vectors; ++v) store(y + v * lanes<T>, sum[v]);
}

/// y(rows, inner) = matrix * x(columns, inner) where inner is at least one vector.
template <class T>
void multiply_plane(const SparseRows<T>& m, i64 inner, const T* x, T* y) {
  constexpr i64 n = lanes<T>;
  for (i64 row = 0; row < m.rows; ++row, y += inner) {
    i64 i = 0;
    for (; i + 4 * n <= inner; i += 4 * n) multiply_row<4>(m, row, inner, x + i, y + i);
    for (; i + n <= inner; i += n) multiply_row<1>(m, row, inner, x + i, y + i);
    if (i < inner) multiply_row<1>(m, row, inner, x + inner - n, y + inner - n);
  }
}

/// to[j * to_pitch + i] = from[i * from_pitch + j] for i < rows, j < columns, both at most lanes; 0 for i in
/// [rows, written).
template <class T>
GAN_INLINE void transpose_part(const T* from, i64 from_pitch, i64 rows, i64 columns, i64 written, T* to, i64 to_pitch) {
  constexpr int n = lanes<T>;
  if (rows == n && columns == n) return transpose(from, from_pitch, to, to_pitch);
  Vec<T> block[n];
  GAN_UNROLL
  for (int i = 0; i < n; ++i)
    block[i] = i < rows ? load_partial(from + i * from_pitch, static_cast<int>(columns)) : Vec<T>{};
  transpose_blocks<T, 1>(block);
  GAN_UNROLL
  for (int i = 0; i < n; ++i)
    if (i < columns) store_partial(to + i * to_pitch, block[i], static_cast<int>(written));
}

/// y(lines, rows, inner) = matrix * x(lines, columns, inner) for at most as many lines as a vector has lanes: each
/// becomes one lane.
template <class T>
void multiply_lines(const SparseRows<T>& m, i64 lines, i64 inner, const T* x, T* y) {
  constexpr i64 n = lanes<T>;
  const i64 in = m.columns * inner, out = m.rows * inner;
  T* const from = static_cast<T*>(scratch(1, static_cast<std::size_t>(in * n) * sizeof(T)));
  T* const to = static_cast<T*>(scratch(2, static_cast<std::size_t>(out * n) * sizeof(T)));
  for (i64 j = 0; j < in; j += n) transpose_part(x + j, in, lines, min(n, in - j), n, from + j * n, n);
  multiply_plane(m, inner * n, from, to);
  for (i64 j = 0; j < out; j += n) {
    const i64 entries = min(n, out - j);
    transpose_part(to + j * n, n, entries, lines, entries, y + j, out);
  }
}

template <class T>
void multiply(const SparseRows<T>& m, i64 outer, i64 inner, const T* x, T* y) {
  const i64 in = m.columns * inner, out = m.rows * inner;
  const bool long_lines = inner >= lanes<T>;
  const i64 step = long_lines ? 1 : lanes<T>;
  for (i64 o = 0; o < outer; o += step) {
    if (long_lines)
      multiply_plane(m, inner, x + o * in, y + o * out);
    else
      multiply_lines(m, min(step, outer - o), inner, x + o * in, y + o * out);
  }
}

}  // namespace

SparseProduct<float> sparse_product_f32() { return multiply<float>; }
SparseProduct<double> sparse_product_f64() { return multiply<double>; }

}  // namespace gan::cpu::GAN_ISA
