// Images sampled bilinearly at affine maps of the pixels, with one thread for each element of the result: it reads four
// elements of T. A thread of the adjoint reads those pixels of y that may lie within a pixel of its own, which it finds
// by the inverse of the map: about 4 / |det| of them, or all where the map has no inverse. There are no atomics, so
// that the sums are the same at every launch.
#include "cuda/divide.hpp"
#include "gan/backend/cuda.cuh"
#include "src/backend/entries.hpp"

namespace gan::cuda {
namespace {

template <class Index>
struct Pixels {  // of images (n, h, w, c)
  Divider<Index> height, width, channels;
};
struct PixelAt {
  i64 image, row, column, channel;
};
template <class Index>
GAN_HD PixelAt locate(const Pixels<Index>& p, i64 element) {
  const i64 pixel = p.channels(element), line = p.width(pixel), image = p.height(line);
  return {image, line - image * static_cast<i64>(p.height.by), pixel - line * static_cast<i64>(p.width.by),
          element - pixel * static_cast<i64>(p.channels.by)};
}

template <class T>
struct Position {
  T column, row;
};
template <class T>
GAN_HD Position<T> mapped(const T* m, i64 row, i64 column) {
  const T p = static_cast<T>(row), q = static_cast<T>(column);
  return {m[0] * q + m[1] * p + m[2], m[3] * q + m[4] * p + m[5]};
}
/// The weight of a pixel so far from a position along one axis.
template <class T>
GAN_HD T near(T distance) {
  const T far = math::abs(distance);
  return far < T(1) ? T(1) - far : T(0);
}

template <class T, class Index>
__global__ void affine_sample_kernel(i64 n, Pixels<Index> result, i64 h, i64 w, const T* map, const T* x, T* y) {
  GAN_CUDA_FOR(element, n) {
    const PixelAt at = locate(result, element);
    const i64 c = static_cast<i64>(result.channels.by);
    const Position<T> from = mapped(map + 6 * at.image, at.row, at.column);
    T sum = T(0);
    if (from.column > T(-1) && from.column < static_cast<T>(w) && from.row > T(-1) && from.row < static_cast<T>(h)) {
      const i64 top = static_cast<i64>(math::floor(from.row)), left = static_cast<i64>(math::floor(from.column));
      for (i64 i = top; i < top + 2; ++i)
        for (i64 j = left; j < left + 2; ++j)
          if (i >= 0 && j >= 0 && i < h && j < w)
            sum += near(from.row - static_cast<T>(i)) * near(from.column - static_cast<T>(j)) *
                   x[((at.image * h + i) * w + j) * c + at.channel];
    }
    y[element] = sum;
  }
}

struct Span {
  i64 begin, end;
};
/// The whole numbers of [0, extent) within `reach` of `middle`; all if that is no number.
template <class T>
GAN_HD Span around(T middle, T reach, i64 extent) {
  const T low = middle - reach, high = middle + reach, last = static_cast<T>(extent);
  if (!(low <= high)) return {0, extent};
  return {low > T(0) ? static_cast<i64>(low < last ? low : last) : 0,
          high < last ? (high < T(0) ? 0 : static_cast<i64>(high) + 1) : extent};
}

template <class T, class Index>
__global__ void affine_sample_input_kernel(i64 n, Pixels<Index> own, i64 oh, i64 ow, const T* map, const T* y, T* x) {
  GAN_CUDA_FOR(element, n) {
    const PixelAt at = locate(own, element);
    const i64 c = static_cast<i64>(own.channels.by);
    const T* const m = map + 6 * at.image;
    const T i = static_cast<T>(at.row), j = static_cast<T>(at.column);
    const T det = m[0] * m[4] - m[1] * m[3], slack = T(0.05);  // more than rounding can be
    const Span columns = around((m[4] * (j - m[2]) - m[1] * (i - m[5])) / det,
                                (math::abs(m[4]) + math::abs(m[1])) / math::abs(det) + slack, ow);
    const Span lines = around((m[0] * (i - m[5]) - m[3] * (j - m[2])) / det,
                              (math::abs(m[0]) + math::abs(m[3])) / math::abs(det) + slack, oh);
    T sum = T(0);
    for (i64 p = lines.begin; p < lines.end; ++p)
      for (i64 q = columns.begin; q < columns.end; ++q) {
        const Position<T> from = mapped(m, p, q);
        const T weight = near(from.row - i) * near(from.column - j);
        if (weight > T(0)) sum += weight * y[((at.image * oh + p) * ow + q) * c + at.channel];
      }
    x[element] = sum;
  }
}

template <class Kernel>
void with_pixels(i64 n, i64 h, i64 w, i64 c, Kernel f) {
  with_index(n * h * w * c, [&](auto kind) {
    using Index = decltype(kind);
    f(Pixels<Index>{Divider<Index>(h), Divider<Index>(w), Divider<Index>(c)}, kind);
  });
}

}  // namespace

template <class T>
void affine_sample(i64 n, i64 h, i64 w, i64 c, i64 oh, i64 ow, const T* map, const T* x, T* y) {
  const i64 all = n * oh * ow * c;
  with_pixels(n, oh, ow, c, [&](auto result, auto kind) {
    launch("affine_sample", all, affine_sample_kernel<T, decltype(kind)>, all, result, h, w, map, x, y);
  });
}

template <class T>
void affine_sample_input(i64 n, i64 h, i64 w, i64 c, i64 oh, i64 ow, const T* map, const T* y, T* x) {
  const i64 all = n * h * w * c;
  with_pixels(n, h, w, c, [&](auto own, auto kind) {
    launch("affine_sample_input", all, affine_sample_input_kernel<T, decltype(kind)>, all, own, oh, ow, map, y, x);
  });
}

GAN_KERNEL(affine_sample)
GAN_KERNEL(affine_sample_input)

}  // namespace gan::cuda
