// Matrix products of a large matrix with one of few rows, as in dense layers with small batches. Moving the large
// matrix dominates the time, so it is read (or written) once, in long runs, in place; the small one stays in cache.
#pragma once

#include <cstdint>

#include "gan/core/parallel.hpp"
#include "src/cpu/isa/epilogue.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

constexpr i64 few_rows = 8;

/// Whether one of the products below is meant for a shape: few rows times a large b, or few summands of a large c.
inline bool has_few_rows(const GemmShape& s) {
  constexpr i64 large = i64{1} << 16;  // elements: smaller ones lie in cache, where tiles are as fast
  if (s.transpose_a) return s.k >= 1 && s.k <= few_rows && !s.transpose_b && s.m * s.n >= large;
  return s.m <= few_rows && s.n * s.k >= large;
}

/// Bias and activation on `rows` rows of c, columns [begin, end).
template <class T>
void finish_columns(T* c, i64 rows, i64 pitch, i64 begin, i64 end, const Epilogue<T>& epilogue) {
  for (i64 i = 0; i < rows; ++i) {
    T* const row = c + i * pitch;
    if (epilogue.bias)
      for (i64 j = begin; j < end; ++j) row[j] += epilogue.bias[j];
    activate_row(row + begin, end - begin, epilogue.activation, epilogue.slope);
  }
}

// ---- c(m, n) = a(m, k) b(n, k)^T: dot products of rows ----------------------------------------------------------

/// Columns [j, j + width) of c: every row of a with `width` rows of b, all read once.
template <class T, int m, int width>
GAN_INLINE void few_dots(const GemmShape& s, const T* a, const T* b, T* c, i64 j) {
  constexpr int v = lanes<T>;
  Vec<T> sum[m][width] = {};
  const T* const rows = b + j * s.k;
  const auto add = [&](auto&& get) __attribute__((always_inline)) {
    Vec<T> right[width];
    GAN_UNROLL
    for (int w = 0; w < width; ++w) right[w] = get(rows + w * s.k);
    GAN_UNROLL
    for (int i = 0; i < m; ++i) {
      const Vec<T> left = get(a + i * s.k);
      GAN_UNROLL
      for (int w = 0; w < width; ++w) sum[i][w] += left * right[w];
    }
  };
  i64 k = 0;
  for (; k + v <= s.k; k += v) add([k](const T* p) __attribute__((always_inline)) { return load(p + k); });
  if (k < s.k) {
    const int rest = static_cast<int>(s.k - k);
    add([ k, rest ](const T* p) __attribute__((always_inline)) { return load_partial(p + k, rest); });
  }
  for (int i = 0; i < m; ++i)
    for (int w = 0; w < width; ++w) {
      T& element = c[i * s.n + j + w];
      element = (s.accumulate ? element : T(0)) + sum_lanes<T>(sum[i][w]);
    }
}

template <class T, int m>
void few_times_transposed(const GemmShape& s, const T* a, const T* b, T* c, const Epilogue<T>& epilogue) {
  constexpr int width = m <= 5 ? 4 : 2;  // accumulators and rows of b must fit the registers
  parallel_for(s.n, 64, [&](i64 begin, i64 end) {
    i64 j = begin;
    for (; j + width <= end; j += width) few_dots<T, m, width>(s, a, b, c, j);
    for (; j < end; ++j) few_dots<T, m, 1>(s, a, b, c, j);
    finish_columns(c, m, s.n, begin, end, epilogue);
  });
}

// ---- c(m, n) = a(m, k) b(k, n): rows of b, each times a number --------------------------------------------------

/// Adds a(m, depth) b(depth, n) to columns [begin, end) of c, or sets them.
template <class T, int m, int depth>
GAN_INLINE void few_sums(const GemmShape& s, const T* a, const T* b, T* c, i64 begin, i64 end, bool add) {
  constexpr int v = lanes<T>;
  Vec<T> factor[m][depth];
  GAN_UNROLL
  for (int i = 0; i < m; ++i) {
    GAN_UNROLL
    for (int d = 0; d < depth; ++d) factor[i][d] = broadcast(a[i * s.k + d]);
  }
  for (i64 j = begin; j < end; j += v) {
    const int valid = static_cast<int>(min<i64>(v, end - j));
    const bool whole = valid == v;
    Vec<T> right[depth];
    GAN_UNROLL
    for (int d = 0; d < depth; ++d) right[d] = whole ? load(b + d * s.n + j) : load_partial(b + d * s.n + j, valid);
    GAN_UNROLL
    for (int i = 0; i < m; ++i) {
      T* const to = c + i * s.n + j;
      Vec<T> sum = !add ? Vec<T>{} : (whole ? load(to) : load_partial(to, valid));
      GAN_UNROLL
      for (int d = 0; d < depth; ++d) sum += factor[i][d] * right[d];
      if (whole)
        store(to, sum);
      else
        store_partial(to, sum, valid);
    }
  }
}

