// What a Winograd convolution computes, whichever it is: a sum of correlations of stride 1.
#pragma once

#include "src/cpu/isa/conv.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

/// Taps along one axis: tap a < count is row (or column) first + a * step of the filter; output p reads row p + a -
/// pad.
struct TapAxis {
  i64 first, step, count, pad;
};

/// One stride-1 correlation: a view of images, and which taps of the filter belong to it.
template <class T>
struct WinogradTerm {
  const T* x;
  i64 h, w, pixel, row, image;  ///< rows and columns, and pitches
  TapAxis rows, columns;
};

template <class T>
struct WinogradProblem {
  i64 images, oh, ow;
  i64 channels, outputs;  ///< of each term's images, and of y
  T* y;
  i64 y_pixel, y_row, y_image;
  const T* w;
  i64 kh, kw, c;  ///< of the filters (o, kh, kw, c)
  bool adjoint;   ///< outputs are the filters' c and channels their o, else the other way round
  WinogradTerm<T> terms[4];
  int term_count;
};

/// The terms of the convolution s of x.
template <class T>
WinogradProblem<T> winograd_forward(const ConvShape& s, const T* x, const T* w, T* y) {
  WinogradProblem<T> q{s.n, s.oh, s.ow, s.c, s.o,   y,  s.o, s.ow * s.o, s.oh * s.ow * s.o,
                       w,   s.kh, s.kw, s.c, false, {}, 0};
  const auto axis = [](i64 parity, i64 taps, i64 stride, i64 pad, i64& offset) {
    const i64 shift = parity - pad;
    offset = (shift % stride + stride) % stride;
    return TapAxis{parity, stride, ceil_div(taps - parity, stride), (offset - shift) / stride};
  };
  for (i64 i = 0; i < s.stride_h; ++i)
    for (i64 j = 0; j < s.stride_w; ++j) {
      i64 top = 0, left = 0;
      const TapAxis rows = axis(i, s.kh, s.stride_h, s.pad_top, top);
      const TapAxis columns = axis(j, s.kw, s.stride_w, s.pad_left, left);
      q.terms[q.term_count++] = {x + (top * s.w + left) * s.c,
                                 ceil_div(s.h - top, s.stride_h),
                                 ceil_div(s.w - left, s.stride_w),
                                 s.stride_w * s.c,
                                 s.stride_h * s.w * s.c,
                                 s.h * s.w * s.c,
                                 rows,
                                 columns};
    }
  return q;
}

/// The adjoint of s at the image rows py, py + stride, … and columns px, px + stride, …
template <class T>
WinogradProblem<T> winograd_adjoint(const ConvShape& s, const T* y, const T* w, T* x, i64 py, i64 px) {
  const PhaseTaps rows = phase_taps(py, s.kh, s.stride_h, 1, s.pad_top);
  const PhaseTaps columns = phase_taps(px, s.kw, s.stride_w, 1, s.pad_left);
  WinogradProblem<T> q{s.n,
                       ceil_div(s.h - py, s.stride_h),
                       ceil_div(s.w - px, s.stride_w),
                       s.o,
                       s.c,
                       x + (py * s.w + px) * s.c,
                       s.stride_w * s.c,
                       s.stride_h * s.w * s.c,
                       s.h * s.w * s.c,
                       w,
                       s.kh,
                       s.kw,
                       s.c,
                       true,
                       {},
                       1};
  q.terms[0] = {y,
                s.oh,
                s.ow,
                s.o,
                s.ow * s.o,
                s.oh * s.ow * s.o,
                {rows.first, -rows.step, rows.count, rows.pad},
                {columns.first, -columns.step, columns.count, columns.pad}};
  return q;
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
