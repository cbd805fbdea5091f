// Implicit matrix product of image patches with packed filters: the forward convolution, and each sub-pixel phase of
// its adjoint. A tile's rows are output pixels; their patches are copied row by row into L1, so that neither an im2col
// array nor a padded image ever exists.
#pragma once

#include "src/cpu/isa/gemm.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

/// y(n, p, q, o) = sum over i, j, ch of x(n, p * stride_h - pad_top + i * dilation_h, ..., ch) * panels((i, j, ch), o).
/// Pitches are in elements; pads may be negative. Images may be wider than the channels used (groups), and outputs
/// may be interleaved (phases).
template <class T>
struct Correlation {
  const T* x;
  const T* panels;  ///< [ceil(o / panel_width)][kh * kw * c][panel_width]
  T* y;
  i64 h, w, c, x_pixel, x_row, x_image;
  i64 first_channel;  ///< of the c channels, inside a pixel of x_pixel channels
  i64 oh, ow, o, y_pixel, y_row, y_image;
  i64 kh, kw, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;

  // A patch is a list of lines, each contiguous in x: whole filter rows where the taps are adjacent, else single taps.
  bool adjacent() const { return x_pixel == c && dilation_w == 1; }
  i64 line_size() const { return adjacent() ? kw * c : c; }
  i64 lines_per_row() const { return adjacent() ? 1 : kw; }
  i64 lines() const { return kh * lines_per_row(); }
  i64 depth() const { return kh * kw * c; }
};

/// Several correlations of the same images with one work list: the phases of an adjoint. Images are taken in groups,
/// all phases of a group in turn, so that a group's input and output stay in L2.
template <class T>
struct Correlator {
  const Correlation<T>* phases;
  i64 phase_count;
  i64 images, group;
  /// Small maps: a tile holds one pixel of many images, so that taps in the padding are skipped, not multiplied by
  /// zeros. Otherwise a tile holds pixels of one output row.
  bool by_batch;
  const Epilogue<T>& epilogue;

  static constexpr i64 chunk = 16;  ///< tiles that share a block of the panels while it is in L2

  /// One tile: `rows` images at (oy, ox), or `rows` pixels from ox on.
  struct Place {
    i64 image, oy, ox, rows;
    // What of the patch lies inside the image for all rows of the tile: lines, and elements of each line.
    i64 line, line_end, element, element_end;
    i64 first_block, last_block;  ///< blocks of k between which the tile has work
  };
  /// A block of k: lines [line, line_end), of each the elements [element, element_end).
  struct Block {
    i64 line, line_end, element, element_end;
    bool empty() const { return line >= line_end || element >= element_end; }
  };

  void run() const {
    const i64 per_group = tiles_of_group(group), whole = images / group;
    const i64 total = whole * per_group + tiles_of_group(images - whole * group);
    const i64 rounds = max<i64>(1, ceil_div(total, chunk * threads()));
    parallel_for(total, max<i64>(1, ceil_div(total, rounds * threads())), [&](i64 begin, i64 end) {
      while (begin < end) {
        const i64 g = per_group ? begin / per_group : 0, first_image = g * group;
        const i64 count = min(group, images - first_image);
        i64 t = begin - g * per_group, p = 0;
        while (t >= tiles_of_phase(phases[p], count)) t -= tiles_of_phase(phases[p++], count);
        const i64 n = min(min(end - begin, chunk), tiles_of_phase(phases[p], count) - t);
        run_chunk(phases[p], first_image, count, t, n);
        begin += n;
      }
    });
  }

 private:
  i64 tiles_of_phase(const Correlation<T>& q, i64 count) const {
    return by_batch ? q.oh * q.ow * ceil_div(count, tile_rows) : count * q.oh * ceil_div(q.ow, tile_rows);
  }
  i64 tiles_of_group(i64 count) const {
    i64 tiles = 0;
    for (i64 p = 0; p < phase_count; ++p) tiles += tiles_of_phase(phases[p], count);
    return tiles;
  }

  // Short lines go several to a block; long ones are cut into equal pieces.
  static bool short_lines(const Correlation<T>& q) { return 2 * q.line_size() <= block_depth; }
  static i64 block_count(const Correlation<T>& q) {
    if (q.depth() == 0) return 1;
    if (short_lines(q)) return ceil_div(q.lines(), block_depth / q.line_size());
    return q.lines() * ceil_div(q.line_size(), block_depth);
  }
  static Block block(const Correlation<T>& q, i64 b, const Place& at) {
    if (q.depth() == 0) return {0, 0, 0, 0};
    const i64 size = q.line_size();
    if (short_lines(q)) {
      const i64 step = block_depth / size;
      return {max(b * step, at.line), min((b + 1) * step, at.line_end), 0, size};
    }
    const i64 pieces = ceil_div(size, block_depth), piece = b % pieces, line = b / pieces;
    return {max(line, at.line), min(line + 1, at.line_end), max(size * piece / pieces, at.element),
            min(size * (piece + 1) / pieces, at.element_end)};
  }

