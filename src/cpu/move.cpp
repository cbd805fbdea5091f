// Copies along strides and by index.
#include <algorithm>

#include "gan/core/parallel.hpp"
#include "src/backend/entries.hpp"

namespace gan::cpu {
namespace {

/// A strided iteration without axes of extent 1, and with neighbouring axes merged where one stride covers both; the
/// last axis is the inner loop.
struct Walk {
  int axes = 0;
  i64 extent[Shape::max_rank] = {}, stride[Shape::max_rank] = {};
  i64 rows = 1, inner = 1, step = 1;

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
    if (axes > 0) {
      --axes;
      inner = extent[axes];
      step = stride[axes];
    }
    for (int i = 0; i < axes; ++i) rows *= extent[i];
  }

  i64 offset(i64 row) const {
    i64 at = 0;
    for (int i = axes - 1; i >= 0; --i) {
      at += row % extent[i] * stride[i];
      row /= extent[i];
    }
    return at;
  }
  i64 grain() const { return 1 + 16384 / (inner + 1); }
};

}  // namespace

template <class T>
void gather_strided(const Shape& shape, const Strides& strides, i64 offset, const T* x, T* y) {
  if (shape.size() == 0) return;
  const Walk walk(shape, strides);
  parallel_for(walk.rows, walk.grain(), [&](i64 begin, i64 end) {
    for (i64 r = begin; r < end; ++r) {
      const T* from = x + offset + walk.offset(r);
      T* to = y + r * walk.inner;
      if (walk.step == 1)
        std::copy(from, from + walk.inner, to);
      else
        for (i64 i = 0; i < walk.inner; ++i) to[i] = from[i * walk.step];
    }
  });
}

template <class T>
void scatter_strided(const Shape& shape, const Strides& strides, i64 offset, const T* x, T* y, i64 y_size) {
  std::fill(y, y + y_size, T(0));
  if (shape.size() == 0) return;
  const Walk walk(shape, strides);
  parallel_for(walk.rows, walk.grain(), [&](i64 begin, i64 end) {
    for (i64 r = begin; r < end; ++r) {
      T* to = y + offset + walk.offset(r);
      const T* from = x + r * walk.inner;
      if (walk.step == 1)
        std::copy(from, from + walk.inner, to);
      else
        for (i64 i = 0; i < walk.inner; ++i) to[i * walk.step] = from[i];
    }
  });
}

template <class T>
void gather_rows(i64 rows, i64 width, const i64* index, const T* x, T* y) {
  parallel_for(rows, 1 + 16384 / (width + 1), [&](i64 begin, i64 end) {
    for (i64 r = begin; r < end; ++r) std::copy(x + index[r] * width, x + (index[r] + 1) * width, y + r * width);
  });
}

template <class T>
void scatter_add_rows(i64 rows, i64 width, const i64* index, const T* x, T* y, i64 y_rows) {
  std::fill(y, y + y_rows * width, T(0));
  for (i64 r = 0; r < rows; ++r)
    for (i64 i = 0; i < width; ++i) y[index[r] * width + i] += x[r * width + i];
}

template <class T>
void max_pool_gather(i64 batch, i64 n, i64 x_width, const i32* index, const T* x, T* y) {
  parallel_for(batch, 1 + 16384 / (n + 1), [&](i64 begin, i64 end) {
    for (i64 b = begin; b < end; ++b)
      for (i64 j = 0; j < n; ++j) y[b * n + j] = x[b * x_width + index[b * n + j]];
  });
}

template <class T>
void max_unpool(const PoolShape& p, const i32* index, const T* x, T* y) {
  const i64 n = p.oh * p.ow * p.c, y_width = p.h * p.w * p.c;
  parallel_for(p.n, 1 + 16384 / (y_width + 1), [&](i64 begin, i64 end) {
    std::fill(y + begin * y_width, y + end * y_width, T(0));
    for (i64 b = begin; b < end; ++b)
      for (i64 j = 0; j < n; ++j) y[b * y_width + index[b * n + j]] += x[b * n + j];
  });
}

GAN_KERNEL(gather_strided)
GAN_KERNEL(scatter_strided)
GAN_KERNEL(gather_rows)
GAN_KERNEL(scatter_add_rows)
GAN_KERNEL(max_pool_gather)
GAN_KERNEL(max_unpool)

}  // namespace gan::cpu
