// Copies along strides and by index. Bytes moved, for n elements of T: gather_strided reads and writes n each, as do
// gather_rows and take beside their indices; scatter_strided reads n, and writes n and, for the zeros, y_size.
#include "cuda/divide.hpp"
#include "cuda/kernels.hpp"
#include "gan/backend/cuda.cuh"

namespace gan::cuda {
namespace {

/// A strided walk with unit axes dropped and even neighbours merged.
struct Walk {
  int axes = 0;
  i64 extent[Shape::max_rank] = {}, stride[Shape::max_rank] = {};

  Walk(const Shape& shape, const i64* strides) {
    for (int i = 0; i < shape.rank(); ++i) {
      if (shape[i] == 1) continue;
      if (axes > 0 && stride[axes - 1] == strides[i] * shape[i]) {
        extent[axes - 1] *= shape[i];
        stride[axes - 1] = strides[i];
      } else {
        extent[axes] = shape[i];
        stride[axes++] = strides[i];
      }
    }
  }
};

/// From a position in the dense array to one in the strided array.
template <class Index>
struct Offsets {
  int axes = 0;
  Divider<Index> extent[Shape::max_rank];
  i64 stride[Shape::max_rank] = {};

  explicit Offsets(const Walk& walk) : axes(walk.axes) {
    for (int i = 0; i < axes; ++i) {
      extent[i] = Divider<Index>(walk.extent[i]);
      stride[i] = walk.stride[i];
    }
  }
  GAN_HD i64 operator()(Index i) const {
    i64 at = 0;
    for (int k = Shape::max_rank - 1; k > 0; --k) {  // unrolled: an index that varies would put the arrays in memory
      if (k >= axes) continue;
      const Index rest = extent[k](i);
      at += static_cast<i64>(i - rest * extent[k].by) * stride[k];
      i = rest;
    }
    return axes > 0 ? at + static_cast<i64>(i) * stride[0] : 0;
  }
};

template <class T, class Index>
__global__ void gather_kernel(i64 n, Offsets<Index> offsets, const T* x, T* y) {
  GAN_CUDA_FOR(i, n) y[i] = x[offsets(static_cast<Index>(i))];
}

template <class T, class Index>
__global__ void scatter_kernel(i64 n, Offsets<Index> offsets, const T* x, T* y) {
  GAN_CUDA_FOR(i, n) y[offsets(static_cast<Index>(i))] = x[i];
}

constexpr int side = 32, lines = 8;  // of a tile; rows of threads that carry it

/// A gather in which neighbours in x are far apart in y, as in a transposition: the axis `columns` of x's neighbours
/// and the axis `rows` of y's are walked in square tiles, and all others one entry after the other.
struct Tiles {
  i64 count = 0;  ///< in all
  i64 rows = 0, columns = 0, row_tiles = 0, column_tiles = 0;
  i64 row_step = 0;     ///< in x, from one row to the next; 1 in y
  i64 column_step = 0;  ///< in y, from one column to the next; 1 in x
  int axes = 0;         ///< the others
  i64 extent[Shape::max_rank] = {}, from[Shape::max_rank] = {}, to[Shape::max_rank] = {};

