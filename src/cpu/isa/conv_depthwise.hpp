// Convolutions in which every channel is a group of its own: vectors run over channels, and registers hold a few
// neighbouring pixels, so that a vector of filters is loaded once for all of them. Both the convolution and its adjoint
// are sums over taps of a row of pixels times the tap's filters; they differ only in which rows those are.
#pragma once

#include "gan/core/parallel.hpp"
#include "src/cpu/isa/gemm.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

constexpr i64 most_depthwise_taps = 64;  ///< conv_is_depthwise

/// A tap of some targets: target k reads pixel at + k * step of a row of sources.
template <class T>
struct DepthTap {
  const T* row;
  const T* weight;  ///< (channels)
  i64 at;
};

/// Targets k of a row, `to_step` elements apart, as sums over taps.
template <class T>
struct DepthRow {
  DepthTap<T> taps[most_depthwise_taps];
  i64 count = 0;
  i64 channels = 0, step = 0, width = 0;  ///< width: pixels of a row of sources
  T* to = nullptr;
  i64 to_step = 0;
  const T* bias = nullptr;

  /// Targets k … k + pixels - 1, whose taps are all inside: channels c … c + vectors * lanes - 1, of which the last
  /// vector has `valid`.
  template <int pixels, int vectors, bool whole>
  GAN_INLINE void tile(i64 k, i64 c, int valid) const {
    constexpr int n = lanes<T>;
    const auto get = [&](const T* p) { return whole ? load(p) : load_partial(p, valid); };
    Vec<T> sum[pixels][vectors];
    GAN_UNROLL
    for (int v = 0; v < vectors; ++v) {
      const Vec<T> start = bias ? get(bias + c + v * n) : Vec<T>{};
      GAN_UNROLL
      for (int p = 0; p < pixels; ++p) sum[p][v] = start;
    }
    const i64 pixel = step * channels;
    for (i64 t = 0; t < count; ++t) {
      const T* const x = taps[t].row + (taps[t].at + k * step) * channels + c;
      GAN_UNROLL
      for (int v = 0; v < vectors; ++v) {
        const Vec<T> w = get(taps[t].weight + c + v * n);
        GAN_UNROLL
        for (int p = 0; p < pixels; ++p) sum[p][v] += get(x + p * pixel + v * n) * w;
      }
    }
    GAN_UNROLL
    for (int p = 0; p < pixels; ++p)
      GAN_UNROLL
      for (int v = 0; v < vectors; ++v) {
        T* const y = to + (k + p) * to_step + c + v * n;
        if constexpr (whole)
          store(y, sum[p][v]);
        else
          store_partial(y, sum[p][v], valid);
      }
  }
  /// All channels of targets k … k + pixels - 1: one target after the other, as they lie in memory.
  template <int pixels>
  GAN_INLINE void columns(i64 k) const {
    constexpr int n = lanes<T>;
    i64 c = 0;
    for (; c + 2 * n <= channels; c += 2 * n) tile<pixels, 2, true>(k, c, n);
    for (; c + n <= channels; c += n) tile<pixels, 1, true>(k, c, n);
    if (c < channels) tile<pixels, 1, false>(k, c, static_cast<int>(channels - c));
  }
  /// Targets [first, last), whose taps are all inside. The last ones may be computed twice, with the same result.
  void inside(i64 first, i64 last) const {
    constexpr int pixels = 4;
    if (last - first < pixels) {
      for (i64 k = first; k < last; ++k) columns<1>(k);
    } else {
      for (i64 k = first; k < last; k += pixels) columns<pixels>(min(k, last - pixels));
    }
  }
  /// A target some of whose taps are outside.
  void border(i64 k) const {
    DepthRow part = *this;
    part.count = 0;
    for (i64 t = 0; t < count; ++t) {
      const i64 at = taps[t].at + k * step;
      if (at >= 0 && at < width) part.taps[part.count++] = taps[t];
    }
    part.template columns<1>(k);
  }
  void run(i64 targets) const {
    i64 first = 0, last = targets;  // inside for all taps
    for (i64 t = 0; t < count; ++t) {
      const i64 at = taps[t].at;
      first = max(first, at < 0 ? ceil_div(-at, step) : 0);
      last = min(last, at >= width ? 0 : (width - 1 - at) / step + 1);
    }
    first = min(first, targets);
    last = max(last, first);
    for (i64 k = 0; k < first; ++k) border(k);
    inside(first, last);
    for (i64 k = last; k < targets; ++k) border(k);
  }
};

