// Convolutions whose image side is thin (grey or colour images: the first layer of a discriminator), for which panels
// of channels would be mostly padding. A few image rows with their padding fit into L1, and the micro-kernel reads
// overlapping patches there in place.
#pragma once

#include "src/cpu/isa/conv_weight.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

/// The rows of an image under some output rows, as wide as the patches of one output row, zeros in the padding.
template <class T>
struct Band {
  const ConvShape& s;
  i64 line = s.kw * s.c;        ///< elements of a patch's row
  i64 step = s.stride_w * s.c;  ///< between the patches of neighbouring pixels
  i64 width = (s.ow - 1) * step + line;
  i64 pitch = round_up(width, lanes<T>) + lanes<T>;
  i64 left = min(width, s.pad_left* s.c);               ///< padding before the image
  i64 used = max<i64>(0, min(s.w* s.c, width - left));  ///< elements of an image row that the patches reach

  /// Rows under `outputs` output rows.
  i64 rows(i64 outputs) const { return (outputs - 1) * s.stride_h + s.kh; }
  i64 size(i64 outputs) const { return rows(outputs) * pitch; }

  /// Once per buffer: the padding to the sides, which fill() leaves alone.
  void clear(T* to, i64 outputs) const { fill_zero(to, size(outputs)); }

  /// The rows of `image` under output rows [oy, oy + outputs).
  void fill(const T* image, i64 oy, i64 outputs, T* to) const {
    for (i64 i = 0; i < rows(outputs); ++i) {
      const i64 iy = oy * s.stride_h - s.pad_top + i;
      if (iy < 0 || iy >= s.h)
        fill_zero(to + i * pitch + left, used);
      else
        copy(to + i * pitch + left, image + iy * s.w * s.c, used);
    }
  }
};

// ---- forward ------------------------------------------------------------------------------------------------------

/// `step` is Band::step: as a compile-time constant it costs the micro-kernel nothing.
template <class T, int step>
void conv_band(const ConvShape& s, const T* x, const T* panels, T* y, const Epilogue<T>& epilogue) {
  constexpr int width = panel_width<T>;
  const Band<T> band{s};
  const i64 height = min<i64>(s.oh, 4), parts = ceil_div(s.oh, height), tiles = ceil_div(s.ow, tile_rows);
  parallel_for(s.n * parts, 1, [&](i64 begin, i64 end) {
    T* rows = scratch_of<T>(a_slot, band.size(height));
    band.clear(rows, height);
    for (i64 part = begin; part < end; ++part) {
      const i64 n = part / parts, first = part % parts * height, last = min(s.oh, first + height);
      band.fill(x + n * s.h * s.w * s.c, first, last - first, rows);
      for (i64 oy = first; oy < last; ++oy)
        for (i64 t = 0; t < tiles; ++t) {
          const i64 ox = tile_start(s.ow, t, tiles), count = tile_start(s.ow, t + 1, tiles) - ox;
          T* out = y + ((n * s.oh + oy) * s.ow + ox) * s.o;
          TileJob<T> job;
          job.a = rows + (oy - first) * s.stride_h * band.pitch + ox * step;
          job.steps = band.line;
          job.runs = s.kh;
          job.run_jump = band.pitch - band.line;
          job.b_pitch = width;
          job.c_pitch = s.o;
          for (i64 column = 0; column < s.o; column += width) {
            job.b = panels + column * s.kh * band.line;
            job.c = out + column;
            job.columns = min<i64>(width, s.o - column);
            set_epilogue(job, epilogue, column);
            run_tile<T, step>(count, job);
          }
          finish_rows(out, count, s.o, s.o, epilogue);
        }
    }
  });
}

template <class T>
void thin_conv(const ConvShape& s, const T* x, const T* w, T* y, const Epilogue<T>& epilogue) {
  constexpr int width = panel_width<T>;
  if (s.n * s.oh * s.ow * s.o == 0) return;
  const i64 depth = s.kh * s.kw * s.c;
  T* panels = scratch_of<T>(shared_slot, round_up(s.o, width) * max<i64>(depth, 1));
  for (i64 column = 0; column < s.o; column += width)
    pack_panel_transposed(w + column * depth, depth, depth, min<i64>(width, s.o - column), panels + column * depth);
  switch (s.stride_w * s.c) {
    case 1:
      return conv_band<T, 1>(s, x, panels, y, epilogue);
    case 2:
      return conv_band<T, 2>(s, x, panels, y, epilogue);
    case 3:
      return conv_band<T, 3>(s, x, panels, y, epilogue);
    case 6:
      return conv_band<T, 6>(s, x, panels, y, epilogue);
    default:
      return conv(s, x, w, y, epilogue);
  }
}

// ---- adjoint in the filters -----------------------------------------------------------------------------------------

/// dw^T(taps, o): rows of a tile are neighbouring elements of the band, its panels are y where it lies. The bands of
/// all images are cut into a fixed number of ranges, which are summed apart and added up in order: threads change no
/// bits.
template <class T>
void thin_conv_weight(const ConvShape& s, const T* y, const T* x, T* w) {
  constexpr i64 most_splits = 16, block_pixels = 128;
  const i64 depth = s.kh * s.kw * s.c;
  // Panels of y are read up to whole vectors.
  if (s.o % lanes<T> != 0 || s.n * s.oh * s.ow * depth == 0) return conv_weight(s, y, x, w);
  const Band<T> band{s};
  const i64 height = min(s.oh, ceil_div(block_pixels, s.ow)), tiles = ceil_div(band.line, tile_rows);
  const i64 bands = ceil_div(s.oh, height), splits = min(s.n * bands, most_splits), size = s.o * depth;
  T* sums = scratch_of<T>(shared_slot, splits * size);
  parallel_for(splits, 1, [&](i64 begin, i64 end) {
    T* rows = scratch_of<T>(a_slot, band.size(height));
    band.clear(rows, height);
    for (i64 split = begin; split < end; ++split) {
      T* sum = sums + split * size;
      fill_zero(sum, size);
      for (i64 unit = tile_start(s.n * bands, split, splits); unit < tile_start(s.n * bands, split + 1, splits);
           ++unit) {
        const i64 n = unit / bands, oy = unit % bands * height, count = min(height, s.oh - oy);
        band.fill(x + n * s.h * s.w * s.c, oy, count, rows);
        TileJob<T> job;
        job.steps = s.ow;
        job.a_step = band.step;
        job.runs = count;
        job.run_jump = s.stride_h * band.pitch - s.ow * band.step;
        job.b_pitch = s.o;
        job.c_pitch = s.o;
        job.add = true;
        for (i64 column = 0; column < s.o; column += panel_width<T>) {
          job.b = y + (n * s.oh + oy) * s.ow * s.o + column;
          job.columns = min<i64>(panel_width<T>, s.o - column);
          for (i64 k = 0; k < s.kh; ++k)
            for (i64 t = 0; t < tiles; ++t) {
              const i64 first = tile_start(band.line, t, tiles);
              job.a = rows + k * band.pitch + first;
              job.c = sum + (k * band.line + first) * s.o + column;
              run_tile<T, by_columns>(tile_start(band.line, t + 1, tiles) - first, job);
            }
        }
      }
    }
  });
  for (i64 split = 1; split < splits; ++split)
    for (i64 i = 0; i < size; ++i) sums[i] += sums[split * size + i];
  for (i64 o = 0; o < s.o; ++o)
    for (i64 k = 0; k < depth; ++k) w[o * depth + k] = sums[k * s.o + o];
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
