// Adjoint of the convolution in the filters by Winograd's minimal filtering: at each point the product of transformed
// images and transformed output gradients, summed over tiles, then the transform of filters backwards.
#pragma once

#include "src/cpu/isa/winograd.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

template <class Factors, int m, int r>
struct WinogradWeight : Winograd<Factors, m, r> {
  using Base = Winograd<Factors, m, r>;
  using Base::q, Base::span, Base::points, Base::width, Base::pitch, Base::used;
  using typename Base::E;
  using typename Base::F;
  using typename Base::Part;
  using typename Base::T;
  static constexpr i64 slice_rows = 4 * tile_rows;  ///< channels whose gradients at all points stay in L2
  static constexpr i64 line = 64 / static_cast<i64>(sizeof(T));
  static constexpr i64 slice_point = slice_rows * width + line;

  const T* gradient;  ///< of y
  T* dw;              ///< (o, kh, kw, c)

  /// From one point to the next of the transformed gradients of so many tiles.
  static i64 gradient_pitch(i64 group_tiles) {
    return (ceil_div(ceil_div(group_tiles, Factors::tiles) * width, line) | 1) * line;
  }

  /// to[panel][point][tile - first][width], zeros beyond the outputs in the columns used, for the tiles [first, last)
  /// and some panels.
  void transform_gradients(i64 first, i64 last, i64 panel_begin, i64 panel_end, E* to) const {
    const i64 step = gradient_pitch(last - first);
    for (i64 tile = first; tile < last; ++tile) {
      const auto at = this->place(tile);
      const T* corner = gradient + at.image * q.y_image + at.oy * q.y_row + at.ox * q.y_pixel;
      for (i64 o = panel_begin * width, end = (panel_end - 1) * width + used(panel_end - 1); o < end; o += lanes<T>) {
        const int valid = static_cast<int>(max<i64>(0, min<i64>(lanes<T>, q.outputs - o)));
        Vec<T> y[m * m], t[points];
        GAN_UNROLL
        for (int i = 0; i < m * m; ++i) {
          const bool inside = at.oy + i / m < q.oh && at.ox + i % m < q.ow;
          y[i] = inside ? load_partial(corner + i / m * q.y_row + i % m * q.y_pixel + o, valid) : Vec<T>{};
        }
        E* to_tile = to + o / width * points * step + (tile - first) / Factors::tiles * width;
        Base::with_kind(at, [&]<class Down, class Across>(Down, Across) __attribute__((always_inline)) {
          both_axes<m, span>(
              y, t,
              [](auto& from, auto& out) __attribute__((always_inline)) {
                Base::template Lines<Down>::output_adjoint(from, out);
              },
              [](auto& from, auto& out) __attribute__((always_inline)) {
                Base::template Lines<Across>::output_adjoint(from, out);
              });
          GAN_UNROLL
          for (int i = 0; i < points; ++i)
            if (Base::template is_used<Down, Across>(i))
              Factors::put(to_tile + i * step, o % width, tile - first, t[i], lanes<T>);
        });
      }
    }
  }

  /// sums[point][channel][width] over `tiles` tiles from tile `group` on, for `rows` channels of a block from `channel`
  /// on and as many columns as are used.
  void multiply(const E* images, i64 block, i64 channel, i64 rows, const E* gradients, i64 group, i64 tiles,
                i64 columns, T* sums) const {
    const i64 heights = ceil_div(rows, tile_rows), image_step = this->point_pitch(tiles),
              gradient_step = gradient_pitch(tiles);
    TileJob<T, E> job;
    job.a_step = pitch;
    job.b_pitch = width;
    job.c_pitch = width;
    job.columns = columns;
    for (i64 point = 0; point < points; ++point) {
      const auto at = this->tiles_at(static_cast<int>(point));
      const i64 low = max<i64>(0, at.begin - group), count = max<i64>(0, min(tiles, at.end - group) - low);
      job.steps = ceil_div(count, Factors::tiles);
      job.b = gradients + point * gradient_step + low / Factors::tiles * width;
      for (i64 h = 0; h < heights; ++h) {
        const i64 first = tile_start(rows, h, heights);
        job.a = images + (block * points + point) * image_step + low / Factors::tiles * pitch + channel + first;
        job.c = sums + point * slice_point + first * width;
        run_tile<T, by_columns>(tile_start(rows, h + 1, heights) - first, job);
      }
    }
  }

  /// to, filters, at the taps of a term = or += the sums transformed back, for `rows` channels and a panel of outputs.
  void transform_back(const T* sums, const WinogradTerm<T>& term, i64 channel, i64 rows, i64 panel, bool add, T* taps,
                      T* to) const {
    constexpr i64 tap_size = slice_rows * width;
    const i64 column = panel * width, columns = min(width, q.outputs - column), filter = q.kh * q.kw * q.c;
    for (i64 j = 0; j < rows * width; j = Base::next_vector(j, columns)) {
      Vec<T> u[points], g[r * r];
      GAN_UNROLL
      for (int i = 0; i < points; ++i) u[i] = load(sums + i * slice_point + j);
      both_axes<span, r>(
          u, g, [](auto& from, auto& out) __attribute__((always_inline)) { F::filter_adjoint(from, out); });
      GAN_UNROLL
      for (int t = 0; t < r * r; ++t) store(taps + t * tap_size + j, g[t]);
    }
    for (i64 a = 0; a < term.rows.count; ++a)
      for (i64 b = 0; b < term.columns.count; ++b) {
        const i64 tap = (term.rows.first + a * term.rows.step) * q.kw + term.columns.first + b * term.columns.step;
        put_transposed(taps + (a * r + b) * tap_size, rows, columns, to + column * filter + tap * q.c + channel, filter,
                       add);
      }
  }

