// Images sampled bilinearly at affine maps of the pixels. The adjoint adds into one image per thread.
#include <algorithm>
#include <cmath>

#include "gan/core/parallel.hpp"
#include "src/backend/entries.hpp"

namespace gan::cpu {
namespace {

/// The four pixels about a position, as far as they lie in the image, and their weights.
template <class T>
struct Corners {
  i64 offset[4];
  T weight[4];
  int count = 0;

  Corners(T column, T row, i64 h, i64 w, i64 c) {
    if (!(column > T(-1) && column < static_cast<T>(w) && row > T(-1) && row < static_cast<T>(h))) return;
    const T left = std::floor(column), top = std::floor(row);
    const T right_part = column - left, lower_part = row - top;
    const i64 j = static_cast<i64>(left), i = static_cast<i64>(top);
    const auto add = [&](i64 at_i, i64 at_j, T part) {
      if (at_i < 0 || at_j < 0 || at_i >= h || at_j >= w) return;
      offset[count] = (at_i * w + at_j) * c;
      weight[count++] = part;
    };
    add(i, j, (T(1) - lower_part) * (T(1) - right_part));
    add(i, j + 1, (T(1) - lower_part) * right_part);
    add(i + 1, j, lower_part * (T(1) - right_part));
    add(i + 1, j + 1, lower_part * right_part);
  }
};

/// Calls f(the corners, the offset of the result's pixel in its image) for a row of it.
template <class T, class F>
void for_row(const T* m, i64 row, i64 h, i64 w, i64 c, i64 ow, F f) {
  const T p = static_cast<T>(row);
  for (i64 q = 0; q < ow; ++q) {
    const T column_of = m[0] * static_cast<T>(q) + m[1] * p + m[2], row_of = m[3] * static_cast<T>(q) + m[4] * p + m[5];
    f(Corners<T>(column_of, row_of, h, w, c), (row * ow + q) * c);
  }
}

}  // namespace

template <class T>
void affine_sample(i64 n, i64 h, i64 w, i64 c, i64 oh, i64 ow, const T* map, const T* x, T* y) {
  parallel_for(n * oh, 1 + 4096 / (ow * c + 1), [&](i64 begin, i64 end) {
    for (i64 line = begin; line < end; ++line) {
      const i64 image = line / oh;
      const T* const from = x + image * h * w * c;
      T* const to = y + image * oh * ow * c;
      for_row(map + 6 * image, line % oh, h, w, c, ow, [&](const Corners<T>& at, i64 pixel) {
        for (i64 k = 0; k < c; ++k) {
          T sum = T(0);
          for (int corner = 0; corner < at.count; ++corner) sum += at.weight[corner] * from[at.offset[corner] + k];
          to[pixel + k] = sum;
        }
      });
    }
  });
}

template <class T>
void affine_sample_input(i64 n, i64 h, i64 w, i64 c, i64 oh, i64 ow, const T* map, const T* y, T* x) {
  parallel_for(n, 1 + 4096 / (oh * ow * c + 1), [&](i64 begin, i64 end) {
    for (i64 image = begin; image < end; ++image) {
      const T* const from = y + image * oh * ow * c;
      T* const to = x + image * h * w * c;
      std::fill(to, to + h * w * c, T(0));
      for (i64 row = 0; row < oh; ++row)
        for_row(map + 6 * image, row, h, w, c, ow, [&](const Corners<T>& at, i64 pixel) {
          for (int corner = 0; corner < at.count; ++corner)
            for (i64 k = 0; k < c; ++k) to[at.offset[corner] + k] += at.weight[corner] * from[pixel + k];
        });
    }
  });
}

GAN_KERNEL(affine_sample)
GAN_KERNEL(affine_sample_input)

}  // namespace gan::cpu
