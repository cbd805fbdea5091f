// The ops, compiled once for float and double, and the shape rules that need no template.
#define GAN_EXTERN_OP
#include "gan/ops/conv.hpp"
#include "gan/ops/loss.hpp"
#include "gan/ops/normalize.hpp"
#include "gan/ops/padding.hpp"
#include "gan/ops/pool.hpp"
#include "gan/ops/random.hpp"
#include "gan/ops/resample.hpp"

#include <algorithm>
#include <cmath>

namespace gan {
namespace detail {

void throw_unmapped(Device device, const char* op) {
  throw DeviceError("[" + std::string(op) + "] this functor is not available on " + to_string(device) +
                    ": it has no GAN_MAP line in the library; use the cpu");
}

void require_same_device(Device a, Device b, const char* op) {
  if (a != b)
    throw DeviceError("[" + std::string(op) + "] the operands are on " + to_string(a) + " and " + to_string(b) +
                      "; move one with to()");
}

Shape align(const Shape& shape, int rank) {
  Shape out = shape;
  while (out.rank() < rank) out = out.prepend(1);
  return out;
}

Shape reduced(const Shape& shape, std::span<const int> axes, const char* op) {
  Shape out = shape;
  if (axes.empty())
    for (int i = 0; i < out.rank(); ++i) out[i] = 1;
  for (const int axis : axes) {
    GAN_CHECK_SHAPE(axis >= -shape.rank() && axis < shape.rank(), op, "no axis " + std::to_string(axis), shape);
    out[axis] = 1;
  }
  return out;
}

Shape squeezed(const Shape& shape, std::span<const int> axes) {
  i64 extents[Shape::max_rank];
  int n = 0;
  for (int i = 0; i < shape.rank(); ++i) {
    const bool dropped = axes.empty() || std::any_of(axes.begin(), axes.end(), [&](int a) {
                           return a == i || a + shape.rank() == i;
                         });
    if (!dropped) extents[n++] = shape[i];
  }
  return {extents, n};
}

Shape infer(std::initializer_list<i64> extents, i64 size) {
  i64 known = 1, out[Shape::max_rank] = {};
  int n = 0, unknown = -1;
  for (const i64 e : extents) {
    if (n == Shape::max_rank) throw ShapeError("[reshape] a tensor has at most 6 axes");
    if (e == -1 && unknown < 0)
      unknown = n;
    else
      known *= e;
    out[n++] = e;
  }
  if (unknown >= 0) {
    if (known <= 0 || size % known != 0)
      throw ShapeError("[reshape] " + std::to_string(size) + " elements do not fill the inferred axis evenly");
    out[unknown] = size / known;
  }
  return {out, n};
}

void dense_strides(const Shape& shape, i64* strides) {
  i64 run = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides[i] = run;
    run *= shape[i];
  }
}

template <class T>
std::vector<i64> class_numbers(const std::vector<T>& labels, i64 classes, const char* op) {
  std::vector<i64> numbers(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!(labels[i] >= T(0) && labels[i] < static_cast<T>(classes)) || labels[i] != std::floor(labels[i]))
      throw ValueError("[" + std::string(op) + "] label " + std::to_string(labels[i]) + " is no whole number in [0, " +
                       std::to_string(classes) + ")");
    numbers[i] = static_cast<i64>(labels[i]);
  }
  return numbers;
}
template std::vector<i64> class_numbers(const std::vector<float>&, i64, const char*);
template std::vector<i64> class_numbers(const std::vector<double>&, i64, const char*);

RowIndex row_index(const std::vector<i64>& index, Device device) {
  const auto made = std::make_shared<const Storage<i64>>(Shape{static_cast<i64>(index.size())}, device);
  copy_bytes(made->data, device, index.data(), Device::cpu(), index.size() * sizeof(i64));
  return made;
}

namespace {

void check_geometry(const ConvGeometry& g, const char* op) {
  if (g.stride.h < 1 || g.stride.w < 1 || g.dilation.h < 1 || g.dilation.w < 1 || g.groups < 1)
    throw ValueError(std::string("[") + op + "] stride, dilation and groups must be at least 1");
  if (g.padding.top < 0 || g.padding.bottom < 0 || g.padding.left < 0 || g.padding.right < 0)
    throw ValueError(std::string("[") + op + "] the padding must not be negative");
  if (g.output_padding.h < 0 || g.output_padding.w < 0)
    throw ValueError(std::string("[") + op + "] the output padding must not be negative");
}

/// What the filters (O, KH, KW, C / groups), the geometry and the thread's mode say of a convolution; the images' number
/// and sides are still to be set.
ConvShape with_filters(const Shape& w, const ConvGeometry& g) {
  ConvShape c;
  c.o = w[0], c.kh = w[1], c.kw = w[2], c.c = w[3] * g.groups, c.groups = g.groups;
  c.stride_h = g.stride.h, c.stride_w = g.stride.w;
  c.pad_top = g.padding.top, c.pad_left = g.padding.left;
  c.dilation_h = g.dilation.h, c.dilation_w = g.dilation.w;
  c.math = math_mode();
  return c;
}

/// Keras's `same`: what the kernel needs beyond the stride's share, the odd row at the end.
i64 same_padding(i64 in, i64 out, i64 reach, i64 stride) { return std::max<i64>(0, (out - 1) * stride + reach - in); }

}  // namespace

