// Adjoint of the convolution in the filters: dw(o, taps) = y(pixels, o)^T * patches(pixels, taps). Blocks of pixels are
// packed as columns of y and panels of patches; a thread owns a piece of dw, so nothing is reduced between threads.
// Only where dw is too small to share out, sums over a fixed number of pixel ranges are added up in order.
#pragma once

#include "src/cpu/isa/conv.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

template <class T>
struct WeightGradient {
  static constexpr int width = panel_width<T>;
  static constexpr i64 chunk_tiles = 40;  ///< row tiles (of o) whose packed y stays in L2
  static constexpr i64 most_splits = 16;

  const ConvShape& s;
  const T* y;
  const T* x;
  T* w;  ///< of this group
  i64 group;

  i64 c() const { return s.c / s.groups; }
  i64 o() const { return s.o / s.groups; }
  i64 depth() const { return s.kh * s.kw * c(); }

  // Panels are pieces of single taps where there are channels enough to fill them, else pieces of the whole patch.
  bool by_tap() const { return c() >= width; }
  i64 panels_per_tap() const { return ceil_div(c(), width); }
  i64 panels() const { return by_tap() ? s.kh * s.kw * panels_per_tap() : ceil_div(depth(), width); }
  i64 first_column(i64 p) const {
    return by_tap() ? p / panels_per_tap() * c() + p % panels_per_tap() * width : p * width;
  }
  i64 column_count(i64 p) const {
    return by_tap() ? min<i64>(width, c() - p % panels_per_tap() * width) : min<i64>(width, depth() - p * width);
  }

  // Blocks of about block_depth pixels: whole output rows; or, where maps are small, one output row of several images,
  // pixel by pixel, so that pixels whose tap lies outside the image are skipped.
  bool by_batch() const { return by_tap() && tiles_over_batch(s.n, s.ow); }
  i64 rows_per_block() const { return max<i64>(1, block_depth / s.ow); }
  i64 batch_parts() const { return ceil_div(s.n * s.ow, block_depth); }
  i64 blocks() const { return by_batch() ? s.oh * batch_parts() : ceil_div(s.n * s.oh, rows_per_block()); }
  i64 most_pixels() const { return s.ow * (by_batch() ? ceil_div(s.n, batch_parts()) : rows_per_block()); }

  /// `rows` output rows; pixel ox of the r-th is pixel r * row_step + ox * pixel_step of the block.
  struct PixelBlock {
    i64 first, rows, oy, row_step, pixel_step;
  };
  PixelBlock pixel_block(i64 b) const {
    if (by_batch()) {
      const i64 part = b % batch_parts(), image = tile_start(s.n, part, batch_parts());
      const i64 count = tile_start(s.n, part + 1, batch_parts()) - image;
      return {image, count, b / batch_parts(), 1, count};
    }
    const i64 row = b * rows_per_block();
    return {row, min(s.n * s.oh, row + rows_per_block()) - row, 0, s.ow, 1};
  }
  /// The r-th row of a block, counted over all images.
  i64 output_row(const PixelBlock& q, i64 r) const { return by_batch() ? (q.first + r) * s.oh + q.oy : q.first + r; }

  void run() const {
    const i64 chunks = ceil_div(o(), chunk_tiles * tile_rows), count = panels();
    const i64 splits = count * chunks <= 8 ? min(most_splits, blocks()) : 1;
    const i64 size = o() * depth();
    T* sums = splits > 1 ? scratch_of<T>(shared_slot, splits * size) : w;
    parallel_for(splits * chunks * count, 1, [&](i64 begin, i64 end) {
      while (begin < end) {
        const i64 panel = begin % count, chunk = begin / count % chunks, split = begin / count / chunks;
        const i64 n = min(count - panel, end - begin);
        run_part(sums + split * size, tile_start(blocks(), split, splits), tile_start(blocks(), split + 1, splits),
                 tile_start(o(), chunk, chunks), tile_start(o(), chunk + 1, chunks), panel, n);
        begin += n;
      }
    });
    if (splits == 1) return;
    parallel_for(size, 4096, [&](i64 begin, i64 end) {
      for (i64 i = begin; i < end; ++i) {
        T sum = sums[i];
        for (i64 k = 1; k < splits; ++k) sum += sums[k * size + i];
        w[i] = sum;
      }
    });
  }

