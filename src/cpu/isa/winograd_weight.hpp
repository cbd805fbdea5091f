// Adjoint of the convolution in the filters by Winograd's minimal filtering: at each point the product of transformed
// images and transformed output gradients, summed over tiles, then the transform of filters backwards.
#pragma once

#include "src/cpu/isa/winograd.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

template <class T, int m, int r>
struct WinogradWeight : Winograd<T, m, r> {
  using Base = Winograd<T, m, r>;
  using Base::q, Base::span, Base::points, Base::width, Base::pitch;
  using typename Base::F;
  using typename Base::Part;
  static constexpr i64 slice_rows = 4 * tile_rows;  ///< channels whose gradients at all points stay in L2
  static constexpr i64 line = 64 / static_cast<i64>(sizeof(T));
  static constexpr i64 slice_point = slice_rows * width + line;

  const T* gradient;  ///< of y
  T* dw;              ///< (o, kh, kw, c)

  i64 gradient_point() const { return (ceil_div(this->largest_group() * width, line) | 1) * line; }

  /// to[panel][point][tile - first][width], zeros beyond the outputs, for tiles [begin, end).
  void transform_gradients(i64 first, i64 begin, i64 end, T* to) const {
    const i64 step = gradient_point();
    for (i64 tile = begin; tile < end; ++tile) {
      const auto at = this->place(tile);
      const T* corner = gradient + at.image * q.y_image + at.oy * q.y_row + at.ox * q.y_pixel;
      for (i64 o = 0; o < round_up(q.outputs, width); o += lanes<T>) {
        const int valid = static_cast<int>(max<i64>(0, min<i64>(lanes<T>, q.outputs - o)));
        Vec<T> y[m * m], t[points];
        GAN_UNROLL
        for (int i = 0; i < m * m; ++i) {
          const bool inside = at.oy + i / m < q.oh && at.ox + i % m < q.ow;
          y[i] = inside ? load_partial(corner + i / m * q.y_row + i % m * q.y_pixel + o, valid) : Vec<T>{};
        }
        both_axes<m, span>(
            y, t, [](auto& from, auto& out) __attribute__((always_inline)) { F::output_adjoint(from, out); });
        T* out = to + o / width * points * step + (tile - first) * width + o % width;
        GAN_UNROLL
        for (int i = 0; i < points; ++i) store(out + i * step, t[i]);
      }
    }
  }

  /// sums[point][channel][width] over `tiles` tiles, for `rows` channels of a block from `channel` on.
  void multiply(const T* images, i64 block, i64 channel, i64 rows, const T* gradients, i64 tiles, T* sums) const {
    const i64 heights = ceil_div(rows, tile_rows);
    TileJob<T> job;
    job.steps = tiles;
    job.a_step = pitch;
    job.b_pitch = width;
    job.c_pitch = width;
    job.columns = width;
    for (i64 point = 0; point < points; ++point) {
      job.b = gradients + point * gradient_point();
      for (i64 h = 0; h < heights; ++h) {
        const i64 first = tile_start(rows, h, heights);
        job.a = images + (block * points + point) * this->point_pitch() + channel + first;
        job.c = sums + point * slice_point + first * width;
        run_tile<T, by_columns>(tile_start(rows, h + 1, heights) - first, job);
      }
    }
  }

  /// dw at the taps of a term = or += the sums transformed back, for `rows` channels and a panel of outputs.
  void transform_back(const T* sums, const WinogradTerm<T>& term, i64 channel, i64 rows, i64 panel, bool add,
                      T* taps) const {
    constexpr i64 tap_size = slice_rows * width;
    for (i64 j = 0; j < rows * width; j += lanes<T>) {
      Vec<T> u[points], g[r * r];
      GAN_UNROLL
      for (int i = 0; i < points; ++i) u[i] = load(sums + i * slice_point + j);
      both_axes<span, r>(
          u, g, [](auto& from, auto& out) __attribute__((always_inline)) { F::filter_adjoint(from, out); });
      GAN_UNROLL
      for (int t = 0; t < r * r; ++t) store(taps + t * tap_size + j, g[t]);
    }
    const i64 column = panel * width, columns = min(width, q.outputs - column), filter = q.kh * q.kw * q.c;
    for (i64 a = 0; a < term.rows.count; ++a)
      for (i64 b = 0; b < term.columns.count; ++b) {
        const i64 tap = (term.rows.first + a * term.rows.step) * q.kw + term.columns.first + b * term.columns.step;
        put_transposed(taps + (a * r + b) * tap_size, rows, columns, dw + column * filter + tap * q.c + channel, filter,
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

  void run() const {
    const i64 total = this->tiles(), panels = ceil_div(q.outputs, width), panel_size = points * gradient_point();
    // Both live as long as the group: one scratch buffer.
    const i64 image_size = round_up(this->image_size(), line);
    T* images = scratch_of<T>(shared_slot, image_size + panels * panel_size);
    T* gradients = images + image_size;
    const i64 largest_part = ceil_div(q.channels, this->pieces()), slices = ceil_div(largest_part, slice_rows);
    for (i64 group = 0; group < this->groups(); ++group) {
      const i64 first = tile_start(total, group, this->groups()), last = tile_start(total, group + 1, this->groups());
      parallel_for(last - first, 4, [&](i64 begin, i64 end) {
        this->transform_images(first, first + begin, first + end, images);
        transform_gradients(first, first + begin, first + end, gradients);
      });
      parallel_for(this->parts() * slices * panels, 1, [&](i64 begin, i64 end) {
        T* sums = scratch_of<T>(a_slot, points * slice_point);
        T* taps = scratch_of<T>(b_slot, (r * r * slice_rows + lanes<T>)*width);
        for (i64 unit = begin; unit < end; ++unit) {
          const i64 panel = unit % panels, slice = unit / panels % slices;
          const Part p = this->part(unit / panels / slices);
          const i64 row = tile_start(p.size, slice, slices), rows = tile_start(p.size, slice + 1, slices) - row;
          if (rows == 0) continue;
          multiply(images, p.block, p.offset + row, rows, gradients + panel * panel_size, last - first, sums);
          transform_back(sums, q.terms[p.term], p.first + row, rows, panel, group > 0, taps);
        }
      });
    }
  }
};

template <class T>
void winograd_conv_weight(const ConvShape& s, const T* y, const T* x, T* w) {
  if (s.o * s.kh * s.kw * s.c == 0) return;
  const WinogradProblem<T> q = winograd_forward<T>(s, x, nullptr, nullptr);
  with_winograd(q, winograd_taps(s), [&]<int m, int r>(const Winograd<T, m, r>& product) {
    WinogradWeight<T, m, r>{product, y, w}.run();
  });
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
