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
void max_rows(i64 rows, i64 columns, const T* x, T* y) {
  if (rows == 0) return;
  constexpr i64 rows_of_block = 8, most_blocks = 8 * 132;  // eight fill a multiprocessor
  launch("max_rows", dim3(static_cast<unsigned>(std::min((rows + rows_of_block - 1) / rows_of_block, most_blocks))),
         dim3(static_cast<unsigned>(32 * rows_of_block)), max_rows_kernel<T>, rows, columns, x, y);
}

GAN_KERNEL(sum_to)
GAN_KERNEL(max_rows)

}  // namespace gan::cuda