  /// Rows [first, last) of dw, `count` panels, summed over pixel blocks [block, block_end). The sums are kept tile by
  /// tile: rows of dw are often a power of two apart and would share a few sets of L1.
  void run_part(T* dw, i64 block, i64 block_end, i64 first, i64 last, i64 panel, i64 count) const {
    constexpr i64 tile_size = tile_rows * width;
    const i64 tiles = ceil_div(last - first, tile_rows);
    T* columns = scratch_of<T>(a_slot, tiles * most_pixels() * column_pitch<T>);
    T* patches = scratch_of<T>(b_slot, most_pixels() * width);
    T* sums = scratch_of<T>(extra_slot, tiles * count * tile_size);
    const auto row_of = [&](i64 t) { return tile_start(last - first, t, tiles); };
    fill_zero(sums, tiles * count * tile_size);
    for (; block < block_end; ++block) {
      const PixelBlock q = pixel_block(block);
      const i64 pixels = q.rows * s.ow;
      pack_outputs(q, first, last, columns);
      for (i64 p = 0; p < count; ++p) {
        i64 pixel = 0, pixel_end = pixels;
        pack_patches(q, panel + p, patches, pixel, pixel_end);
        if (pixel >= pixel_end) continue;
        TileJob<T> job;
        job.steps = pixel_end - pixel;
        job.a_step = column_pitch<T>;
        job.b = patches + pixel * width;
        job.b_pitch = width;
        job.c_pitch = width;
        job.columns = column_count(panel + p) <= lanes<T> ? lanes<T> : width;
        job.add = true;
        for (i64 t = 0; t < tiles; ++t) {
          job.a = columns + (t * pixels + pixel) * column_pitch<T>;
          job.c = sums + (p * tiles + t) * tile_size;
          run_tile<T, by_columns>(row_of(t + 1) - row_of(t), job);
        }
      }
    }
    for (i64 t = 0; t < tiles; ++t)
      for (i64 row = row_of(t); row < row_of(t + 1); ++row)
        for (i64 p = 0; p < count; ++p)
          copy(dw + (first + row) * depth() + first_column(panel + p),
               sums + (p * tiles + t) * tile_size + (row - row_of(t)) * width, column_count(panel + p));
  }

  /// Channels [first, last) of y at the block's pixels, tile by tile. Rows of y come first in the loops: they are
  /// contiguous, and stay in L1 while the tiles pick their channels.
  void pack_outputs(const PixelBlock& q, i64 first, i64 last, T* to) const {
    const i64 tiles = ceil_div(last - first, tile_rows);
    for (i64 r = 0; r < q.rows; ++r)
      for (i64 t = 0; t < tiles; ++t) {
        const i64 row = tile_start(last - first, t, tiles), rows = tile_start(last - first, t + 1, tiles) - row;
        const T* from = y + output_row(q, r) * s.ow * s.o + group * o() + first + row;
        T* out = to + (t * q.rows * s.ow + r * q.row_step) * column_pitch<T>;
        for (i64 ox = 0; ox < s.ow; ++ox) copy_column(out + ox * q.pixel_step * column_pitch<T>, from + ox * s.o, rows);
      }
  }

  /// A run of a panel's columns that is contiguous in x: elements from `offset` after the patch's first pixel on.
  struct Segment {
    i64 filter_row, offset, size, at;
  };

