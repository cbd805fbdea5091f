// Pooling windows over images (n, h, w, c), with one thread for each element of the result and neighbouring channels in
// a warp. Sums are in the CPU's order, so that results have the same bits. Each element of the result is written once.
// Each element of the operand is read as often as windows share it, mostly from the cache and once from memory. No
// kernel zeroes its result first.
#include <algorithm>

#include "cuda/divide.hpp"
#include "gan/backend/cuda.cuh"
#include "src/backend/entries.hpp"

namespace gan::cuda {
namespace {

/// The position of an element in a batch of images.
struct Place {
  i64 image, row, column, channel;
};
template <class Index>
struct Images {
  Divider<Index> height, width, channels;
  Images(i64 h, i64 w, i64 c) : height(h), width(w), channels(c) {}
  GAN_HD Place at(i64 element) const {
    const i64 pixel = channels(element), line = width(pixel), image = height(line);
    return {image, line - image * height.by, pixel - line * width.by, element - pixel * channels.by};
  }
};

struct Range {
  i64 begin, end;
};
/// The windows along one axis of an image.
template <class Index>
struct Windows {
  i64 in, out, kernel, stride, pad;
  Divider<Index> by_stride;
  Windows(i64 entries, i64 windows, i64 reach, i64 step, i64 before)
      : in(entries), out(windows), kernel(reach), stride(step), pad(before), by_stride(step) {}
  /// The entries in window o.
  GAN_HD Range entries(i64 o) const {
    const i64 first = o * stride - pad, end = first + kernel;
    return {first < 0 ? 0 : first, end < in ? end : in};
  }
  /// The windows that contain entry i.
  GAN_HD Range windows(i64 i) const {
    const i64 from_first = i + pad, end = by_stride(from_first) + 1;
    return {from_first < kernel ? 0 : by_stride(from_first - kernel) + 1, end < out ? end : out};
  }
};

template <class Index>
struct Pooling {
  i64 channels;
  Images<Index> input, output;
  Windows<Index> down, across;
  explicit Pooling(const PoolShape& p)
      : channels(p.c),
        input(p.h, p.w, p.c),
        output(p.oh, p.ow, p.c),
        down(p.h, p.oh, p.kh, p.stride_h, p.pad_top),
        across(p.w, p.ow, p.kw, p.stride_w, p.pad_left) {}
  /// Position inside an image.
  GAN_HD i64 in_input(i64 row, i64 column, i64 channel) const {
    return (row * across.in + column) * channels + channel;
  }
  GAN_HD i64 in_output(i64 row, i64 column, i64 channel) const {
    return (row * across.out + column) * channels + channel;
  }
  GAN_HD i64 input_image() const { return down.in * across.in * channels; }
  GAN_HD i64 output_image() const { return down.out * across.out * channels; }
};

template <class T, class Index>
__global__ void sum_pool_kernel(i64 n, Pooling<Index> p, const T* x, T* y) {
  GAN_CUDA_FOR(i, n) {
    const Place at = p.output.at(i);
    const Range rows = p.down.entries(at.row), columns = p.across.entries(at.column);
    const T* const image = x + at.image * p.input_image();
    T sum = T(0);
    for (i64 r = rows.begin; r < rows.end; ++r)
      for (i64 c = columns.begin; c < columns.end; ++c) sum += image[p.in_input(r, c, at.channel)];
    y[i] = sum;
  }
}

template <class T, class Index>
__global__ void sum_pool_input_kernel(i64 n, Pooling<Index> p, const T* y, T* x) {
  GAN_CUDA_FOR(i, n) {
    const Place at = p.input.at(i);
    const Range rows = p.down.windows(at.row), columns = p.across.windows(at.column);
    const T* const image = y + at.image * p.output_image();
    T sum = T(0);
    for (i64 r = rows.begin; r < rows.end; ++r)
      for (i64 c = columns.begin; c < columns.end; ++c) sum += image[p.in_output(r, c, at.channel)];
    x[i] = sum;
  }
}

template <class T, class Index>
__global__ void max_pool_index_kernel(i64 n, Pooling<Index> p, const T* x, i32* index) {
  GAN_CUDA_FOR(i, n) {
    const Place at = p.output.at(i);
    const Range rows = p.down.entries(at.row), columns = p.across.entries(at.column);
    const T* const image = x + at.image * p.input_image();
    i64 best = -1;
    T largest = T(0);
    for (i64 r = rows.begin; r < rows.end; ++r)
      for (i64 c = columns.begin; c < columns.end; ++c) {
        const i64 here = p.in_input(r, c, at.channel);
        const T value = image[here];
        if (best >= 0 && !(value > largest)) continue;
        best = here;
        largest = value;
      }
    index[i] = static_cast<i32>(best);
  }
}

// Adds the values of those windows of an element that selected it.
template <class T, class Index>
__global__ void max_unpool_kernel(i64 n, Pooling<Index> p, const i32* index, const T* x, T* y) {
  GAN_CUDA_FOR(i, n) {
    const Place at = p.input.at(i);
    const Range rows = p.down.windows(at.row), columns = p.across.windows(at.column);
    const i64 image = at.image * p.output_image(), own = p.in_input(at.row, at.column, at.channel);
    T sum = T(0);
    for (i64 r = rows.begin; r < rows.end; ++r)
      for (i64 c = columns.begin; c < columns.end; ++c) {
        const i64 window = image + p.in_output(r, c, at.channel);
        if (index[window] == own) sum += x[window];
      }
    y[i] = sum;
  }
}

/// Calls f(Pooling<Index>) with the smallest index type that suffices.
template <class F>
void with_pooling(const PoolShape& p, F f) {
  with_index(std::max({p.n * p.h * p.w * p.c, p.n * p.oh * p.ow * p.c, p.h + p.pad_top, p.w + p.pad_left}),
             [&](auto index) { f(Pooling<decltype(index)>(p), index); });
}
i64 inputs(const PoolShape& p) { return p.n * p.h * p.w * p.c; }
i64 outputs(const PoolShape& p) { return p.n * p.oh * p.ow * p.c; }

}  // namespace

template <class T>
void sum_pool(const PoolShape& p, const T* x, T* y) {
  with_pooling(p, [&](auto pooling, auto index) {
    launch("sum_pool", outputs(p), sum_pool_kernel<T, decltype(index)>, outputs(p), pooling, x, y);
  });
}

template <class T>
void sum_pool_input(const PoolShape& p, const T* y, T* x) {
  with_pooling(p, [&](auto pooling, auto index) {
    launch("sum_pool_input", inputs(p), sum_pool_input_kernel<T, decltype(index)>, inputs(p), pooling, y, x);
  });
}

template <class T>
void max_pool_index(const PoolShape& p, const T* x, i32* chosen) {
  with_pooling(p, [&](auto pooling, auto index) {
    launch("max_pool2d", outputs(p), max_pool_index_kernel<T, decltype(index)>, outputs(p), pooling, x, chosen);
  });
}

template <class T>
void max_unpool(const PoolShape& p, const i32* chosen, const T* x, T* y) {
  with_pooling(p, [&](auto pooling, auto index) {
    launch("max_unpool", inputs(p), max_unpool_kernel<T, decltype(index)>, inputs(p), pooling, chosen, x, y);
  });
}

GAN_KERNEL(sum_pool)
GAN_KERNEL(sum_pool_input)
GAN_KERNEL(max_pool_index)
GAN_KERNEL(max_unpool)

}  // namespace gan::cuda
