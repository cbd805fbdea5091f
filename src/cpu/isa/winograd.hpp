// Convolution by Winograd's minimal filtering, for strides 1 and 2: fewer multiplications than the sum itself has.
//
// A convolution of stride 2 is the sum of four of stride 1, one for each parity of the image's rows and columns; the
// adjoint writes four images of stride 1, one for each parity of its output. So everything is one problem: a sum of
// stride-1 correlations ("terms") with r x r taps each.
//
// The output is cut into tiles of m x m. A thread transforms the images of a group of tiles (stage 1); then for each
// panel of output channels it transforms the filters, and for a block of tiles at a time multiplies at every point and
// transforms back (stage 2). Filters are transformed anew for each group: for 64 tiles that is under 4 % of the
// multiplications, while transformed filters, up to 6 times as large, would come from memory.
//
// Threads do not share what they transform: reading data from another core's cache, across the chip where cores have no
// common cache, made training steps 1.4 to 1.6 times as slow there. So each thread either has its own groups and
// transforms all filters, or has its own panels and transforms all images, whichever is less work.
#pragma once

#include "src/cpu/isa/winograd_blocks.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

/// Scratch of each thread for the images that it has transformed, and of the caller for sums of filters' gradients.
constexpr int images_slot = 4, sums_slot = 5;

template <class Factors, int m, int r>
struct Winograd : WinogradBlocks<Factors, m, r> {
  using Blocks = WinogradBlocks<Factors, m, r>;
  using typename Blocks::Tiles, typename Blocks::T, typename Blocks::E, typename Blocks::Part;
  using typename Tiles::F, typename Tiles::Place, typename Tiles::Range;
  using Tiles::q, Tiles::span, Tiles::points, Tiles::tiles_at, Tiles::place, Tiles::with_kind;
  using Blocks::width, Blocks::pitch, Blocks::block_tiles, Blocks::parts_per_block, Blocks::parts, Blocks::blocks;
  using Blocks::part, Blocks::used, Blocks::block_size, Blocks::groups, Blocks::point_pitch, Blocks::image_size;
  // Pitches between points, an odd number of cache lines: all points of a tile are written together.
  static constexpr i64 filter_point = winograd_depth * width + 64 / static_cast<i64>(sizeof(E));
  static constexpr i64 product_point = block_tiles * width + 64 / static_cast<i64>(sizeof(T));

  // ---- stage 1 ----
  /// Channels of consecutive parts: of the first part those from `from` on, of the last those below `to`.
  struct Channels {
    i64 first_part, from, last_part, to;
  };
  Channels all_channels() const { return {0, 0, parts() - 1, part(parts() - 1).size}; }

