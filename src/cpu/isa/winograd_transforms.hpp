// Winograd's minimal filtering F(m, r): m neighbouring outputs of a correlation with r taps from m + r - 1 products
// instead of m r (Lavin & Gray 2016, "Fast Algorithms for Convolutional Neural Networks"). Along one axis
//   y = A^T [(G g) * (B^T d)]      g: r taps, d: m + r - 1 inputs, y: m outputs, * element by element,
// along both axes the matrices act from both sides. The sum over channels becomes a matrix product for each of the
// (m + r - 1)^2 points. The gradient in g is the adjoint, G^T [(A y) * (B^T d)].
//
// The matrices come from interpolation at 0, 1, -1, 2 (, -2) and infinity; they are written out as sums, with what two
// rows share computed once.
#pragma once

#include "src/cpu/isa/vector.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

template <class T, int m, int r>
struct MinimalFilter;

/// The points 0, 1, -1, 2, -2, infinity, and what F(4, 3) and F(3, 4) share.
template <class T>
struct SixPoints {
  using V = Vec<T>;
  static constexpr int points = 6;

  static GAN_INLINE void input(const V (&d)[6], V (&t)[6]) {
    const V even = d[4] - T(4) * d[2], odd = d[3] - T(4) * d[1];
    const V near = d[4] - d[2], twice = T(2) * (d[3] - d[1]);
    t[0] = T(4) * d[0] - T(5) * d[2] + d[4];
    t[1] = even + odd;
    t[2] = even - odd;
    t[3] = near + twice;
    t[4] = near - twice;
    t[5] = T(4) * d[1] - T(5) * d[3] + d[5];
  }
};

template <class T>
struct MinimalFilter<T, 4, 3> : SixPoints<T> {
  using V = Vec<T>;
  static constexpr int outputs = 4, taps = 3;

  static GAN_INLINE void filter(const V (&g)[3], V (&u)[6]) {
    const V outer = g[0] + g[2], mixed = T(1. / 24) * g[0] + T(1. / 6) * g[2], middle = T(1. / 12) * g[1];
    u[0] = T(1. / 4) * g[0];
    u[1] = T(-1. / 6) * (outer + g[1]);
    u[2] = T(-1. / 6) * (outer - g[1]);
    u[3] = mixed + middle;
    u[4] = mixed - middle;
    u[5] = g[2];
  }
  static GAN_INLINE void filter_adjoint(const V (&u)[6], V (&g)[3]) {
    const V ones = u[1] + u[2], twos = u[3] + u[4];
    g[0] = T(1. / 4) * u[0] - T(1. / 6) * ones + T(1. / 24) * twos;
    g[1] = T(1. / 6) * (u[2] - u[1]) + T(1. / 12) * (u[3] - u[4]);
    g[2] = T(1. / 6) * (twos - ones) + u[5];
  }
  static GAN_INLINE void output(const V (&t)[6], V (&y)[4]) {
    const V sum1 = t[1] + t[2], difference1 = t[1] - t[2], sum2 = t[3] + t[4], difference2 = t[3] - t[4];
    y[0] = t[0] + sum1 + sum2;
    y[1] = difference1 + T(2) * difference2;
    y[2] = sum1 + T(4) * sum2;
    y[3] = difference1 + T(8) * difference2 + t[5];
  }
  static GAN_INLINE void output_adjoint(const V (&y)[4], V (&t)[6]) {
    const V even1 = y[0] + y[2], odd1 = y[1] + y[3], even2 = y[0] + T(4) * y[2], odd2 = T(2) * y[1] + T(8) * y[3];
    t[0] = y[0];
    t[1] = even1 + odd1;
    t[2] = even1 - odd1;
    t[3] = even2 + odd2;
    t[4] = even2 - odd2;
    t[5] = y[3];
  }
};

template <class T>
struct MinimalFilter<T, 3, 4> : SixPoints<T> {
  using V = Vec<T>;
  static constexpr int outputs = 3, taps = 4;

  static GAN_INLINE void filter(const V (&g)[4], V (&u)[6]) {
    const V even1 = g[0] + g[2], odd1 = g[1] + g[3];
    const V even2 = T(1. / 24) * g[0] + T(1. / 6) * g[2], odd2 = T(1. / 12) * g[1] + T(1. / 3) * g[3];
    u[0] = T(1. / 4) * g[0];
    u[1] = T(-1. / 6) * (even1 + odd1);
    u[2] = T(-1. / 6) * (even1 - odd1);
    u[3] = even2 + odd2;
    u[4] = even2 - odd2;
    u[5] = g[3];
  }
  static GAN_INLINE void filter_adjoint(const V (&u)[6], V (&g)[4]) {
    const V ones = u[1] + u[2], twos = u[3] + u[4], difference1 = T(1. / 6) * (u[2] - u[1]), difference2 = u[3] - u[4];
    g[0] = T(1. / 4) * u[0] - T(1. / 6) * ones + T(1. / 24) * twos;
    g[1] = difference1 + T(1. / 12) * difference2;
    g[2] = T(1. / 6) * (twos - ones);
    g[3] = difference1 + T(1. / 3) * difference2 + u[5];
  }
  static GAN_INLINE void output(const V (&t)[6], V (&y)[3]) {
    const V sum1 = t[1] + t[2], sum2 = t[3] + t[4];
    y[0] = t[0] + sum1 + sum2;
    y[1] = t[1] - t[2] + T(2) * (t[3] - t[4]);
    y[2] = sum1 + T(4) * sum2 + t[5];
  }
  static GAN_INLINE void output_adjoint(const V (&y)[3], V (&t)[6]) {
    const V even1 = y[0] + y[2], even2 = y[0] + T(4) * y[2], odd2 = T(2) * y[1];
    t[0] = y[0];
    t[1] = even1 + y[1];
    t[2] = even1 - y[1];
    t[3] = even2 + odd2;
    t[4] = even2 - odd2;
    t[5] = y[2];
  }
};