template <class T, int m>
void few_times(const GemmShape& s, const T* a, const T* b, T* c, const Epilogue<T>& epilogue) {
  constexpr int depth = m <= 2 ? 8 : (m <= 4 ? 4 : 2);
  // Columns are taken in pieces whose sums stay in cache while the rows of b go by.
  constexpr i64 grain = 1024, most = 8192;
  parallel_for(ceil_div(s.n, grain), 1, [&](i64 first, i64 last) {
    const i64 from = first * grain, to = min(s.n, last * grain), pieces = ceil_div(to - from, most);
    for (i64 p = 0; p < pieces; ++p) {
      const i64 begin = from + (to - from) * p / pieces, end = from + (to - from) * (p + 1) / pieces;
      i64 k = 0;
      for (; k + depth <= s.k; k += depth)
        few_sums<T, m, depth>(s, a + k, b + k * s.n, c, begin, end, s.accumulate || k > 0);
      for (; k < s.k; ++k) few_sums<T, m, 1>(s, a + k, b + k * s.n, c, begin, end, s.accumulate || k > 0);
    }
    finish_columns(c, m, s.n, from, to, epilogue);
  });
}

// ---- c(m, n) = a(k, m)^T b(k, n) with few k: every row of c is a sum of the rows of b ---------------------------

template <class T, int depth>
void few_outer(const GemmShape& s, const T* a, const T* b, T* c, const Epilogue<T>& epilogue) {
  constexpr int v = lanes<T>;
  constexpr i64 piece = 1024;  // columns of b that stay in the first cache
  // A c larger than caches, which is only written: its old values need not be fetched.
  constexpr i64 beyond_caches = i64{16} << 20;
  const bool past_caches = !s.accumulate && s.m * s.n * static_cast<i64>(sizeof(T)) >= beyond_caches &&
                           reinterpret_cast<std::uintptr_t>(c) % vector_bytes == 0 && s.n % v == 0;
  parallel_for(s.m, max<i64>(1, 16384 / s.n), [&](i64 first, i64 last) {
    for (i64 begin = 0; begin < s.n; begin += piece) {
      const i64 end = min(s.n, begin + piece);
      for (i64 i = first; i < last; ++i) {
        Vec<T> factor[depth];
        GAN_UNROLL
        for (int d = 0; d < depth; ++d) factor[d] = broadcast(a[d * s.m + i]);
        T* const row = c + i * s.n;
        i64 j = begin;
        for (; j + v <= end; j += v) {
          Vec<T> sum = s.accumulate ? load(row + j) : Vec<T>{};
          GAN_UNROLL
          for (int d = 0; d < depth; ++d) sum += factor[d] * load(b + d * s.n + j);
          if (past_caches)
            store_past_caches(row + j, sum);
          else
            store(row + j, sum);
        }
        if (j < end) {
          const int valid = static_cast<int>(end - j);
          Vec<T> sum = s.accumulate ? load_partial(row + j, valid) : Vec<T>{};
          GAN_UNROLL
          for (int d = 0; d < depth; ++d) sum += factor[d] * load_partial(b + d * s.n + j, valid);
          store_partial(row + j, sum, valid);
        }
      }
    }
    if (past_caches) await_stores();
    for (i64 i = first; i < last; ++i) finish_columns(c + i * s.n, 1, s.n, 0, s.n, epilogue);
  });
}

// ---- the sizes as constants --------------------------------------------------------------------------------------

template <class T>
void gemm_few(const GemmShape& s, const T* a, const T* b, T* c, const Epilogue<T>& epilogue) {
  const auto run = [&]<int size>() {
    if (s.transpose_a)
      few_outer<T, size>(s, a, b, c, epilogue);
    else if (s.transpose_b)
      few_times_transposed<T, size>(s, a, b, c, epilogue);
    else
      few_times<T, size>(s, a, b, c, epilogue);
  };
  switch (s.transpose_a ? s.k : s.m) {
    case 1:
      return run.template operator()<1>();
    case 2:
      return run.template operator()<2>();
    case 3:
      return run.template operator()<3>();
    case 4:
      return run.template operator()<4>();
    case 5:
      return run.template operator()<5>();
    case 6:
      return run.template operator()<6>();
    case 7:
      return run.template operator()<7>();
    case 8:
      return run.template operator()<8>();
  }
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