  /// to[block][point][tile - first][channel], for the tiles [first, last).
  void transform_images(i64 first, i64 last, const Channels& which, E* to) const {
    const i64 step = point_pitch(last - first);
    T* zeros = scratch_of<T>(extra_slot, q.channels + lanes<T>);
    fill_zero(zeros, q.channels);
    for (i64 tile = first; tile < last; ++tile) {
      const Place at = place(tile);
      const T* pixels[points];
      i64 term_of_pixels = -1;
      for (i64 i = which.first_part; i <= which.last_part; ++i) {
        const Part p = part(i);
        if (p.term != term_of_pixels) find_pixels(at, q.terms[term_of_pixels = p.term], zeros, pixels);
        E* row = to + p.block * points * step + (tile - first) / Factors::tiles * pitch;
        i64 c = i == which.first_part ? which.from : 0;
        const i64 end = i == which.last_part ? which.to : p.size;
        with_kind(at, [&]<class Down, class Across>(Down, Across) {
          const auto put = [&](i64 channel, int n, auto get) __attribute__((always_inline)) {
            transform_pixels<Down, Across>(
                pixels, p.first + channel, get, [&](int point, Vec<T> v) __attribute__((always_inline)) {
                  Factors::put(row + point * step, p.offset + channel, tile - first, v, n);
                });
          };
          for (; c + lanes<T> <= end; c += lanes<T>) put(c, lanes<T>, [](const T* from) { return load(from); });
          if (const int rest = static_cast<int>(end - c); rest > 0)
            put(c, rest, [=](const T* from) { return load_partial(from, rest); });
        });
      }
    }
  }
  /// The pixels that a tile reads, `zeros` for those outside of the image.
  GAN_INLINE void find_pixels(const Place& at, const WinogradTerm<T>& term, const T* zeros,
                              const T* (&pixels)[points]) const {
    for (int i = 0; i < span; ++i)
      for (int j = 0; j < span; ++j) {
        const i64 row = at.oy + i - term.rows.pad, column = at.ox + j - term.columns.pad;
        const bool inside = row >= 0 && row < term.h && column >= 0 && column < term.w;
        pixels[i * span + j] = inside ? term.x + at.image * term.image + row * term.row + column * term.pixel : zeros;
      }
  }
  template <class Down, class Across, class Get, class Put>
  static GAN_INLINE void transform_pixels(const T* const (&pixels)[points], i64 channel, Get get, Put put) {
    Vec<T> d[points], t[points];
    GAN_UNROLL
    for (int i = 0; i < points; ++i) {
      const bool read = (!Down::value || i / span < span - 1) && (!Across::value || i % span < span - 1);
      d[i] = read ? get(pixels[i] + channel) : Vec<T>{};
    }
    both_axes<span, span>(
        d, t, [](auto& from, auto& out) __attribute__((always_inline)) { Tiles::template Lines<Down>::input(from, out); },
        [](auto& from, auto& out) __attribute__((always_inline)) { Tiles::template Lines<Across>::input(from, out); });
    GAN_UNROLL
    for (int i = 0; i < points; ++i)
      if (Tiles::template is_used<Down, Across>(i)) put(i, t[i]);
  }

  // ---- stage 2 ----
  /// The filters of one panel in the blocks [begin, end): to[block - begin][point][channel][width]. `taps` holds r r
  /// vectors by a few channels.
  void transform_filters(i64 panel, i64 begin, i64 end, T* taps, E* to) const {
    constexpr i64 some = lanes<T>;
    const i64 column = panel * width, columns = min(width, q.outputs - column), taps_pitch = q.kh * q.kw * q.c;
    const i64 written = used(panel);
    for (i64 i = begin * parts_per_block(); i < min(parts(), end * parts_per_block()); ++i) {
      const Part p = part(i);
      const WinogradTerm<T>& term = q.terms[p.term];
      for (i64 k = 0; k < p.size; k += some) {
        const i64 count = min(some, p.size - k), channel = p.first + k;
        for (i64 a = 0; a < r; ++a)
          for (i64 b = 0; b < r; ++b) {
            T* packed = taps + (a * r + b) * some * width;
            const i64 tap = (term.rows.first + a * term.rows.step) * q.kw + term.columns.first + b * term.columns.step;
            if (a >= term.rows.count || b >= term.columns.count)
              fill_zero(packed, count * width);
            else if (q.adjoint)
              pack_panel(q.w + channel * taps_pitch + tap * q.c + column, taps_pitch, count, columns, packed);
            else
              pack_panel_transposed(q.w + column * taps_pitch + tap * q.c + channel, taps_pitch, count, columns, packed,
                                    written);
          }
        E* out = to + (p.block - begin) * points * filter_point;
        for (i64 j = 0; j < count * width; j = Blocks::next_vector(j, written)) {
          Vec<T> g[r * r], u[points];
          GAN_UNROLL
          for (int t = 0; t < r * r; ++t) g[t] = load(taps + t * some * width + j);
          both_axes<r, span>(
              g, u, [](auto& from, auto& t) __attribute__((always_inline)) { F::filter(from, t); });
          GAN_UNROLL
          for (int t = 0; t < points; ++t)
            Factors::put_filter(out + t * filter_point, width, p.offset + k + j / width, j % width, u[t]);
        }
      }
    }
  }