ConvShape conv_shape(const Shape& x, const Shape& w, const ConvGeometry& g, const char* op) {
  check_geometry(g, op);
  GAN_CHECK_SHAPE(x.rank() == 4 && w.rank() == 4, op, "images (N, H, W, C) and filters (O, KH, KW, I) are needed", x, w);
  GAN_CHECK_SHAPE(x[3] == w[3] * g.groups && w[0] % g.groups == 0, op,
                  "image channels must equal filter channels times groups, and groups divide the filters", x, w);
  ConvShape c = with_filters(w, g);
  c.n = x[0], c.h = x[1], c.w = x[2];
  const i64 reach_h = g.dilation.h * (c.kh - 1) + 1, reach_w = g.dilation.w * (c.kw - 1) + 1;
  if (g.padding.mode == Padding::Mode::same) {
    c.oh = (c.h + c.stride_h - 1) / c.stride_h;
    c.ow = (c.w + c.stride_w - 1) / c.stride_w;
    c.pad_top = same_padding(c.h, c.oh, reach_h, c.stride_h) / 2;
    c.pad_left = same_padding(c.w, c.ow, reach_w, c.stride_w) / 2;
  } else {
    const i64 rows = c.h + g.padding.top + g.padding.bottom - reach_h;
    const i64 columns = c.w + g.padding.left + g.padding.right - reach_w;
    GAN_CHECK_SHAPE(rows >= 0 && columns >= 0, op, "the filter is larger than the padded image", x, w);
    c.oh = rows / c.stride_h + 1;
    c.ow = columns / c.stride_w + 1;
  }
  GAN_CHECK_SHAPE(c.oh > 0 && c.ow > 0, op, "the image is empty", x, w);
  return c;
}

ConvShape conv_transpose_shape(const Shape& y, const Shape& w, const ConvGeometry& g, const char* op) {
  check_geometry(g, op);
  GAN_CHECK_SHAPE(y.rank() == 4 && w.rank() == 4, op, "images (N, H, W, C) and filters (C, KH, KW, O) are needed", y, w);
  GAN_CHECK_SHAPE(y[3] == w[0] && w[0] % g.groups == 0, op,
                  "image channels must equal the filters' first axis, and groups divide it", y, w);
  ConvShape c = with_filters(w, g);
  c.n = y[0], c.oh = y[1], c.ow = y[2];
  const i64 reach_h = g.dilation.h * (c.kh - 1) + 1, reach_w = g.dilation.w * (c.kw - 1) + 1;
  if (g.padding.mode == Padding::Mode::same) {
    c.h = c.oh * c.stride_h;
    c.w = c.ow * c.stride_w;
    c.pad_top = same_padding(c.h, c.oh, reach_h, c.stride_h) / 2;
    c.pad_left = same_padding(c.w, c.ow, reach_w, c.stride_w) / 2;
  } else {
    c.h = (c.oh - 1) * c.stride_h - g.padding.top - g.padding.bottom + reach_h + g.output_padding.h;
    c.w = (c.ow - 1) * c.stride_w - g.padding.left - g.padding.right + reach_w + g.output_padding.w;
  }
  GAN_CHECK_SHAPE(c.h > 0 && c.w > 0, op, "the output would be empty", y, w);
  return c;
}

PoolShape pool_shape(const Shape& x, const PoolGeometry& g, const char* op) {
  GAN_CHECK_SHAPE(x.rank() == 4, op, "images (N, H, W, C) are needed", x);
  if (g.kernel.h < 1 || g.kernel.w < 1 || g.stride.h < 1 || g.stride.w < 1)
    throw ValueError(std::string("[") + op + "] kernel and stride must be at least 1");
  GAN_CHECK_SHAPE(x[1] > 0 && x[2] > 0, op, "the image is empty", x);
  const Padding& p = g.padding;
  if (p.mode != Padding::Mode::explicit_sides || 2 * std::max(p.top, p.bottom) > g.kernel.h ||
      2 * std::max(p.left, p.right) > g.kernel.w || std::min({p.top, p.bottom, p.left, p.right}) < 0)
    throw ValueError(std::string("[") + op + "] the padding must be explicit and at most half the kernel");
  const i64 rows = x[1] + p.top + p.bottom - g.kernel.h, columns = x[2] + p.left + p.right - g.kernel.w;
  GAN_CHECK_SHAPE(rows >= 0 && columns >= 0, op, "the window is larger than the padded image", x);
  return {x[0], x[1], x[2], x[3], rows / g.stride.h + 1, columns / g.stride.w + 1, g.kernel.h, g.kernel.w,
          g.stride.h, g.stride.w, p.top, p.left};
}

void check_border(const Shape& x, const Padding& sides, const char* op) {
  GAN_CHECK_SHAPE(x.rank() == 4, op, "images (N, H, W, C) are needed", x);
  if (sides.mode != Padding::Mode::explicit_sides ||
      std::min({sides.top, sides.bottom, sides.left, sides.right}) < 0)
    throw ValueError(std::string("[") + op + "] the sides must be numbers that are not negative");
}

}  // namespace detail

template <class T>
Tensor<T> one_hot(const std::vector<i64>& labels, i64 classes) {
  std::vector<T> values(labels.size() * static_cast<std::size_t>(classes), T(0));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || labels[i] >= classes)
      throw ValueError("[one_hot] class " + std::to_string(labels[i]) + " outside [0, " + std::to_string(classes) + ")");
    values[i * static_cast<std::size_t>(classes) + static_cast<std::size_t>(labels[i])] = T(1);
  }
  return Tensor<T>::from(values, Shape{static_cast<i64>(labels.size()), classes});
}
template Tensor<float> one_hot(const std::vector<i64>&, i64);
template Tensor<double> one_hot(const std::vector<i64>&, i64);

}  // namespace gan