/// to(taps, channels) = from(channels, taps).
template <class T>
const T* depthwise_filters(const ConvShape& s, const T* from) {
  const i64 taps = s.kh * s.kw;
  T* const to = scratch_of<T>(shared_slot, taps * s.c);
  for (i64 c = 0; c < s.c; ++c)
    for (i64 t = 0; t < taps; ++t) to[t * s.c + c] = from[c * taps + t];
  return to;
}

GAN_INLINE i64 depthwise_grain(const ConvShape& s, i64 width) { return 1 + 32768 / (width * s.c * s.kh * s.kw + 1); }

template <class T>
void depthwise_conv(const ConvShape& s, const T* x, const T* w, T* y, const Epilogue<T>& epilogue) {
  if (s.n * s.oh * s.ow * s.c == 0) return;
  const T* const filters = depthwise_filters(s, w);
  parallel_for(s.n * s.oh, depthwise_grain(s, s.ow), [&](i64 begin, i64 end) {
    for (i64 r = begin; r < end; ++r) {
      DepthRow<T> row;
      row.channels = s.c, row.step = s.stride_w, row.width = s.w;
      row.to = y + r * s.ow * s.c, row.to_step = s.c, row.bias = epilogue.bias;
      for (i64 i = 0; i < s.kh; ++i) {
        const i64 h = r % s.oh * s.stride_h - s.pad_top + i * s.dilation_h;
        if (h < 0 || h >= s.h) continue;
        for (i64 j = 0; j < s.kw; ++j)
          row.taps[row.count++] = {x + (r / s.oh * s.h + h) * s.w * s.c, filters + (i * s.kw + j) * s.c,
                                   j * s.dilation_w - s.pad_left};
      }
      row.run(s.ow);
      activate_row(row.to, s.ow * s.c, epilogue.activation, epilogue.slope);
    }
  });
}

template <class T>
void depthwise_conv_input(const ConvShape& s, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  if (s.n * s.h * s.w * s.c == 0) return;
  const T* const filters = depthwise_filters(s, w);
  parallel_for(s.n * s.h, depthwise_grain(s, s.w), [&](i64 begin, i64 end) {
    for (i64 r = begin; r < end; ++r) {
      T* const to = x + r * s.w * s.c;
      // Pixels whose distance is a multiple of the stride have the same taps.
      for (i64 phase = 0; phase < min(s.stride_w, s.w); ++phase) {
        DepthRow<T> row;
        row.channels = s.c, row.step = 1, row.width = s.ow;
        row.to = to + phase * s.c, row.to_step = s.stride_w * s.c, row.bias = epilogue.bias;
        for (i64 i = 0; i < s.kh; ++i) {
          const i64 p = r % s.h + s.pad_top - i * s.dilation_h;
          if (p < 0 || p % s.stride_h != 0 || p / s.stride_h >= s.oh) continue;
          for (i64 j = 0; j < s.kw; ++j) {
            const i64 q = phase + s.pad_left - j * s.dilation_w;  // may be negative: its quotient is exact all the same
            if (q % s.stride_w == 0)
              row.taps[row.count++] = {y + (r / s.h * s.oh + p / s.stride_h) * s.ow * s.c,
                                       filters + (i * s.kw + j) * s.c, q / s.stride_w};
          }
        }
        row.run(ceil_div(s.w - phase, s.stride_w));
      }
      activate_row(to, s.w * s.c, epilogue.activation, epilogue.slope);
    }
  });
}

// ---- the adjoint in the filters -------------------------------------------------------------------------------------
// For each tap, the sum over pixels of y times the x that the tap reads. Registers hold the sums of a few neighbouring
// taps for two vectors of channels, so that y is loaded once for all of them.

/// Rows of outputs that are summed in T before double takes over.
GAN_INLINE i64 depthwise_block(const ConvShape& s) { return max<i64>(ceil_div(s.n * s.oh, 64), 1); }