  Place place(const Correlation<T>& q, i64 first_image, i64 count, i64 t) const {
    Place at{};
    if (by_batch) {
      const i64 tiles = ceil_div(count, tile_rows), pixel = t % (q.oh * q.ow), part = t / (q.oh * q.ow);
      at.image = first_image + tile_start(count, part, tiles);
      at.rows = first_image + tile_start(count, part + 1, tiles) - at.image;
      at.oy = pixel / q.ow;
      at.ox = pixel % q.ow;
    } else {
      const i64 tiles = ceil_div(q.ow, tile_rows), row = t / tiles, part = t % tiles;
      at.image = first_image + row / q.oh;
      at.oy = row % q.oh;
      at.ox = tile_start(q.ow, part, tiles);
      at.rows = tile_start(q.ow, part + 1, tiles) - at.ox;
    }
    const i64 iy = at.oy * q.stride_h - q.pad_top;
    const i64 from = iy < 0 ? ceil_div(-iy, q.dilation_h) : 0;
    const i64 to = iy < q.h ? min(q.kh, ceil_div(q.h - iy, q.dilation_h)) : 0;
    at.line = from * q.lines_per_row();
    at.line_end = to * q.lines_per_row();
    at.element = 0;
    at.element_end = q.line_size();
    if (by_batch && q.adjacent()) {
      const i64 ix = at.ox * q.stride_w - q.pad_left;
      at.element = max<i64>(0, -ix * q.c);
      at.element_end = min(q.line_size(), (q.w - ix) * q.c);
    }
    at.first_block = -1;
    for (i64 b = 0, n = block_count(q); b < n; ++b) {
      if (block(q, b, at).empty()) continue;
      if (at.first_block < 0) at.first_block = b;
      at.last_block = b;
    }
    at.first_block = max<i64>(at.first_block, 0);  // a tile without work still writes its epilogue, at block 0
    return at;
  }

  void run_chunk(const Correlation<T>& q, i64 first_image, i64 count, i64 t, i64 n) const {
    constexpr int width = panel_width<T>;
    Place places[chunk];
    for (i64 i = 0; i < n; ++i) places[i] = place(q, first_image, count, t + i);
    T* patches = scratch_of<T>(a_slot, tile_rows * row_pitch<T>);
    const i64 blocks = block_count(q);
    for (i64 b = 0; b < blocks; ++b)
      for (i64 i = 0; i < n; ++i) {
        const Place& at = places[i];
        const Block part = block(q, b, at);
        if (part.empty() && b != at.last_block) continue;
        TileJob<T> job;
        job.steps = part.empty() ? 0 : (part.line_end - part.line) * (part.element_end - part.element);
        if (job.steps > 0) gather(q, at, part, patches);
        T* y = q.y + at.image * q.y_image + at.oy * q.y_row + at.ox * q.y_pixel;
        const T* panel = job.steps > 0 ? q.panels + (part.line * q.line_size() + part.element) * width : q.panels;
        job.a = patches;
        job.b_pitch = width;
        job.c_pitch = by_batch ? q.y_image : q.y_pixel;
        job.add = b != at.first_block;
        for (i64 column = 0; column < q.o; column += width, panel += q.depth() * width) {
          job.b = panel;
          job.c = y + column;
          job.columns = min<i64>(width, q.o - column);
          if (b == at.last_block) set_epilogue(job, epilogue, column);
          run_tile<T, row_pitch<T>>(at.rows, job);
        }
        if (b == at.last_block) finish_rows(y, at.rows, job.c_pitch, q.o, epilogue);
      }
  }

  /// Copies one block of the patches of a tile, zeros where they leave the image to the left or right. (Lines above
  /// and below it are not in the block.)
  void gather(const Correlation<T>& q, const Place& at, const Block& part, T* to) const {
    const i64 size = part.element_end - part.element, per_row = q.lines_per_row(), row_end = q.w * q.x_pixel;
    const i64 iy = at.oy * q.stride_h - q.pad_top;
    for (i64 i = 0; i < at.rows; ++i) {
      const i64 image = at.image + (by_batch ? i : 0);
      const i64 ix = (at.ox + (by_batch ? 0 : i)) * q.stride_w - q.pad_left;
      T* out = to + i * row_pitch<T>;
      for (i64 line = part.line; line < part.line_end; ++line, out += size) {
        const i64 filter_row = per_row == 1 ? line : line / per_row, tap = line - filter_row * per_row;
        const T* row = q.x + image * q.x_image + (iy + filter_row * q.dilation_h) * q.x_row;
        const i64 start = (ix + tap * q.dilation_w) * q.x_pixel + q.first_channel + part.element;
        if (start >= 0 && start + size <= row_end) {
          copy(out, row + start, size);
          continue;
        }
        const i64 from = min(size, max<i64>(0, -start)), end = max(from, min(size, row_end - start));
        fill_zero(out, from);
        copy(out + from, row + start + from, end - from);
        fill_zero(out + end, size - end);
      }
    }
  }
};

}  // namespace
}  // namespace gan::cpu::GAN_ISA
