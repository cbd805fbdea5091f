// Copies along strides and by index. Elements of T moved: gather_strided reads and writes n, and so do gather_rows and
// max_pool_gather, which also read indices; scatter_strided reads n and writes n plus, for the zeros, y_size.
#include "cuda/divide.hpp"
#include "gan/backend/cuda.cuh"
#include "src/backend/entries.hpp"

namespace gan::cuda {
namespace {

/// A strided iteration without axes of extent 1, and with neighbouring axes merged where one stride covers both.
struct Walk {
  int axes = 0;
  i64 extent[Shape::max_rank] = {}, stride[Shape::max_rank] = {};

  Walk(const Shape& shape, const Strides& strides) {
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

/// Maps a position in the dense array to one in the strided array.
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
    for (int k = Shape::max_rank - 1; k > 0; --k) {  // unrolled: a variable index would put the arrays in local memory
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

constexpr int side = 32, lines = 8;  // of a tile; the rows of threads that copy it

/// A gather in which neighbours in x are far apart in y, as in a transposition. The axis `columns`, along which x is
/// contiguous, and the axis `rows`, along which y is contiguous, are split into square tiles; the other axes are walked
/// entry by entry.
struct Tiles {
  i64 count = 0;  ///< total number of tiles
  i64 rows = 0, columns = 0, row_tiles = 0, column_tiles = 0;
  i64 row_step = 0;     ///< in x, from one row to the next; 1 in y
  i64 column_step = 0;  ///< in y, from one column to the next; 1 in x
  int axes = 0;         ///< number of the other axes
  i64 extent[Shape::max_rank] = {}, from[Shape::max_rank] = {}, to[Shape::max_rank] = {};

  /// count stays 0 if tiles would not help.
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

// A warp reads 32 neighbours of x and writes 32 neighbours of y. The odd row length of the tile places each column in
// 32 different banks of shared memory. Divisions are few: they are made once per tile.
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

// Every element of y scans the whole index in the order of rows, which gives the same sums at every launch without
// atomics. That costs `rows` index reads per element, which all threads of a row of y share; each element of x is read
// once.
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
void gather_strided(const Shape& shape, const Strides& strides, i64 offset, const T* x, T* y) {
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
void scatter_strided(const Shape& shape, const Strides& strides, i64 offset, const T* x, T* y, i64 y_size) {
  const i64 n = shape.size();
  if (y_size > n)  // else x covers y, or the other elements keep their values
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

GAN_KERNEL(gather_strided)
GAN_KERNEL(scatter_strided)
GAN_KERNEL(gather_rows)
GAN_KERNEL(scatter_add_rows)
GAN_KERNEL(max_pool_gather)

}  // namespace gan::cuda