  /// products[point][tile][width] = images * filters in the blocks [begin, end), added to those of the blocks before,
  /// for `count` tiles from `tile` of the group that begins with tile `group` on, and as many columns as are used.
  void multiply(const E* images, i64 step, i64 group, i64 tile, i64 count, i64 begin, i64 end, const E* filters,
                i64 columns, T* products) const {
    TileJob<T, E> job;
    job.b_pitch = width;
    job.c_pitch = width;
    job.columns = columns;
    for (i64 block = begin; block < end; ++block) {
      job.add = block > 0;
      job.steps = block_size(block) / Factors::channels;
      for (i64 point = 0; point < points; ++point) {
        job.b = filters + ((block - begin) * points + point) * filter_point;
        const Range at = tiles_at(static_cast<int>(point));
        const i64 low = max(tile, at.begin - group), rows = min(tile + count, at.end - group) - low;
        const i64 heights = ceil_div(max<i64>(0, rows), tile_rows);
        const E* a = images + (block * points + point) * step + low * pitch;
        T* c = products + point * product_point + (low - tile) * width;
        for (i64 h = 0; h < heights; ++h) {
          const i64 first = tile_start(rows, h, heights);
          job.a = a + first * pitch;
          job.c = c + first * width;
          run_tile<T, winograd_pitch<T>>(tile_start(rows, h + 1, heights) - first, job);
        }
      }
    }
  }

  /// From the products of `count` tiles to their pixels of y, with the epilogue.
  void transform_back(const T* products, i64 tile, i64 count, i64 panel, const Epilogue<T>& epilogue) const {
    const i64 column = panel * width, columns = min(width, q.outputs - column);
    for (i64 t = 0; t < count; ++t) {
      const Place at = place(tile + t);
      T* corner = q.y + at.image * q.y_image + at.oy * q.y_row + at.ox * q.y_pixel + column;
      const i64 rows = min<i64>(m, q.oh - at.oy), pixels = min<i64>(m, q.ow - at.ox);
      for (i64 v = 0; v < columns; v += lanes<T>) {
        const int valid = static_cast<int>(min<i64>(lanes<T>, columns - v));
        Vec<T> d[points], y[m * m];
        with_kind(at, [&]<class Down, class Across>(Down, Across) __attribute__((always_inline)) {
          GAN_UNROLL
          for (int i = 0; i < points; ++i)
            d[i] = Tiles::template is_used<Down, Across>(i) ? load(products + i * product_point + t * width + v) : Vec<T>{};
          both_axes<span, m>(
              d, y, [](auto& from, auto& out) __attribute__((always_inline)) { Tiles::template Lines<Down>::output(from, out); },
              [](auto& from, auto& out) __attribute__((always_inline)) { Tiles::template Lines<Across>::output(from, out); });
        });
        const auto each = [&](auto&& stage) __attribute__((always_inline)) {
          GAN_UNROLL
          for (int i = 0; i < m * m; ++i) stage(y[i]);
        };
        if (epilogue.bias) {
          const Vec<T> bias = load_partial(epilogue.bias + column + v, valid);
          each([&](Vec<T>& z) { z += bias; });
        }
        if (epilogue.activation == Activation::relu) each([](Vec<T>& z) { z = z < T(0) ? Vec<T>{} : z; });
        if (epilogue.activation == Activation::leaky_relu)
          each([&](Vec<T>& z) { z = z < T(0) ? z * epilogue.slope : z; });
        GAN_UNROLL
        for (int i = 0; i < m * m; ++i)
          if (i / m < rows && i % m < pixels)
            store_partial(corner + i / m * q.y_row + i % m * q.y_pixel + v, y[i], valid);
      }
      for (i64 i = 0; i < rows; ++i) finish_rows(corner + i * q.y_row, pixels, q.y_pixel, columns, epilogue);
    }
  }

