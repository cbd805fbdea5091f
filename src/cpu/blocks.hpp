// Reductions over rows that do not depend on the number of threads: rows are split into fixed blocks, the partial
// result of each block is stored separately, and the partial results are combined in order, in double.
#pragma once

#include <algorithm>

#include "gan/core/parallel.hpp"
#include "gan/core/shape.hpp"
#include "src/cpu/isa/rows.hpp"

namespace gan::cpu {

struct RowBlocks {
  i64 rows, size, count;
  RowBlocks(i64 n, i64 channels)
      : rows(n), size(std::max<i64>({(n + 63) / 64, 2048 / (channels + 1), 1})), count((n + size - 1) / size) {}
  i64 begin(i64 block) const { return block * size; }
  i64 length(i64 block) const { return std::min(rows, (block + 1) * size) - block * size; }
  /// The minimum number of blocks per thread.
  i64 grain(i64 channels) const { return std::max<i64>(1, 8192 / (size * channels + 1)); }
};

/// result[k] = sum over blocks of partial[block * width + k], combined in block order.
template <class T, class Result>
void combine_blocks(i64 blocks, i64 width, const T* partial, Result result) {
  parallel_for(width, 2048, [&](i64 begin, i64 end) {
    constexpr i64 some = 64;
    double totals[some];
    for (i64 first = begin; first < end; first += some) {
      const i64 last = std::min(end, first + some);
      row_kernels<T>().block_totals(blocks, width, first, last, partial, totals);
      for (i64 k = first; k < last; ++k) result(k, totals[k - first]);
    }
  });
}

/// Calls body(i) for i < n, each for `size` elements. Small pieces are one thread's each, and body's own loops then run
/// in that thread; large ones are all threads' in turn.
template <class Body>
void for_each_of(i64 n, i64 size, Body body) {
  constexpr i64 small = 65536;
  if (n == 1 || size > small) {
    for (i64 i = 0; i < n; ++i) body(i);
  } else {
    parallel_for(n, 1 + 16384 / (size + 1), [&](i64 begin, i64 end) {
      for (i64 i = begin; i < end; ++i) body(i);
    });
  }
}

/// Few channels make short loops. The result is how many rows to treat as one longer row.
inline i64 fold_rows(i64 rows, i64 channels) {
  i64 fold = 1;
  while (channels * fold < 32 && rows % (2 * fold) == 0) fold *= 2;
  return fold;
}

}  // namespace gan::cpu