  /// Panel p of the block's patches. Pixels outside [pixel, pixel_end) were found to lie in the padding and are left
  /// out.
  void pack_patches(const PixelBlock& q, i64 p, T* to, i64& pixel, i64& pixel_end) const {
    const i64 begin = first_column(p), size = column_count(p);
    if (!by_tap() && size % lanes<T> != 0) fill_zero(to, q.rows * s.ow * width);
    const bool adjacent = s.groups == 1 && s.dilation_w == 1;
    const i64 line = adjacent ? s.kw * c() : c();
    for (i64 k = begin; k < begin + size;) {
      const i64 row = k / (s.kw * c()), tap = adjacent ? 0 : k / c() % s.kw, element = k % line;
      const Segment part{row, tap * s.dilation_w * s.c + group * c() + element, min(line - element, begin + size - k),
                         k - begin};
      if (by_batch()) {  // one segment, and all of its pixels are in one row of their images
        const i64 iy = q.oy * s.stride_h - s.pad_top + part.filter_row * s.dilation_h;
        i64 from = 0, end = 0;
        if (iy >= 0 && iy < s.h) inside(part, from, end);
        pixel = from * q.pixel_step;
        pixel_end = end * q.pixel_step;
        if (from >= end) return;
      }
      for (i64 r = 0; r < q.rows; ++r)
        pack_segment(output_row(q, r), part, to + r * q.row_step * width, q.pixel_step * width);
      k += part.size;
    }
  }

  GAN_INLINE void copy_segment(T* to, const T* from, const Segment& part) const {
    if (part.size == width)
      copy_panel_row(to, from, width);
    else if (by_tap())
      copy_panel_row(to, from, part.size);
    else
      copy(to + part.at, from, part.size);
  }
  /// The part of a segment that starts `start` elements into a row of the image and leaves it.
  void copy_clipped(T* to, const T* row, i64 start, const Segment& part) const {
    const i64 row_end = s.w * s.c;
    const i64 from = min(part.size, max<i64>(0, -start)), end = max(from, min(part.size, row_end - start));
    if (by_tap()) fill_zero(to, width);
    to += part.at;
    fill_zero(to, from);
    copy(to + from, row + start + from, end - from);
    fill_zero(to + end, part.size - end);
  }
  /// Output columns [from, to) for which a segment lies inside the image's row.
  void inside(const Segment& part, i64& from, i64& to) const {
    const i64 step = s.stride_w * s.c, start = part.offset - s.pad_left * s.c, room = s.w * s.c - part.size - start;
    from = min(s.ow, start < 0 ? ceil_div(-start, step) : 0);
    to = max(from, room < 0 ? 0 : min(s.ow, room / step + 1));
  }

  /// A segment of the patches of one output row, `pitch` apart.
  void pack_segment(i64 row, const Segment& part, T* to, i64 pitch) const {
    const i64 iy = row % s.oh * s.stride_h - s.pad_top + part.filter_row * s.dilation_h;
    const i64 step = s.stride_w * s.c, start = part.offset - s.pad_left * s.c, row_end = s.w * s.c;
    if (iy < 0 || iy >= s.h) {
      for (i64 ox = 0; ox < s.ow; ++ox) copy_clipped(to + ox * pitch, x, row_end, part);
      return;
    }
    const T* image_row = x + (row / s.oh * s.h + iy) * row_end;
    i64 from = 0, end = 0;
    inside(part, from, end);
    for (i64 ox = 0; ox < from; ++ox) copy_clipped(to + ox * pitch, image_row, start + ox * step, part);
    for (i64 ox = from; ox < end; ++ox) copy_segment(to + ox * pitch, image_row + start + ox * step, part);
    for (i64 ox = end; ox < s.ow; ++ox) copy_clipped(to + ox * pitch, image_row, start + ox * step, part);
  }
};

template <class T>
void conv_weight(const ConvShape& s, const T* y, const T* x, T* w) {
  const i64 size = s.o / s.groups * s.kh * s.kw * (s.c / s.groups);
  if (size == 0) return;
  if (s.n * s.oh * s.ow == 0) {
    for (i64 i = 0; i < s.groups * size; ++i) w[i] = T(0);
    return;
  }
  for (i64 g = 0; g < s.groups; ++g) WeightGradient<T>{s, y, x, w + g * size, g}.run();
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
