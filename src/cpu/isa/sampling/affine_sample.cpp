// Rows of images at affine maps. Compiled once per instruction set (see vector.hpp).
#include "src/cpu/isa/vector.hpp"
#include "src/cpu/sampling.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

GAN_INLINE float floor_of(float x) { return __builtin_floorf(x); }
GAN_INLINE double floor_of(double x) { return __builtin_floor(x); }

/// The four pixels about a position, as far as they lie in the image, and their weights.
template <class T>
struct Corners {
  i64 offset[4];
  T weight[4];
  int count = 0;

  Corners(T column, T row, const AffineShape& s) {
    if (!(column > T(-1) && column < static_cast<T>(s.w) && row > T(-1) && row < static_cast<T>(s.h))) return;
    const T left = floor_of(column), top = floor_of(row), right_part = column - left, lower_part = row - top;
    const i64 j = static_cast<i64>(left), i = static_cast<i64>(top);
    const auto add = [&](i64 at_i, i64 at_j, T part) {
      if (at_i < 0 || at_j < 0 || at_i >= s.h || at_j >= s.w) return;
      offset[count] = (at_i * s.w + at_j) * s.c;
      weight[count++] = part;
    };
    add(i, j, (T(1) - lower_part) * (T(1) - right_part));
    add(i, j + 1, (T(1) - lower_part) * right_part);
    add(i + 1, j, lower_part * (T(1) - right_part));
    add(i + 1, j + 1, lower_part * right_part);
  }
};

constexpr i64 together = 64;  ///< pixels whose positions are computed side by side

/// The positions of pixels [first, first + together) of a row of the result, and for those with four pixels of the
/// image about them, `inside`, the upper left one and the weights.
template <class T>
struct alignas(64) Positions {
  T column[together], row[together], weight[4][together];
  i32 left[together], top[together], inside[together];

  Positions(const AffineShape& s, const T* m, i64 row_of_result, i64 first) {
    const T p = static_cast<T>(row_of_result), last_column = static_cast<T>(s.w - 1),
            last_row = static_cast<T>(s.h - 1);
    const T column_0 = m[1] * p + m[2], row_0 = m[4] * p + m[5], across = m[0], down = m[3];
    for (i64 l = 0; l < together; ++l) {
      const T q = static_cast<T>(static_cast<i32>(first + l));
      column[l] = across * q + column_0;
      row[l] = down * q + row_0;
    }
    for (i64 l = 0; l < together; ++l) {
      const T j = floor_of(column[l]), i = floor_of(row[l]), right = column[l] - j, lower = row[l] - i;
      const bool in = (j >= T(0)) & (j < last_column) & (i >= T(0)) & (i < last_row);
      inside[l] = in;
      left[l] = static_cast<i32>(in ? j : T(0));
      top[l] = static_cast<i32>(in ? i : T(0));
      weight[0][l] = (T(1) - lower) * (T(1) - right);
      weight[1][l] = (T(1) - lower) * right;
      weight[2][l] = lower * (T(1) - right);
      weight[3][l] = lower * right;
    }
  }
};

/// For the pixels of a row of the result: four(pixel, offset of the upper left pixel, four weights) where all four lie
/// in the image, else some(pixel, corners).
template <class T, class Four, class Some>
GAN_INLINE void for_row(const AffineShape& s, const T* m, i64 row, Four four, Some some) {
  for (i64 first = 0; first < s.ow; first += together) {
    const Positions<T> at(s, m, row, first);
    for (i64 l = 0, count = min(together, s.ow - first); l < count; ++l) {
      const T weight[] = {at.weight[0][l], at.weight[1][l], at.weight[2][l], at.weight[3][l]};
      if (at.inside[l])
        four(first + l, i64{at.top[l]} * s.w + at.left[l], weight);
      else
        some(first + l, Corners<T>(at.column[l], at.row[l], s));
    }
  }
}

/// Calls run with the number of channels, as a constant where it is that of grey or coloured images.
template <class Run>
GAN_INLINE void with_channels(i64 channels, Run run) {
  if (channels == 1) return run(std::integral_constant<i64, 1>{});
  if (channels == 3) return run(std::integral_constant<i64, 3>{});
  run(channels);
}

template <class T>
void affine_row(const AffineShape& s, const T* map, i64 row, const T* image, T* result) {
  with_channels(s.c, [&](auto c) {
    for_row(
        s, map, row,
        [&](i64 pixel, i64 offset, const T(&weight)[4]) {
          const T* const upper = image + offset * c;
          const T* const lower = upper + s.w * c;
          for (i64 k = 0; k < c; ++k)
            result[pixel * c + k] =
                weight[0] * upper[k] + weight[1] * upper[c + k] + weight[2] * lower[k] + weight[3] * lower[c + k];
        },
        [&](i64 pixel, const Corners<T>& at) {
          for (i64 k = 0; k < c; ++k) {
            T sum = T(0);
            for (int corner = 0; corner < at.count; ++corner) sum += at.weight[corner] * image[at.offset[corner] + k];
            result[pixel * c + k] = sum;
          }
        });
  });
}

template <class T>
void affine_row_adjoint(const AffineShape& s, const T* map, i64 row, const T* gradients, T* image) {
  with_channels(s.c, [&](auto c) {
    for_row(
        s, map, row,
        [&](i64 pixel, i64 offset, const T(&weight)[4]) {
          T* const upper = image + offset * c;
          T* const lower = upper + s.w * c;
          for (i64 k = 0; k < c; ++k) {
            const T g = gradients[pixel * c + k];
            upper[k] += weight[0] * g;
            upper[c + k] += weight[1] * g;
            lower[k] += weight[2] * g;
            lower[c + k] += weight[3] * g;
          }
        },
        [&](i64 pixel, const Corners<T>& at) {
          for (int corner = 0; corner < at.count; ++corner)
            for (i64 k = 0; k < c; ++k) image[at.offset[corner] + k] += at.weight[corner] * gradients[pixel * c + k];
        });
  });
}

}  // namespace

AffineRows<float> affine_rows_f32() { return {affine_row<float>, affine_row_adjoint<float>}; }
AffineRows<double> affine_rows_f64() { return {affine_row<double>, affine_row_adjoint<double>}; }

}  // namespace gan::cpu::GAN_ISA