  /// count stays 0 where tiles would not help.
  explicit Tiles(const Walk& walk) {
    const int last = walk.axes - 1;
    int across = -1;
    for (int i = 0; i < last; ++i)
      if (walk.stride[i] == 1) across = i;
    constexpr i64 enough = side / 2;
    if (across < 0 || walk.stride[last] <= 1 || walk.extent[last] < enough || walk.extent[across] < enough) return;
    rows = walk.extent[last];
    row_step = walk.stride[last];
    columns = walk.extent[across];
    row_tiles = (rows + side - 1) / side;
    column_tiles = (columns + side - 1) / side;
    count = row_tiles * column_tiles;
    i64 dense = rows;
    for (int i = last - 1; i >= 0; dense *= walk.extent[i--]) {
      if (i == across) {
        column_step = dense;
        continue;
      }
      extent[axes] = walk.extent[i];
      from[axes] = walk.stride[i];
      to[axes++] = dense;
      count *= walk.extent[i];
    }
  }
};

// A warp reads 32 neighbours of x, and writes 32 neighbours of y. The odd row length of the tile keeps a column of it
// in 32 banks of shared memory. Divisions are few: once a tile.
template <class T>
__global__ void tiles_kernel(Tiles t, const T* x, T* y) {
  __shared__ T tile[side][side + 1];
  for (i64 k = blockIdx.x; k < t.count; k += gridDim.x) {
    i64 rest = k / t.column_tiles;
    const i64 column = (k - rest * t.column_tiles) * side, others = rest / t.row_tiles;
    const i64 row = (rest - others * t.row_tiles) * side;
    i64 from = column + row * t.row_step, to = column * t.column_step + row;
    rest = others;
    for (int i = 0; i < t.axes; ++i) {
      const i64 at = rest % t.extent[i];
      rest /= t.extent[i];
      from += at * t.from[i];
      to += at * t.to[i];
    }
    const int lane = static_cast<int>(threadIdx.x), line = static_cast<int>(threadIdx.y);
    for (int i = line; i < side; i += lines)
      if (row + i < t.rows && column + lane < t.columns) tile[i][lane] = x[from + lane + i * t.row_step];
    __syncthreads();
    for (int i = line; i < side; i += lines)
      if (column + i < t.columns && row + lane < t.rows) y[to + lane + i * t.column_step] = tile[lane][i];
    __syncthreads();
  }
}

template <class T, class Index>
__global__ void gather_rows_kernel(i64 n, Divider<Index> width, const i64* index, const T* x, T* y) {
  GAN_CUDA_FOR(i, n) {
    const i64 row = static_cast<i64>(width(static_cast<Index>(i))), columns = static_cast<i64>(width.by);
    y[i] = x[index[row] * columns + (i - row * columns)];
  }
}

// Every element of y walks the whole index, in the order of rows: the same sums at every launch, without atomics. It
// costs `rows` reads an element, which all threads of a row of y share; what is read of x is read once.
template <class T, class Index>
__global__ void scatter_add_rows_kernel(i64 n, i64 rows, Divider<Index> width, const i64* index, const T* x, T* y) {
  GAN_CUDA_FOR(i, n) {
    const i64 row = static_cast<i64>(width(static_cast<Index>(i))), columns = static_cast<i64>(width.by);
    const i64 column = i - row * columns;
    T sum = T(0);
    for (i64 r = 0; r < rows; ++r)
      if (index[r] == row) sum += x[r * columns + column];
    y[i] = sum;
  }
}

template <class T, class Index>
__global__ void max_pool_gather_kernel(i64 n, Divider<Index> width, i64 x_width, const i32* index, const T* x, T* y) {
  GAN_CUDA_FOR(i, n) y[i] = x[static_cast<i64>(width(static_cast<Index>(i))) * x_width + index[i]];
}

}  // namespace

template <class T>
void gather_strided(const Shape& shape, const i64* strides, i64 offset, const T* x, T* y) {
  const i64 n = shape.size();
  if (n == 0) return;
  const Walk walk(shape, strides);
  const Tiles tiles(walk);
  if (tiles.count > 0) {
    constexpr i64 most_blocks = 1 << 16;
    launch("gather_strided", dim3(static_cast<unsigned>(std::min(tiles.count, most_blocks))), dim3(side, lines),
           tiles_kernel<T>, tiles, x + offset, y);
    return;
  }
  with_index(n, [&](auto index) {
    using Index = decltype(index);
    launch("gather_strided", n, gather_kernel<T, Index>, n, Offsets<Index>(walk), x + offset, y);
  });
}

template <class T>
void scatter_strided(const Shape& shape, const i64* strides, i64 offset, const T* x, T* y, i64 y_size) {
  const i64 n = shape.size();
  if (y_size > n)  // else x covers y, or the other elements stay
    check(cudaMemsetAsync(y, 0, static_cast<std::size_t>(y_size) * sizeof(T), stream(current_device())),
          "scatter_strided");
  if (n == 0) return;
  with_index(n, [&](auto index) {
    using Index = decltype(index);
    launch("scatter_strided", n, scatter_kernel<T, Index>, n, Offsets<Index>(Walk(shape, strides)), x, y + offset);
  });
}

template <class T>
void gather_rows(i64 rows, i64 width, const i64* index, const T* x, T* y) {
  const i64 n = rows * width;
  with_index(n, [&](auto kind) {
    using Index = decltype(kind);
    launch("gather", n, gather_rows_kernel<T, Index>, n, Divider<Index>(width), index, x, y);
  });
}

template <class T>
void scatter_add_rows(i64 rows, i64 width, const i64* index, const T* x, T* y, i64 y_rows) {
  const i64 n = y_rows * width;
  with_index(n, [&](auto kind) {
    using Index = decltype(kind);
    launch("scatter_add", n, scatter_add_rows_kernel<T, Index>, n, rows, Divider<Index>(width), index, x, y);
  });
}

template <class T>
void max_pool_gather(i64 batch, i64 n, i64 x_width, const i32* index, const T* x, T* y) {
  const i64 all = batch * n;
  with_index(all, [&](auto kind) {
    using Index = decltype(kind);
    launch("max_pool_gather", all, max_pool_gather_kernel<T, Index>, all, Divider<Index>(n), x_width, index, x, y);
  });
}

#define GAN_INSTANTIATE(T)                                                         \
  template void gather_strided(const Shape&, const i64*, i64, const T*, T*);       \
  template void scatter_strided(const Shape&, const i64*, i64, const T*, T*, i64); \
  template void gather_rows(i64, i64, const i64*, const T*, T*);                   \
  template void scatter_add_rows(i64, i64, const i64*, const T*, T*, i64);         \
  template void max_pool_gather(i64, i64, i64, const i32*, const T*, T*);
GAN_INSTANTIATE(float)
GAN_INSTANTIATE(double)

}  // namespace gan::cuda