  /// A panel of outputs for the group of tiles from `first` on.
  void run_panel(const E* images, i64 first, i64 last, i64 panel, const Epilogue<T>& epilogue) const {
    const i64 tiles = last - first, step = point_pitch(tiles), count = ceil_div(tiles, block_tiles);
    // Few tiles use a filter once: a block of channels at a time, whose filters stay in L2.
    const i64 together = count > 1 ? blocks() : 1;
    E* filters = scratch_of<E>(a_slot, together * points * filter_point);
    T* products = scratch_of<T>(b_slot, points * product_point);
    T* taps = scratch_of<T>(extra_slot, r * r * lanes<T> * width);
    if (count > 1) transform_filters(panel, 0, blocks(), taps, filters);
    for (i64 b = 0; b < count; ++b) {
      const i64 tile = tile_start(tiles, b, count), size = tile_start(tiles, b + 1, count) - tile;
      for (i64 block = 0; block < blocks(); block += together) {
        if (count == 1) transform_filters(panel, block, block + 1, taps, filters);
        multiply(images, step, first, tile, size, block, block + together, filters, used(panel), products);
      }
      transform_back(products, first + tile, size, panel, epilogue);
    }
  }

  void run(const Epilogue<T>& epilogue) const {
    const i64 total = this->tiles(), panels = ceil_div(q.outputs, width);
    // A value of a tile takes 7 operations at each point, a filter 150 (see winograd_pays).
    const bool own_panels = panels >= threads() && 7 * total * points < 150 * q.outputs;
    const i64 fit = groups(total), count = own_panels ? fit : min(total, round_up(fit, threads()));
    const i64 units = own_panels ? panels : count;
    parallel_for(units, own_panels ? ceil_div(panels, threads()) : 1, [&](i64 begin, i64 end) {
      E* images = scratch_of<E>(images_slot, image_size(ceil_div(total, count)));
      const i64 group_begin = own_panels ? 0 : begin, group_end = own_panels ? count : end;
      const i64 panel_begin = own_panels ? begin : 0, panel_end = own_panels ? end : panels;
      for (i64 group = group_begin; group < group_end; ++group) {
        const i64 first = tile_start(total, group, count), last = tile_start(total, group + 1, count);
        transform_images(first, last, all_channels(), images);
        for (i64 panel = panel_begin; panel < panel_end; ++panel) run_panel(images, first, last, panel, epilogue);
      }
    });
  }
};

/// The largest number of taps of a term: it names the transform.
GAN_INLINE i64 winograd_taps(const ConvShape& s) { return ceil_div(max(s.kh, s.kw), s.stride_h); }

/// Calls run(Winograd<Factors, m, r>) with the transform for these taps.
template <class Factors, class Run>
GAN_INLINE void with_winograd(const WinogradProblem<typename Factors::Value>& q, i64 taps, Run run) {
  if (taps == 2)
    run(Winograd<Factors, 4, 2>{q});
  else if (taps == 3)
    run(Winograd<Factors, 4, 3>{q});
  else
    run(Winograd<Factors, 3, 4>{q});
}

template <class Factors, class T = typename Factors::Value>
void winograd_conv(const ConvShape& s, const T* x, const T* w, T* y, const Epilogue<T>& epilogue) {
  if (s.n * s.oh * s.ow * s.o == 0) return;
  with_winograd<Factors>(winograd_forward(s, x, w, y), winograd_taps(s),
                         [&](const auto& product) { product.run(epilogue); });
}

template <class Factors, class T = typename Factors::Value>
void winograd_conv_input(const ConvShape& s, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  if (s.n * s.h * s.w * s.c == 0) return;
  for (i64 py = 0; py < min(s.stride_h, s.h); ++py)
    for (i64 px = 0; px < min(s.stride_w, s.w); ++px)
      with_winograd<Factors>(winograd_adjoint(s, y, w, x, py, px), winograd_taps(s),
                             [&](const auto& product) { product.run(epilogue); });
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
