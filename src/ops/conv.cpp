// See ops/conv.hpp.
#include "gan/ops/linear.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/conv.hpp"

#include <algorithm>

namespace gan {
namespace detail {

namespace {

void check_geometry(const ConvGeometry& g, const char* op) {
  if (g.stride.h < 1 || g.stride.w < 1 || g.dilation.h < 1 || g.dilation.w < 1 || g.groups < 1)
    throw ValueError(std::string("[") + op + "] stride, dilation and groups must be at least 1");
  if (g.padding.top < 0 || g.padding.bottom < 0 || g.padding.left < 0 || g.padding.right < 0)
    throw ValueError(std::string("[") + op + "] the padding must not be negative");
  if (g.output_padding.h < 0 || g.output_padding.w < 0)
    throw ValueError(std::string("[") + op + "] the output padding must not be negative");
}

/// A convolution's parameters from the filters (O, KH, KW, C / groups), the geometry and the thread's math mode; the
/// caller sets the number and sizes of the images.
ConvShape with_filters(const Shape& w, const ConvGeometry& g, const char* op) {
  ConvShape c;
  c.o = w[0], c.kh = w[1], c.kw = w[2], c.c = checked_multiply(w[3], g.groups, op), c.groups = g.groups;
  c.stride_h = g.stride.h, c.stride_w = g.stride.w;
  c.pad_top = g.padding.top, c.pad_left = g.padding.left;
  c.dilation_h = g.dilation.h, c.dilation_w = g.dilation.w;
  c.math = math_mode();
  return c;
}

/// Arithmetic on extents of images and filters that throws on overflow, since users choose the numbers.
struct Extents {
  const char* op;

  i64 sum(i64 a, i64 b) const { return checked_add(a, b, op); }
  i64 product(i64 a, i64 b) const { return checked_multiply(a, b, op); }
  /// The number of entries from the first to the last that a filter reads.
  i64 reach(i64 kernel, i64 dilation) const { return sum(product(dilation, kernel - 1), 1); }
  /// The total padding of Keras's `same`; an odd row is added at the end.
  i64 same_padding(i64 in, i64 out, i64 reach, i64 stride) const {
    return std::max<i64>(0, sum(product(out - 1, stride), reach) - in);
  }
};

/// in / stride, rounded up.
i64 strided(i64 in, i64 stride) { return in == 0 ? 0 : (in - 1) / stride + 1; }

}  // namespace

ConvShape conv_shape(const Shape& x, const Shape& w, const ConvGeometry& g, const char* op) {
  check_geometry(g, op);
  GAN_CHECK_SHAPE(x.rank() == 4 && w.rank() == 4, op, "images (N, H, W, C) and filters (O, KH, KW, I) are needed", x,
                  w);
  const Extents e{op};
  GAN_CHECK_SHAPE(x[3] == e.product(w[3], g.groups) && w[0] % g.groups == 0, op,
                  "image channels must equal filter channels times groups, and groups divide the filters", x, w);
  ConvShape c = with_filters(w, g, op);
  c.n = x[0], c.h = x[1], c.w = x[2];
  const i64 reach_h = e.reach(c.kh, g.dilation.h), reach_w = e.reach(c.kw, g.dilation.w);
  if (g.padding.mode == Padding::Mode::same) {
    c.oh = strided(c.h, c.stride_h);
    c.ow = strided(c.w, c.stride_w);
    c.pad_top = e.same_padding(c.h, c.oh, reach_h, c.stride_h) / 2;
    c.pad_left = e.same_padding(c.w, c.ow, reach_w, c.stride_w) / 2;
  } else {
    const i64 rows = e.sum(e.sum(e.sum(c.h, g.padding.top), g.padding.bottom), -reach_h);
    const i64 columns = e.sum(e.sum(e.sum(c.w, g.padding.left), g.padding.right), -reach_w);
    GAN_CHECK_SHAPE(rows >= 0 && columns >= 0, op, "the filter is larger than the padded image", x, w);
    c.oh = rows / c.stride_h + 1;
    c.ow = columns / c.stride_w + 1;
  }
  GAN_CHECK_SHAPE(c.oh > 0 && c.ow > 0, op, "the image is empty", x, w);
  return c;
}

ConvShape conv_transpose_shape(const Shape& y, const Shape& w, const ConvGeometry& g, const char* op) {
  check_geometry(g, op);
  GAN_CHECK_SHAPE(y.rank() == 4 && w.rank() == 4, op, "images (N, H, W, C) and filters (C, KH, KW, O) are needed", y,
                  w);
  GAN_CHECK_SHAPE(y[3] == w[0] && w[0] % g.groups == 0, op,
                  "image channels must equal the filters' first axis, and groups divide it", y, w);
  ConvShape c = with_filters(w, g, op);
  c.n = y[0], c.oh = y[1], c.ow = y[2];
  const Extents e{op};
  const i64 reach_h = e.reach(c.kh, g.dilation.h), reach_w = e.reach(c.kw, g.dilation.w);
  if (g.padding.mode == Padding::Mode::same) {
    c.h = e.product(c.oh, c.stride_h);
    c.w = e.product(c.ow, c.stride_w);
    c.pad_top = e.same_padding(c.h, c.oh, reach_h, c.stride_h) / 2;
    c.pad_left = e.same_padding(c.w, c.ow, reach_w, c.stride_w) / 2;
  } else {
    const auto side = [&](i64 in, i64 stride, i64 reach, i64 added, i64 before, i64 behind) {
      return e.sum(e.sum(e.sum(e.product(in - 1, stride), reach), added), -e.sum(before, behind));
    };
    c.h = side(c.oh, c.stride_h, reach_h, g.output_padding.h, g.padding.top, g.padding.bottom);
    c.w = side(c.ow, c.stride_w, reach_w, g.output_padding.w, g.padding.left, g.padding.right);
  }
  GAN_CHECK_SHAPE(c.h > 0 && c.w > 0, op, "the output would be empty", y, w);
  return c;
}

}  // namespace detail

}  // namespace gan