/// The points 0, 1, -1, 2, infinity. The "short" transforms are those of F(3, 2), which needs no products at the point 2:
/// for the last tile along an axis, when it has no more than three outputs. The filters are the same.
template <class T>
struct MinimalFilter<T, 4, 2> {
  using V = Vec<T>;
  static constexpr int outputs = 4, taps = 2, points = 5;
  static constexpr int spared_point = 3;  ///< unused by the short transforms

  static GAN_INLINE void input_short(const V (&d)[5], V (&t)[5]) {
    t[0] = T(2) * (d[0] - d[2]);
    t[1] = -(d[1] + d[2]);
    t[2] = T(3) * (d[1] - d[2]);
    t[3] = V{};
    t[4] = d[3] - d[1];
  }
  static GAN_INLINE void output_short(const V (&t)[5], V (&y)[4]) {
    const V sum = t[1] + t[2];
    y[0] = t[0] + sum;
    y[1] = t[1] - t[2];
    y[2] = sum + t[4];
    y[3] = V{};
  }
  static GAN_INLINE void output_adjoint_short(const V (&y)[4], V (&t)[5]) {
    const V even = y[0] + y[2];
    t[0] = y[0];
    t[1] = even + y[1];
    t[2] = even - y[1];
    t[3] = V{};
    t[4] = y[2];
  }
  static GAN_INLINE void input(const V (&d)[5], V (&t)[5]) {
    const V odd = d[3] - d[1];
    t[0] = T(2) * (d[0] - d[2]) + odd;
    t[1] = d[3] - d[2] - T(2) * d[1];
    t[2] = d[3] - T(3) * d[2] + T(2) * d[1];
    t[3] = odd;
    t[4] = d[4] - d[2] - T(2) * odd;
  }
  static GAN_INLINE void filter(const V (&g)[2], V (&u)[5]) {
    u[0] = T(1. / 2) * g[0];
    u[1] = T(-1. / 2) * (g[0] + g[1]);
    u[2] = T(1. / 6) * (g[1] - g[0]);
    u[3] = T(1. / 6) * g[0] + T(1. / 3) * g[1];
    u[4] = g[1];
  }
  static GAN_INLINE void filter_adjoint(const V (&u)[5], V (&g)[2]) {
    g[0] = T(1. / 2) * (u[0] - u[1]) + T(1. / 6) * (u[3] - u[2]);
    g[1] = T(1. / 6) * u[2] - T(1. / 2) * u[1] + T(1. / 3) * u[3] + u[4];
  }
  static GAN_INLINE void output(const V (&t)[5], V (&y)[4]) {
    const V sum = t[1] + t[2], difference = t[1] - t[2];
    y[0] = t[0] + sum + t[3];
    y[1] = difference + T(2) * t[3];
    y[2] = sum + T(4) * t[3];
    y[3] = difference + T(8) * t[3] + t[4];
  }
  static GAN_INLINE void output_adjoint(const V (&y)[4], V (&t)[5]) {
    const V even = y[0] + y[2], odd = y[1] + y[3];
    t[0] = y[0];
    t[1] = even + odd;
    t[2] = even - odd;
    t[3] = y[0] + T(2) * y[1] + T(4) * y[2] + T(8) * y[3];
    t[4] = y[3];
  }
};

/// Applies `down`, from `in` to `out` values, to the columns and then `across` to the rows of d (in, in), giving
/// t (out, out).
template <int in, int out, class V, class Down, class Across>
GAN_INLINE void both_axes(const V (&d)[in * in], V (&t)[out * out], Down down, Across across) {
  V half[out * in];
  GAN_UNROLL
  for (int j = 0; j < in; ++j) {
    V from[in], to[out];
    GAN_UNROLL
    for (int i = 0; i < in; ++i) from[i] = d[i * in + j];
    down(from, to);
    GAN_UNROLL
    for (int i = 0; i < out; ++i) half[i * in + j] = to[i];
  }
  GAN_UNROLL
  for (int i = 0; i < out; ++i) {
    V from[in], to[out];
    GAN_UNROLL
    for (int j = 0; j < in; ++j) from[j] = half[i * in + j];
    across(from, to);
    GAN_UNROLL
    for (int j = 0; j < out; ++j) t[i * out + j] = to[j];
  }
}
template <int in, int out, class V, class Line>
GAN_INLINE void both_axes(const V (&d)[in * in], V (&t)[out * out], Line line) {
  both_axes<in, out>(d, t, line, line);
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
