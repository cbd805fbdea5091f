// Sums over axes, row maxima.
#include "src/backend/entries.hpp"
#include "src/cpu/blocks.hpp"
#include "src/cpu/isa/rows.hpp"

namespace gan::cpu {
namespace {

/// y[c] = sum of x[r, c] over rows.
template <class T>
void sum_rows(i64 rows, i64 columns, const T* x, T* y) {
  const i64 fold = fold_rows(rows, columns), width = columns * fold;
  const RowBlocks blocks(rows / fold, width);
  T* partial = static_cast<T*>(scratch(4, static_cast<std::size_t>(blocks.count * width) * sizeof(T)));
  parallel_for(blocks.count, blocks.grain(width), [&](i64 begin, i64 end) {
    for (i64 b = begin; b < end; ++b)
      row_kernels<T>().column_sums(blocks.length(b), width, x + blocks.begin(b) * width, partial + b * width);
  });
  combine_blocks(blocks.count * fold, columns, partial, [=](i64 c, double total) { y[c] = static_cast<T>(total); });
}

/// Sum of n contiguous elements, first by columns.
template <class T>
double sum_flat(i64 n, const T* x) {
  constexpr i64 width = 64;
  double total = 0;
  T partial[width];
  for (i64 begin = 0; begin < n; begin += 256 * width) {
    const i64 rows = std::min<i64>(256, (n - begin) / width);
    if (rows > 0) {
      row_kernels<T>().column_sums(rows, width, x + begin, partial);
      for (const T p : partial) total += static_cast<double>(p);
    }
    if (rows < 256)
      for (i64 i = begin + rows * width; i < n; ++i) total += static_cast<double>(x[i]);
  }
  return total;
}

/// y(outer, inner) = x(outer, reduced, inner) summed over the middle axis.
template <class T>
void sum_middle(i64 outer, i64 reduced, i64 inner, const T* x, T* y) {
  if (inner > 1 || outer == 1)
    return for_each_of(outer, reduced * inner,
                       [&](i64 o) { sum_rows(reduced, inner, x + o * reduced * inner, y + o * inner); });
  parallel_for(outer, 1 + 16384 / reduced, [&](i64 begin, i64 end) {
    for (i64 o = begin; o < end; ++o) y[o] = static_cast<T>(sum_flat(reduced, x + o * reduced));
  });
}

struct Axis {
  i64 extent;
  bool kept;
};

}  // namespace

template <class T>
void sum_to(const Shape& from, const Shape& to, const T* x, T* y) {
  Axis axes[Shape::max_rank] = {};
  int n = 0;
  for (int i = 0; i < from.rank(); ++i) {  // merges neighbouring axes that are both kept or both reduced
    if (from[i] == 1) continue;
    const bool kept = to[i] != 1;
    if (n > 0 && axes[n - 1].kept == kept)
      axes[n - 1].extent *= from[i];
    else
      axes[n++] = {from[i], kept};
  }
  if (from.size() == 0) {
    for (i64 i = 0; i < to.size(); ++i) y[i] = T(0);
    return;
  }
  if (n == 0 || (n == 1 && axes[0].kept)) {
    for (i64 i = 0; i < to.size(); ++i) y[i] = x[i];
    return;
  }
  // A pass for each run of reduced axes, from the last to the first, over the result of the pass before.
  int left = 0, slot = 5;
  for (int i = 0; i < n; ++i) left += !axes[i].kept;
  for (int i = n - 1; i >= 0; --i) {
    if (axes[i].kept) continue;
    i64 outer = 1, inner = 1;
    for (int k = 0; k < i; ++k) outer *= axes[k].extent;
    for (int k = i + 1; k < n; ++k) inner *= axes[k].extent;
    T* const result =
        --left == 0 ? y : static_cast<T*>(scratch(slot, static_cast<std::size_t>(outer * inner) * sizeof(T)));
    sum_middle(outer, axes[i].extent, inner, x, result);
    x = result;
    axes[i].extent = 1;
    slot = 11 - slot;  // 5 and 6 in turns
  }
}

template <class T>
void cumsum(i64 outer, i64 n, i64 inner, bool reverse, const T* x, T* y) {
  constexpr i64 some = 32;  // lines beside each other whose sums are carried along together
  const i64 pieces = (inner + some - 1) / some;
  parallel_for(outer * pieces, 1 + 16384 / (n * some + 1), [&](i64 begin, i64 end) {
    for (i64 p = begin; p < end; ++p) {
      const i64 first = p % pieces * some, width = std::min(some, inner - first), base = p / pieces * n * inner + first;
      double total[some] = {};
      for (i64 k = 0; k < n; ++k) {
        const i64 at = base + (reverse ? n - 1 - k : k) * inner;
        for (i64 i = 0; i < width; ++i) y[at + i] = static_cast<T>(total[i] += static_cast<double>(x[at + i]));
      }
    }
  });
}

template <class T>
void max_rows(i64 rows, i64 columns, const T* x, T* y) {
  parallel_for(rows, 1 + 16384 / (columns + 1), [&](i64 begin, i64 end) {
    for (i64 r = begin; r < end; ++r) y[r] = *std::max_element(x + r * columns, x + (r + 1) * columns);
  });
}

template <class T>
void accumulate(i64 n, const T* x, T* y) {
  parallel_for(n, 16384, [&](i64 begin, i64 end) { row_kernels<T>().add(end - begin, x + begin, y + begin); });
}

GAN_KERNEL(sum_to)
GAN_KERNEL(cumsum)
GAN_KERNEL(max_rows)
GAN_KERNEL(accumulate)

}  // namespace gan::cpu
