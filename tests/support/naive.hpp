// Plain loops over doubles, written for being right at a glance: what the ops are checked against.
#pragma once

#include <cmath>
#include <functional>
#include <vector>

#include "gan/ops/resample.hpp"
#include "support/activations.hpp"

namespace gan::naive {

struct Array {
  Shape shape;
  std::vector<double> values;
  Array() = default;
  explicit Array(Shape s) : shape(s), values(static_cast<std::size_t>(s.size()), 0.0) {}

  double& at(std::initializer_list<i64> index) { return values[offset(index)]; }
  double at(std::initializer_list<i64> index) const { return values[offset(index)]; }

 private:
  std::size_t offset(std::initializer_list<i64> index) const {
    i64 o = 0;
    int axis = 0;
    for (const i64 i : index) o = o * shape[axis++] + i;
    return static_cast<std::size_t>(o);
  }
};

using Unary = std::function<double(double)>;
using Binary = std::function<double(double, double)>;
using Naive = std::function<Array(const std::vector<Array>&)>;

/// The index of element `flat` of `shape`, mapped to an operand that broadcasts to it.
inline std::size_t broadcast_index(i64 flat, const Shape& shape, const Shape& operand) {
  i64 at = 0, stride = 1;
  for (int i = 1; i <= shape.rank(); ++i) {
    const i64 k = flat % shape[-i];
    flat /= shape[-i];
    if (i > operand.rank()) continue;
    if (operand[-i] != 1) at += k * stride;
    stride *= operand[-i];
  }
  return static_cast<std::size_t>(at);
}

inline Naive map(Unary f) {
  return [f](const std::vector<Array>& x) {
    Array y = x[0];
    for (auto& v : y.values) v = f(v);
    return y;
  };
}
inline Naive map2(Binary f) {
  return [f](const std::vector<Array>& x) {
    Array y(broadcast_shapes(x[0].shape, x[1].shape, "naive"));
    for (i64 i = 0; i < y.shape.size(); ++i)
      y.values[static_cast<std::size_t>(i)] = f(x[0].values[broadcast_index(i, y.shape, x[0].shape)],
                                                x[1].values[broadcast_index(i, y.shape, x[1].shape)]);
    return y;
  };
}

inline Array broadcast_to(const Array& x, Shape shape) {
  Array y(shape);
  for (i64 i = 0; i < shape.size(); ++i)
    y.values[static_cast<std::size_t>(i)] = x.values[broadcast_index(i, shape, x.shape)];
  return y;
}
inline Array sum_to(const Array& x, Shape shape) {
  Array y(shape);
  for (i64 i = 0; i < x.shape.size(); ++i)
    y.values[broadcast_index(i, x.shape, shape)] += x.values[static_cast<std::size_t>(i)];
  return y;
}
inline double mean_of(const Array& x, Unary f) {
  double total = 0;
  for (const double v : x.values) total += f(v);
  return total / static_cast<double>(x.values.size());
}
inline Array scalar(double v) {
  Array y{Shape{}};
  y.values[0] = v;
  return y;
}

inline Array matmul(const Array& a, const Array& b, bool ta, bool tb) {
  const i64 m = a.shape[ta ? 1 : 0], k = a.shape[ta ? 0 : 1], n = b.shape[tb ? 0 : 1];
  Array y(Shape{m, n});
  for (i64 i = 0; i < m; ++i)
    for (i64 j = 0; j < n; ++j)
      for (i64 l = 0; l < k; ++l)
        y.at({i, j}) += (ta ? a.at({l, i}) : a.at({i, l})) * (tb ? b.at({j, l}) : b.at({l, j}));
  return y;
}

/// Visits every multiplication of a convolution: f(image index, output index, filter index).
inline void for_conv(const ConvShape& c, const std::function<void(std::size_t, std::size_t, std::size_t)>& f) {
  const i64 per_group_in = c.c / c.groups, per_group_out = c.o / c.groups;
  for (i64 n = 0; n < c.n; ++n)
    for (i64 p = 0; p < c.oh; ++p)
      for (i64 q = 0; q < c.ow; ++q)
        for (i64 o = 0; o < c.o; ++o)
          for (i64 i = 0; i < c.kh; ++i)
            for (i64 j = 0; j < c.kw; ++j)
              for (i64 k = 0; k < per_group_in; ++k) {
                const i64 y = p * c.stride_h - c.pad_top + i * c.dilation_h;
                const i64 x = q * c.stride_w - c.pad_left + j * c.dilation_w;
                if (y < 0 || y >= c.h || x < 0 || x >= c.w) continue;
                const i64 channel = o / per_group_out * per_group_in + k;
                f(static_cast<std::size_t>(((n * c.h + y) * c.w + x) * c.c + channel),
                  static_cast<std::size_t>(((n * c.oh + p) * c.ow + q) * c.o + o),
                  static_cast<std::size_t>(((o * c.kh + i) * c.kw + j) * per_group_in + k));
              }
}

/// Adds a bias over the last axis, if there is one, and applies an activation.
inline Array finish(Array y, const Array* bias, Activation a, double slope) {
  const auto channels = static_cast<std::size_t>(y.shape[-1]);
  for (std::size_t i = 0; i < y.values.size(); ++i)
    y.values[i] = activate(y.values[i] + (bias ? bias->values[i % channels] : 0), a, slope);
  return y;
}

/// Applies f(window values) to every window of a pooling.
inline Array pool(const Array& x, const PoolShape& p, const std::function<double(const std::vector<double>&)>& f) {
  Array y(Shape{p.n, p.oh, p.ow, p.c});
  for (i64 n = 0; n < p.n; ++n)
    for (i64 r = 0; r < p.oh; ++r)
      for (i64 s = 0; s < p.ow; ++s)
        for (i64 c = 0; c < p.c; ++c) {
          std::vector<double> window;
          for (i64 i = 0; i < p.kh; ++i)
            for (i64 j = 0; j < p.kw; ++j) {
              const i64 a = r * p.stride_h - p.pad_top + i, b = s * p.stride_w - p.pad_left + j;
              if (a >= 0 && a < p.h && b >= 0 && b < p.w) window.push_back(x.at({n, a, b, c}));
            }
          y.at({n, r, s, c}) = f(window);
        }
  return y;
}

/// Bilinear with half-pixel centres and repeated edges, no antialiasing, straight from the definition.
inline Array bilinear(const Array& x, i64 h, i64 w) {
  Array y(Shape{x.shape[0], h, w, x.shape[3]});
  auto tap = [](i64 i, i64 in, i64 out, i64& low, i64& high, double& t) {
    const double s = (static_cast<double>(i) + 0.5) * static_cast<double>(in) / static_cast<double>(out) - 0.5;
    const double f = std::floor(s);
    t = s - f;
    low = std::clamp<i64>(static_cast<i64>(f), 0, in - 1);
    high = std::clamp<i64>(static_cast<i64>(f) + 1, 0, in - 1);
  };
  for (i64 n = 0; n < x.shape[0]; ++n)
    for (i64 i = 0; i < h; ++i)
      for (i64 j = 0; j < w; ++j)
        for (i64 c = 0; c < x.shape[3]; ++c) {
          i64 a, b, l, r;
          double t, u;
          tap(i, x.shape[1], h, a, b, t);
          tap(j, x.shape[2], w, l, r, u);
          y.at({n, i, j, c}) = (1 - t) * ((1 - u) * x.at({n, a, l, c}) + u * x.at({n, a, r, c})) +
                               t * ((1 - u) * x.at({n, b, l, c}) + u * x.at({n, b, r, c}));
        }
  return y;
}

}  // namespace gan::naive
