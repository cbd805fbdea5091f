// Convolution and its two derivatives: conv2d, conv2d_input (the transposed convolution) and conv2d_weight are each
// other's derivatives, so the set is closed. Images are (N, H, W, C), filters (O, KH, KW, I / groups).
#pragma once

#include "gan/ops/linear.hpp"

namespace gan {

/// A height and a width; a single number sets both.
struct Size2 {
  i64 h = 1, w = 1;
  constexpr Size2(i64 both) : h(both), w(both) {}
  constexpr Size2(i64 height, i64 width) : h(height), w(width) {}
  constexpr bool operator==(const Size2&) const = default;
};

/// Zeros around an image, given explicitly or by Keras's names. `same`: a convolution of stride s maps H to ceil(H /
/// s), its transpose maps H to s H; an odd row or column is added at the bottom or right. `valid`: no padding.
struct Padding {
  enum class Mode { explicit_sides, same };
  Mode mode = Mode::explicit_sides;
  i64 top = 0, bottom = 0, left = 0, right = 0;
  constexpr Padding(i64 all = 0) : top(all), bottom(all), left(all), right(all) {}
  constexpr Padding(i64 t, i64 b, i64 l, i64 r) : top(t), bottom(b), left(l), right(r) {}
  static constexpr Padding valid() { return {}; }
  static constexpr Padding same() {
    Padding p;
    p.mode = Mode::same;
    return p;
  }
};

struct ConvGeometry {
  Size2 stride = 1;
  Padding padding = 0;
  Size2 dilation = 1;
  i64 groups = 1;
  Size2 output_padding = 0;  ///< rows and columns that a transposed convolution adds at the bottom and right
};

namespace detail {
/// The convolution of x (N, H, W, C) with w (O, KH, KW, I). Throws ShapeError naming op.
ConvShape conv_shape(const Shape& x, const Shape& w, const ConvGeometry& geometry, const char* op);
/// The convolution whose adjoint is the transposed convolution of y (N, H, W, in) with w (in, KH, KW, out / groups).
ConvShape conv_transpose_shape(const Shape& y, const Shape& w, const ConvGeometry& geometry, const char* op);

template <class T>
Tensor<T> conv2d_input(const Tensor<T>& y, const Tensor<T>& w, const ConvShape& shape, const Tensor<T>& bias,
                       FusedActivation e);
template <class T>
Tensor<T> conv2d_weight(const Tensor<T>& y, const Tensor<T>& x, const ConvShape& shape);

constexpr unsigned conv_saves(FusedActivation e) {
  return save::input(0) | save::input(1) | (e.activation != Activation::none ? save::output : 0u);
}

template <class T>
Tensor<T> conv2d(const Tensor<T>& x, const Tensor<T>& w, const ConvShape& c, const Tensor<T>& bias, FusedActivation e) {
  require_device_of(x, "conv2d", w, bias);
  e = without_zero_slope(e);
  Tensor<T> y(Shape{c.n, c.oh, c.ow, c.o}, x.device());
  kernels<T>(x.device()).conv(c, x.data(), w.data(), y.mutable_data(), make_epilogue(bias, e, c.o, "conv2d"));
  return record<T>("conv2d", y, {x, w, bias}, conv_saves(e), [c, e](auto& g, auto& s) {
    auto [gz, gb] = epilogue_backward<T>(g, s, e, s.needs(2));
    return Tensors<T>{s.needs(0) ? conv2d_input<T>(gz, s.input(1), c, {}, {}) : Tensor<T>{},
                      s.needs(1) ? conv2d_weight<T>(gz, s.input(0), c) : Tensor<T>{}, gb};
  });
}

template <class T>
Tensor<T> conv2d_input(const Tensor<T>& y, const Tensor<T>& w, const ConvShape& c, const Tensor<T>& bias,
                       FusedActivation e) {
  require_device_of(y, "conv2d_transpose", w, bias);
  e = without_zero_slope(e);
  Tensor<T> x(Shape{c.n, c.h, c.w, c.c}, y.device());
  kernels<T>(y.device())
      .conv_input(c, y.data(), w.data(), x.mutable_data(), make_epilogue(bias, e, c.c, "conv2d_transpose"));
  return record<T>("conv2d_input", x, {y, w, bias}, conv_saves(e), [c, e](auto& g, auto& s) {
    auto [gz, gb] = epilogue_backward<T>(g, s, e, s.needs(2));
    return Tensors<T>{s.needs(0) ? conv2d<T>(gz, s.input(1), c, {}, {}) : Tensor<T>{},
                      s.needs(1) ? conv2d_weight<T>(s.input(0), gz, c) : Tensor<T>{}, gb};
  });
}

template <class T>
Tensor<T> conv2d_weight(const Tensor<T>& y, const Tensor<T>& x, const ConvShape& c) {
  Tensor<T> w(Shape{c.o, c.kh, c.kw, c.c / c.groups}, x.device());
  kernels<T>(x.device()).conv_weight(c, y.data(), x.data(), w.mutable_data());
  return record<T>("conv2d_weight", w, {y, x}, save::inputs, [c](auto& g, auto& s) {
    return Tensors<T>{s.needs(0) ? conv2d<T>(s.input(1), g, c, {}, {}) : Tensor<T>{},
                      s.needs(1) ? conv2d_input<T>(s.input(0), g, c, {}, {}) : Tensor<T>{}};
  });
}
}  // namespace detail

/// x (N, H, W, C), w (O, KH, KW, C / groups), bias (O) or undefined → activation(x * w + bias) (N, OH, OW, O), with
/// OH = (H + top + bottom - dilation (KH - 1) - 1) / stride + 1. Throws ShapeError.
template <class T>
Tensor<T> conv2d(const Tensor<T>& x, const Tensor<T>& w, const ConvGeometry& geometry = {}, const Tensor<T>& bias = {},
                 FusedActivation e = {}) {
  return detail::conv2d<T>(x, w, detail::conv_shape(x.shape(), w.shape(), geometry, "conv2d"), bias, e);
}

/// The transposed convolution: x (N, H, W, C), w (C, KH, KW, O / groups), bias (O) or undefined → (N, OH, OW, O), with
/// OH = (H - 1) stride - top - bottom + dilation (KH - 1) + output_padding + 1. Throws ShapeError.
template <class T>
Tensor<T> conv2d_transpose(const Tensor<T>& x, const Tensor<T>& w, const ConvGeometry& geometry = {},
                           const Tensor<T>& bias = {}, FusedActivation e = {}) {
  return detail::conv2d_input<T>(x, w, detail::conv_transpose_shape(x.shape(), w.shape(), geometry, "conv2d_transpose"),
                                 bias, e);
}

#define GAN_CONV(T)                                                                                                  \
  GAN_EXTERN_OP template Tensor<T> detail::conv2d(const Tensor<T>&, const Tensor<T>&, const ConvShape&,              \
                                                  const Tensor<T>&, FusedActivation);                                \
  GAN_EXTERN_OP template Tensor<T> detail::conv2d_input(const Tensor<T>&, const Tensor<T>&, const ConvShape&,        \
                                                        const Tensor<T>&, FusedActivation);                          \
  GAN_EXTERN_OP template Tensor<T> detail::conv2d_weight(const Tensor<T>&, const Tensor<T>&, const ConvShape&);      \
  GAN_EXTERN_OP template Tensor<T> conv2d(const Tensor<T>&, const Tensor<T>&, const ConvGeometry&, const Tensor<T>&, \
                                          FusedActivation);                                                  \
  GAN_EXTERN_OP template Tensor<T> conv2d_transpose(const Tensor<T>&, const Tensor<T>&, const ConvGeometry&,         \
                                                    const Tensor<T>&, FusedActivation);
GAN_FOR_SCALARS(GAN_CONV)
#undef GAN_CONV

}  // namespace gan
