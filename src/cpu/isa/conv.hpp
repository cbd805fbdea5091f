// Convolution and its adjoint in the image by Correlator: any stride, padding, dilation and groups.
#pragma once

#include "src/cpu/isa/correlate.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

/// Whether tiles run over the batch (see Correlator) for outputs `ow` wide.
GAN_INLINE bool tiles_over_batch(i64 images, i64 ow) { return images >= 8 && ow <= 8; }

template <class T>
void conv(const ConvShape& s, const T* x, const T* w, T* y, const Epilogue<T>& epilogue) {
  constexpr int width = panel_width<T>;
  if (s.n * s.oh * s.ow * s.o == 0) return;
  const i64 c = s.c / s.groups, o = s.o / s.groups, depth = s.kh * s.kw * c;
  const i64 panels = ceil_div(o, width), pieces = max<i64>(1, ceil_div(depth, block_depth));
  T* packed = scratch_of<T>(shared_slot, panels * width * max<i64>(depth, 1));
  for (i64 g = 0; g < s.groups; ++g) {
    const T* filters = w + g * o * depth;
    parallel_for(panels * pieces, 2, [&](i64 begin, i64 end) {
      for (i64 i = begin; i < end; ++i) {
        const i64 column = i / pieces * width, k = i % pieces * block_depth;
        pack_panel_transposed(filters + column * depth + k, depth, min<i64>(block_depth, depth - k),
                              min<i64>(width, o - column), packed + column * depth + k * width);
      }
    });
    Correlation<T> q{};
    q.x = x;
    q.panels = packed;
    q.y = y + g * o;
    q.h = s.h, q.w = s.w, q.c = c;
    q.x_pixel = s.c, q.x_row = s.w * s.c, q.x_image = s.h * s.w * s.c;
    q.first_channel = g * c;
    q.oh = s.oh, q.ow = s.ow, q.o = o;
    q.y_pixel = s.o, q.y_row = s.ow * s.o, q.y_image = s.oh * s.ow * s.o;
    q.kh = s.kh, q.kw = s.kw, q.stride_h = s.stride_h, q.stride_w = s.stride_w;
    q.dilation_h = s.dilation_h, q.dilation_w = s.dilation_w, q.pad_top = s.pad_top, q.pad_left = s.pad_left;
    Epilogue<T> part = epilogue;
    if (part.bias) part.bias += g * o;
    Correlator<T>{&q, 1, s.n, s.n, tiles_over_batch(s.n, s.ow), part}.run();
  }
}

// ---- the adjoint --------------------------------------------------------------------------------------------------
// Image row r = phase + stride * t gets tap i from output row (r + pad - i * dilation) / stride where that is whole.
// So each phase < stride is a stride-1 correlation of y with the taps of one residue, in descending order.

/// The taps of one phase along one axis, in ascending order of the y they read: first, first - step, ...
struct PhaseTaps {
  i64 first, step, count;
  i64 pad, dilation;  ///< of the stride-1 correlation
};

GAN_INLINE PhaseTaps phase_taps(i64 phase, i64 taps, i64 stride, i64 dilation, i64 pad) {
  i64 divisor = stride;
  for (i64 b = dilation; b != 0;) {
    const i64 r = divisor % b;
    divisor = b;
    b = r;
  }
  PhaseTaps p{0, stride / divisor, 0, 0, dilation / divisor};
  i64 lowest = 0;
  while (lowest < min(taps, p.step) && (phase + pad - lowest * dilation) % stride != 0) ++lowest;
  if (lowest >= min(taps, p.step)) return p;  // no tap reaches this phase
  p.count = ceil_div(taps - lowest, p.step);
  p.first = lowest + (p.count - 1) * p.step;
  p.pad = -(phase + pad - p.first * dilation) / stride;
  return p;
}

/// Packs the filters of one phase: panels of image channels, rows (tap, output channel). filters(o, kh, kw, c).
template <class T>
void pack_phase(const ConvShape& s, const T* filters, const PhaseTaps& rows, const PhaseTaps& columns, T* packed) {
  constexpr int width = panel_width<T>;
  const i64 c = s.c / s.groups, o = s.o / s.groups, depth = rows.count * columns.count * o;
  parallel_for(o, 8, [&](i64 begin, i64 end) {
    for (i64 k = begin; k < end; ++k)
      for (i64 i = 0; i < rows.count; ++i)
        for (i64 j = 0; j < columns.count; ++j) {
          const i64 tap = (rows.first - i * rows.step) * s.kw + columns.first - j * columns.step;
          const T* from = filters + (k * s.kh * s.kw + tap) * c;
          T* to = packed + ((i * columns.count + j) * o + k) * width;
          for (i64 ch = 0; ch < c; ch += width, to += depth * width)
            copy_panel_row(to, from + ch, min<i64>(width, c - ch));
        }
  });
}

template <class T>
void conv_input(const ConvShape& s, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  constexpr int width = panel_width<T>;
  if (s.n * s.h * s.w * s.c == 0) return;
  const i64 c = s.c / s.groups, o = s.o / s.groups;
  T* packed = scratch_of<T>(shared_slot, round_up(c, width) * max<i64>(1, o * s.kh * s.kw));
  auto* phases = reinterpret_cast<Correlation<T>*>(
      scratch(extra_slot, static_cast<std::size_t>(s.stride_h * s.stride_w) * sizeof(Correlation<T>)));
  const bool by_batch = tiles_over_batch(s.n, ceil_div(s.w, s.stride_w));
  const i64 image_bytes = (s.oh * s.ow * s.o + s.h * s.w * s.c) * static_cast<i64>(sizeof(T));
  const i64 group = by_batch ? s.n : min(s.n, max<i64>(1, (i64{512} << 10) / image_bytes));
  for (i64 g = 0; g < s.groups; ++g) {
    T* panels = packed;
    i64 count = 0;
    for (i64 py = 0; py < min(s.stride_h, s.h); ++py)
      for (i64 px = 0; px < min(s.stride_w, s.w); ++px) {
        const PhaseTaps rows = phase_taps(py, s.kh, s.stride_h, s.dilation_h, s.pad_top);
        const PhaseTaps columns = phase_taps(px, s.kw, s.stride_w, s.dilation_w, s.pad_left);
        pack_phase(s, w + g * o * s.kh * s.kw * c, rows, columns, panels);
        Correlation<T> q{};
        q.x = y;
        q.panels = panels;
        q.y = x + (py * s.w + px) * s.c + g * c;
        q.h = s.oh, q.w = s.ow, q.c = o;
        q.x_pixel = s.o, q.x_row = s.ow * s.o, q.x_image = s.oh * s.ow * s.o;
        q.first_channel = g * o;
        q.oh = ceil_div(s.h - py, s.stride_h), q.ow = ceil_div(s.w - px, s.stride_w), q.o = c;
        q.y_pixel = s.stride_w * s.c, q.y_row = s.stride_h * s.w * s.c, q.y_image = s.h * s.w * s.c;
        q.kh = rows.count, q.kw = columns.count, q.stride_h = 1, q.stride_w = 1;
        q.dilation_h = rows.dilation, q.dilation_w = columns.dilation;
        q.pad_top = rows.pad, q.pad_left = columns.pad;
        phases[count++] = q;
        panels += q.depth() * round_up(c, width);
      }
    Epilogue<T> part = epilogue;
    if (part.bias) part.bias += g * c;
    Correlator<T>{phases, count, s.n, group, by_batch, part}.run();
  }
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