/// sums[j * channels + c] += sum over q in [first, last) of y[q, c] * x[q * stride + j * dilation, c] for taps j.
template <class T, int taps, int vectors, bool whole>
GAN_INLINE void add_taps(const ConvShape& s, i64 first, i64 last, const T* y, const T* x, T* sums, int valid) {
  constexpr int n = lanes<T>;
  const auto get = [&](const T* p) { return whole ? load(p) : load_partial(p, valid); };
  Vec<T> sum[taps][vectors] = {};
  const i64 pixel = s.stride_w * s.c, tap = s.dilation_w * s.c;
  for (i64 q = first; q < last; ++q) {
    GAN_UNROLL
    for (int v = 0; v < vectors; ++v) {
      const Vec<T> g = get(y + q * s.c + v * n);
      GAN_UNROLL
      for (int j = 0; j < taps; ++j) sum[j][v] += g * get(x + q * pixel + j * tap + v * n);
    }
  }
  GAN_UNROLL
  for (int j = 0; j < taps; ++j)
    GAN_UNROLL
    for (int v = 0; v < vectors; ++v) {
      T* const to = sums + j * s.c + v * n;
      if constexpr (whole)
        store(to, load(to) + sum[j][v]);
      else
        store_partial(to, load_partial(to, valid) + sum[j][v], valid);
    }
}
template <class T, int taps>
GAN_INLINE void add_taps(const ConvShape& s, i64 first, i64 last, const T* y, const T* x, T* sums) {
  constexpr int n = lanes<T>;
  if (first >= last) return;
  i64 c = 0;
  for (; c + 2 * n <= s.c; c += 2 * n) add_taps<T, taps, 2, true>(s, first, last, y + c, x + c, sums + c, n);
  for (; c + n <= s.c; c += n) add_taps<T, taps, 1, true>(s, first, last, y + c, x + c, sums + c, n);
  if (c < s.c) add_taps<T, taps, 1, false>(s, first, last, y + c, x + c, sums + c, static_cast<int>(s.c - c));
}

/// The taps of one row of filters, for one row of y and the row of x that it reads.
template <class T>
void add_row(const ConvShape& s, const T* y, const T* x, T* sums) {
  constexpr int most = 4;
  // The outputs whose tap j lies inside the row of x.
  const auto from = [&](i64 j) { return min(s.ow, ceil_div(max<i64>(s.pad_left - j * s.dilation_w, 0), s.stride_w)); };
  const auto until = [&](i64 j) {
    const i64 room = s.w - 1 + s.pad_left - j * s.dilation_w;
    return room < 0 ? 0 : min(s.ow, room / s.stride_w + 1);
  };
  for (i64 j = 0; j < s.kw;) {
    const i64 taps = min<i64>(most, s.kw - j), first = from(j), last = max(until(j + taps - 1), first);
    const T* const source = x + (j * s.dilation_w - s.pad_left) * s.c;
    T* const to = sums + j * s.c;
    if (taps == 4) add_taps<T, 4>(s, first, last, y, source, to);
    if (taps == 3) add_taps<T, 3>(s, first, last, y, source, to);
    if (taps == 2) add_taps<T, 2>(s, first, last, y, source, to);
    if (taps == 1) add_taps<T, 1>(s, first, last, y, source, to);
    for (i64 k = 0; k < taps; ++k) {  // what only some of them read
      const T* const own = source + k * s.dilation_w * s.c;
      add_taps<T, 1>(s, from(j + k), min(first, until(j + k)), y, own, to + k * s.c);
      add_taps<T, 1>(s, max(last, from(j + k)), until(j + k), y, own, to + k * s.c);
    }
    j += taps;
  }
}

template <class T>
void depthwise_conv_weight(const ConvShape& s, const T* y, const T* x, T* w) {
  const i64 taps = s.kh * s.kw, width = taps * s.c, rows = s.n * s.oh, size = depthwise_block(s);
  const i64 blocks = s.ow == 0 || s.w == 0 ? 0 : ceil_div(rows, size);
  T* const partial = scratch_of<T>(shared_slot, max<i64>(blocks, 1) * width);
  parallel_for(blocks, 1, [&](i64 begin, i64 end) {
    for (i64 b = begin; b < end; ++b) {
      T* const sums = partial + b * width;
      for (i64 k = 0; k < width; ++k) sums[k] = T(0);
      for (i64 r = b * size; r < min(rows, (b + 1) * size); ++r)
        for (i64 i = 0; i < s.kh; ++i) {
          const i64 h = r % s.oh * s.stride_h - s.pad_top + i * s.dilation_h;
          if (h < 0 || h >= s.h) continue;
          add_row(s, y + r * s.ow * s.c, x + (r / s.oh * s.h + h) * s.w * s.c, sums + i * s.kw * s.c);
        }
    }
  });
  constexpr i64 some = 32;  // channels whose sums in double are carried along together
  parallel_for(ceil_div(s.c, some), 4, [&](i64 begin, i64 end) {
    for (i64 c = begin * some; c < min(s.c, end * some); c += some)
      for (i64 t = 0; t < taps; ++t) {
        const i64 n = min(some, s.c - c);
        double total[some] = {};
        for (i64 b = 0; b < blocks; ++b)
          for (i64 k = 0; k < n; ++k) total[k] += static_cast<double>(partial[b * width + t * s.c + c + k]);
        for (i64 k = 0; k < n; ++k) w[(c + k) * taps + t] = static_cast<T>(total[k]);
      }
  });
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
