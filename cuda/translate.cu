// Images moved by whole pixels, with a rectangle cut out, with one thread for each element of the result: n elements of
// T written, at most as many read.
#include "cuda/divide.hpp"
#include "gan/backend/cuda.cuh"
#include "src/backend/entries.hpp"

namespace gan::cuda {
namespace {

template <class T>
GAN_HD i64 whole(T x, i64 far) {
  return x > static_cast<T>(-far) ? (x < static_cast<T>(far) ? static_cast<i64>(x) : far) : -far;
}

template <class Index>
struct Extents {
  Divider<Index> height, width, channels;
  i64 far;
};

template <class T, class Index>
__global__ void translate_cutout_kernel(i64 n, Extents<Index> e, const T* place, const T* x, T* y) {
  const i64 h = e.height.by, w = e.width.by, c = e.channels.by;
  GAN_CUDA_FOR(element, n) {
    const i64 pixel = e.channels(element), line = e.width(pixel), image = e.height(line);
    const i64 i = line - image * h, j = pixel - line * w;
    const T* const at = place + 6 * image;
    const i64 from_i = i - whole(at[0], e.far), from_j = j - whole(at[1], e.far);
    const bool cut =
        i >= whole(at[2], e.far) && j >= whole(at[3], e.far) && i < whole(at[4], e.far) && j < whole(at[5], e.far);
    const bool inside = from_i >= 0 && from_i < h && from_j >= 0 && from_j < w;
    y[element] = inside && !cut ? x[((image * h + from_i) * w + from_j) * c + element - pixel * c] : T(0);
  }
}

}  // namespace

template <class T>
void translate_cutout(i64 n, i64 h, i64 w, i64 c, const T* place, const T* x, T* y) {
  const i64 all = n * h * w * c;
  with_index(all, [&](auto kind) {
    using Index = decltype(kind);
    const Extents<Index> extents{Divider<Index>(h), Divider<Index>(w), Divider<Index>(c), 2 * (h + w)};
    launch("translate_cutout", all, translate_cutout_kernel<T, Index>, all, extents, place, x, y);
  });
}

GAN_KERNEL(translate_cutout)

}  // namespace gan::cuda
