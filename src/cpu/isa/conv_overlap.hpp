// The adjoint in the image of a thin convolution (the last layer of a generator, which makes the image): the product of
// y with the filters gives whole patches, which are summed where they overlap.
#pragma once

#include "src/cpu/isa/conv.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

/// to[i] += from[i] for i < n.
template <class T>
GAN_INLINE void add_run(T* to, const T* from, i64 n) {
  typedef T Quad __attribute__((vector_size(16), aligned(sizeof(T)), may_alias));
  constexpr i64 quad = 16 / static_cast<i64>(sizeof(T));
  i64 i = 0;
  for (; i + quad <= n; i += quad) *reinterpret_cast<Quad*>(to + i) += *reinterpret_cast<const Quad*>(from + i);
  for (; i < n; ++i) to[i] += from[i];
}

/// Adds the patches of one output row, `from_pitch` apart, into the rows of a canvas: the image with all its padding.
template <class T>
void add_patches(const ConvShape& s, const T* from, i64 from_pitch, T* canvas, i64 canvas_pitch) {
  const i64 line = s.kw * s.c, step = s.stride_w * s.c;
  // Neighbouring patches overlap: taking every second or third keeps each sum away from the store it would wait for.
  const i64 ways = max<i64>(1, ceil_div(s.kw, s.stride_w));
  for (i64 k = 0; k < s.kh; ++k, from += line, canvas += canvas_pitch)
    for (i64 way = 0; way < ways; ++way)
      for (i64 ox = way; ox < s.ow; ox += ways) add_run(canvas + ox * step, from + ox * from_pitch, line);
}

/// The patches of one output row, `patch_pitch` apart: its pixels times the filters in `panels`. `packed` is scratch.
template <class T>
void multiply_row(const ConvShape& s, const T* row, const T* panels, T* packed, T* patches, i64 patch_pitch) {
  constexpr int width = panel_width<T>;
  const i64 depth = s.kh * s.kw * s.c, tiles = ceil_div(s.ow, tile_rows);
  for (i64 t = 0; t < tiles; ++t) {
    const i64 ox = tile_start(s.ow, t, tiles), count = tile_start(s.ow, t + 1, tiles) - ox;
    for (i64 k = 0; k == 0 || k < s.o; k += block_depth) {
      const i64 block = min<i64>(block_depth, s.o - k);
      pack_rows(row + ox * s.o + k, s.o, count, block, packed);
      TileJob<T> job;
      job.a = packed;
      job.steps = block;
      job.b_pitch = width;
      job.c_pitch = patch_pitch;
      job.add = k > 0;
      for (i64 column = 0; column < depth; column += width) {
        job.b = panels + column * s.o + k * width;
        job.c = patches + ox * patch_pitch + column;
        job.columns = min<i64>(width, patch_pitch - column);
        run_tile<T, row_pitch<T>>(count, job);
      }
    }
  }
}

template <class T>
void thin_conv_input(const ConvShape& s, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  constexpr int width = panel_width<T>;
  const i64 depth = s.kh * s.kw * s.c, image_row = s.w * s.c;
  if (s.n * s.h * image_row == 0) return;
  T* panels = scratch_of<T>(shared_slot, round_up(depth, width) * max<i64>(1, s.o));
  for (i64 column = 0; column < depth; column += width)
    pack_panel(w + column, depth, s.o, min<i64>(width, depth - column), panels + column * s.o);
  const i64 patch_pitch = round_up(depth, lanes<T>);
  const i64 canvas_width = max<i64>(0, (s.ow - 1) * s.stride_w + s.kw) * s.c;
  // Where the image lies on the canvas: `left` elements into its rows, or some of its columns are never reached.
  const i64 left = min(canvas_width, s.pad_left * s.c), used = min(image_row, canvas_width - left);
  // A unit is a band of rows of one image. Patches that reach into two bands are computed for both; that is rare, since
  // images are only split if there are few, into bands that are much higher than the filter.
  const i64 wanted = ceil_div(2 * threads(), s.n), bands = max<i64>(1, min(wanted, s.h / (4 * s.kh)));
  parallel_for(s.n * bands, 1, [&](i64 begin, i64 end) {
    T* packed = scratch_of<T>(a_slot, tile_rows * row_pitch<T>);
    T* patches = scratch_of<T>(b_slot, max<i64>(1, s.ow) * patch_pitch);
    for (i64 unit = begin; unit < end; ++unit) {
      const i64 n = unit / bands, first_row = tile_start(s.h, unit % bands, bands);
      const i64 last_row = tile_start(s.h, unit % bands + 1, bands);
      // The output rows whose patches reach the band, and the canvas under them.
      const i64 first = max<i64>(0, ceil_div(first_row + s.pad_top - s.kh + 1, s.stride_h));
      const i64 last = max(first, min(s.oh, (last_row - 1 + s.pad_top) / s.stride_h + 1));
      const i64 canvas_top = first * s.stride_h;
      const i64 canvas_rows = last > first ? (last - 1 - first) * s.stride_h + s.kh : 0;
      T* canvas = scratch_of<T>(extra_slot, canvas_rows * canvas_width + 1);
      fill_zero(canvas, canvas_rows * canvas_width);
      for (i64 oy = first; oy < last; ++oy) {
        multiply_row(s, y + (n * s.oh + oy) * s.ow * s.o, panels, packed, patches, patch_pitch);
        add_patches(s, patches, patch_pitch, canvas + (oy * s.stride_h - canvas_top) * canvas_width, canvas_width);
      }
      for (i64 r = first_row; r < last_row; ++r) {
        T* image = x + (n * s.h + r) * image_row;
        const i64 from = r + s.pad_top - canvas_top;
        const bool reached = from >= 0 && from < canvas_rows;
        if (reached) copy(image, canvas + from * canvas_width + left, used);
        fill_zero(image + (reached ? used : 0), image_row - (reached ? used : 0));
      }
      apply_rows(x + (n * s.h + first_row) * image_row, (last_row - first_row) * s.w, s.c, epilogue);
    }
  });
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
