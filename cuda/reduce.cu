// Sums over axes, row maxima. Sums read every element once (reduce.hpp). If reduced axes alternate with kept ones, each
// run of reduced axes takes a separate pass, from the last run to the first, over the result of the previous pass.
#include "cuda/reduce.hpp"

#include <limits>
#include <memory>

#include "cuda/runtime.hpp"
#include "src/backend/entries.hpp"

namespace gan::cuda {
namespace {

/// NaN counts as the largest value, so that the order of comparisons does not matter.
template <class T>
__device__ T larger(T a, T b) {
  return b > a || b != b ? b : a;
}

/// Each warp handles one or more rows and reads a row once, coalesced.
template <class T>
__global__ void max_rows_kernel(i64 rows, i64 columns, const T* x, T* y) {
  const int lane = static_cast<int>(threadIdx.x) % warpSize;
  const i64 warps = static_cast<i64>(gridDim.x) * (blockDim.x / warpSize);
  for (i64 r = static_cast<i64>(blockIdx.x) * (blockDim.x / warpSize) + threadIdx.x / warpSize; r < rows; r += warps) {
    T largest = -std::numeric_limits<T>::infinity();
    for (i64 c = lane; c < columns; c += warpSize) largest = larger(largest, x[r * columns + c]);
    for (int mask = warpSize / 2; mask > 0; mask /= 2)
      largest = larger(largest, __shfl_xor_sync(0xffffffffu, largest, mask));
    if (lane == 0) y[r] = largest;
  }
}

constexpr int scan_threads = 128;

/// Sums along lines of n elements, `inner` apart: each block takes a line at a time, and its threads one element each.
template <class T>
__global__ void cumsum_kernel(i64 lines, i64 n, i64 inner, bool reverse, const T* x, T* y) {
  __shared__ double sums[scan_threads];
  const int thread = static_cast<int>(threadIdx.x);
  for (i64 line = blockIdx.x; line < lines; line += gridDim.x) {
    const i64 base = line / inner * n * inner + line % inner;
    double before = 0;
    for (i64 begin = 0; begin < n; begin += scan_threads) {
      const i64 k = begin + thread, at = base + (reverse ? n - 1 - k : k) * inner;
      sums[thread] = k < n ? static_cast<double>(x[at]) : 0;
      for (int step = 1; step < scan_threads; step *= 2) {
        __syncthreads();
        const double left = thread >= step ? sums[thread - step] : 0;
        __syncthreads();
        sums[thread] += left;
      }
      __syncthreads();
      if (k < n) y[at] = static_cast<T>(before + sums[thread]);
      before += sums[scan_threads - 1];
      __syncthreads();
    }
  }
}
/// The same with a thread for each line: for many lines beside each other, which are then read together.
template <class T>
__global__ void cumsum_lines_kernel(i64 lines, i64 n, i64 inner, bool reverse, const T* x, T* y) {
  GAN_CUDA_FOR(line, lines) {
    const i64 base = line / inner * n * inner + line % inner;
    double sum = 0;
    for (i64 k = 0; k < n; ++k) {
      const i64 at = base + (reverse ? n - 1 - k : k) * inner;
      y[at] = static_cast<T>(sum += static_cast<double>(x[at]));
    }
  }
}

struct Axis {
  i64 extent;
  bool kept;
};

}  // namespace

template <class T>
void sum_to(const Shape& from, const Shape& to, const T* x, T* y) {
  Axis axes[Shape::max_rank] = {};
  int n = 0, passes = 0;
  for (int i = 0; i < from.rank(); ++i) {  // merges neighbouring axes that are both kept or both reduced
    if (from[i] == 1) continue;
    const bool kept = to[i] != 1;
    if (n > 0 && axes[n - 1].kept == kept)
      axes[n - 1].extent *= from[i];
    else
      axes[n++] = {from[i], kept};
  }
  for (int i = 0; i < n; ++i) passes += !axes[i].kept;
  if (passes == 0) {
    const Device device = current_device();
    return copy(y, device, x, device, static_cast<std::size_t>(from.size()) * sizeof(T));
  }
  std::unique_ptr<Scratch<T>> left;
  for (int i = n - 1; i >= 0; --i) {
    if (axes[i].kept) continue;
    i64 outer = 1, inner = 1;
    for (int k = 0; k < i; ++k) outer *= axes[k].extent;
    for (int k = i + 1; k < n; ++k) inner *= axes[k].extent;
    auto next = --passes == 0 ? nullptr : std::make_unique<Scratch<T>>(outer * inner);
    sum_middle<1, T>("sum_to", outer, axes[i].extent, inner, Element<T>{left ? left->data() : x},
                     StoreSum<T>{next ? next->data() : y});
    left = std::move(next);
    axes[i].extent = 1;
  }
}

template <class T>
void cumsum(i64 outer, i64 n, i64 inner, bool reverse, const T* x, T* y) {
  const i64 lines = outer * inner;
  constexpr i64 enough = 8192, most_blocks = 8 * 132;
  if (lines == 0 || n == 0) return;
  if (inner >= 32 && lines >= enough)
    return launch("cumsum", lines, cumsum_lines_kernel<T>, lines, n, inner, reverse, x, y);
  launch("cumsum", dim3(static_cast<unsigned>(std::min(lines, most_blocks))), dim3(scan_threads), cumsum_kernel<T>,
         lines, n, inner, reverse, x, y);
}

template <class T>
void max_rows(i64 rows, i64 columns, const T* x, T* y) {
  if (rows == 0) return;
  constexpr i64 rows_of_block = 8, most_blocks = 8 * 132;  // eight fill a multiprocessor
  launch("max_rows", dim3(static_cast<unsigned>(std::min((rows + rows_of_block - 1) / rows_of_block, most_blocks))),
         dim3(static_cast<unsigned>(32 * rows_of_block)), max_rows_kernel<T>, rows, columns, x, y);
}

GAN_KERNEL(sum_to)
GAN_KERNEL(cumsum)
GAN_KERNEL(max_rows)

}  // namespace gan::cuda