  /// to[j * pitch + i] = or += from[i * width + j].
  static void put_transposed(const T* from, i64 rows, i64 columns, T* to, i64 to_pitch, bool add) {
    constexpr i64 n = lanes<T>;
    for (i64 i = 0; i < rows; i += n)
      for (i64 j = 0; j < columns; j += n) {
        alignas(64) T square[n * n];
        transpose(from + i * width + j, width, square, n);  // beyond the rows there is room, and nothing is used
        const int valid = static_cast<int>(min<i64>(n, rows - i));
        for (i64 k = 0; k < min<i64>(n, columns - j); ++k) {
          T* out = to + (j + k) * to_pitch + i;
          const Vec<T> value = load(square + k * n);
          store_partial(out, add ? value + load_partial(out, valid) : value, valid);
        }
      }
  }

  // The work is a grid of (share of the tiles, slice of the channels, panel of outputs). If there are few channels, the
  // tiles are split into shares, so that threads do not transform the same gradients; the number of shares must not
  // depend on the number of threads. A share has tiles enough to make up for its transform back.
  i64 shares() const {
    constexpr i64 least_tiles = 64;
    const bool few_channels = q.term_count * q.channels < winograd_depth;
    return few_channels ? max<i64>(1, min<i64>(4, this->tiles() / least_tiles)) : 1;
  }
  i64 slices() const { return ceil_div(ceil_div(q.channels, this->pieces()), slice_rows); }
  i64 panels() const { return ceil_div(q.outputs, width); }

  /// Units [begin, end) of one share: slice by slice of all parts, and in each panel by panel.
  void run_share(i64 share, i64 begin, i64 end, T* to) const {
    const i64 total = this->tiles(), from = tile_start(total, share, shares()),
              tiles = tile_start(total, share + 1, shares()) - from, groups = this->groups(tiles);
    const auto channels_of = [&](i64 slice) {
      const Part p = this->part(slice / slices());
      return Slice{p, tile_start(p.size, slice % slices(), slices()),
                   tile_start(p.size, slice % slices() + 1, slices())};
    };
    const i64 first_slice = begin / panels(), last_slice = (end - 1) / panels();
    const bool one_slice = first_slice == last_slice;
    const i64 panel_begin = one_slice ? begin % panels() : 0,
              panel_end = one_slice ? (end - 1) % panels() + 1 : panels();
    const typename Base::Channels channels{first_slice / slices(), channels_of(first_slice).begin,
                                           last_slice / slices(), channels_of(last_slice).end};
    const i64 largest = ceil_div(tiles, groups), image_size = round_up(this->image_size(largest), line);
    E* images = scratch_of<E>(images_slot, image_size + panels() * points * gradient_pitch(largest));
    E* gradients = images + image_size;
    T* sums = scratch_of<T>(a_slot, points * slice_point);
    T* taps = scratch_of<T>(b_slot, (r * r * slice_rows + lanes<T>)*width);
    for (i64 group = 0; group < groups; ++group) {
      const i64 first = from + tile_start(tiles, group, groups), last = from + tile_start(tiles, group + 1, groups);
      this->transform_images(first, last, channels, images);
      transform_gradients(first, last, panel_begin, panel_end, gradients);
      for (i64 unit = begin; unit < end; ++unit) {
        const i64 panel = unit % panels();
        const Slice s = channels_of(unit / panels());
        const i64 rows = s.end - s.begin;
        if (rows == 0) continue;
        multiply(images, s.part.block, s.part.offset + s.begin, rows,
                 gradients + panel * points * gradient_pitch(last - first), first, last - first, used(panel), sums);
        transform_back(sums, q.terms[s.part.term], s.part.first + s.begin, rows, panel, group > 0, taps, to);
      }
    }
  }

  void run() const {
    const i64 size = q.outputs * q.kh * q.kw * q.c, each = this->parts() * slices() * panels(), units = shares() * each;
    T* rest = scratch_of<T>(sums_slot, (shares() - 1) * size);  // what the shares after the first sum up
    parallel_for(units, ceil_div(units, threads()), [&](i64 begin, i64 end) {
      while (begin < end) {
        const i64 share = begin / each, stop = min(end, (share + 1) * each);
        run_share(share, begin - share * each, stop - share * each, share == 0 ? dw : rest + (share - 1) * size);
        begin = stop;
      }
    });
    if (shares() > 1)
      parallel_for(size, 4096, [&](i64 begin, i64 end) {
        for (i64 share = 1; share < shares(); ++share)
          for (i64 i = begin; i < end; ++i) dw[i] += rest[(share - 1) * size + i];
      });
  }

 private:
  /// Channels [begin, end) of a part.
  struct Slice {
    Part part;
    i64 begin, end;
  };
};

template <class Factors, class T = typename Factors::Value>
void winograd_conv_weight(const ConvShape& s, const T* y, const T* x, T* w) {
  if (s.o * s.kh * s.kw * s.c == 0) return;
  const WinogradProblem<T> q = winograd_forward<T>(s, x, nullptr, nullptr);
  with_winograd<Factors>(q, winograd_taps(s), [&]<int m, int r>(const Winograd<Factors, m, r>& product) {
    WinogradWeight<Factors, m, r>{product, y, w}.run();
  });
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
