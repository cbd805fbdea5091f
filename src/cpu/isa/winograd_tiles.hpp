// How Winograd's tiles of m x m outputs cover the images, and the transforms of each kind of tile.
//
// A tile is short down (across) when its last rows (columns) lie outside of the image: then F(4, 2) can do with the points
// of F(3, 2). Tiles come in such an order that those with products at a point are neighbours: of all images those short
// down, the whole ones, those short across, the corners. Transforms that cannot shorten have whole tiles alone.
#pragma once

#include <type_traits>

#include "src/cpu/isa/winograd_problem.hpp"
#include "src/cpu/isa/winograd_transforms.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

template <class T, int m, int r, bool shortens>
struct WinogradTiles {
  using F = MinimalFilter<T, m, r>;
  static constexpr int span = F::points, points = span * span;

  const WinogradProblem<T>& q;

  i64 whole_down() const { return shortens ? q.oh / m : ceil_div(q.oh, m); }
  i64 whole_across() const { return shortens ? q.ow / m : ceil_div(q.ow, m); }
  i64 short_down() const { return ceil_div(q.oh, m) - whole_down(); }
  i64 short_across() const { return ceil_div(q.ow, m) - whole_across(); }
  i64 tiles() const { return q.images * ceil_div(q.oh, m) * ceil_div(q.ow, m); }
  /// Where the tiles short down (0), the whole ones (1) and those short across (2) end.
  i64 kind_end(int kind) const {
    i64 end = short_down() * whole_across();
    if (kind > 0) end += whole_down() * whole_across();
    if (kind > 1) end += whole_down() * short_across();
    return q.images * end;
  }
  struct Range {
    i64 begin, end;
  };
  /// The tiles that have products at a point.
  Range tiles_at(int point) const {
    if constexpr (shortens) {
      const bool down = point / span == F::spared_point, across = point % span == F::spared_point;
      return {down ? kind_end(0) : 0, across ? kind_end(1) : (down ? kind_end(2) : tiles())};
    }
    return {0, tiles()};
  }
  struct Place {
    i64 image, oy, ox;
    bool down, across;  ///< short along the columns, along the rows
  };
  Place place(i64 tile) const {
    int kind = 0;
    while (kind < 3 && tile >= kind_end(kind)) ++kind;
    if (kind > 0) tile -= kind_end(kind - 1);
    const bool down = kind == 0 || kind == 3, across = kind >= 2;
    const i64 rows = down ? short_down() : whole_down(), columns = across ? short_across() : whole_across();
    const i64 inside = tile % (rows * columns), first_row = down ? whole_down() : 0,
              first_column = across ? whole_across() : 0;
    return {tile / (rows * columns), (first_row + inside / columns) * m, (first_column + inside % columns) * m, down,
            across};
  }
  /// Calls run(down, across) with what is short about a place as constants.
  template <class Run>
  static GAN_INLINE void with_kind(const Place& at, Run run) {
    if constexpr (shortens) {
      if (at.down && at.across) return run(std::true_type{}, std::true_type{});
      if (at.down) return run(std::true_type{}, std::false_type{});
      if (at.across) return run(std::false_type{}, std::true_type{});
    }
    run(std::false_type{}, std::false_type{});
  }
  /// The transforms along an axis.
  template <class Short>
  struct Lines {
    template <class From, class To>
    static GAN_INLINE void input(From& from, To& to) {
      if constexpr (Short::value)
        F::input_short(from, to);
      else
        F::input(from, to);
    }
    template <class From, class To>
    static GAN_INLINE void output(From& from, To& to) {
      if constexpr (Short::value)
        F::output_short(from, to);
      else
        F::output(from, to);
    }
    template <class From, class To>
    static GAN_INLINE void output_adjoint(From& from, To& to) {
      if constexpr (Short::value)
        F::output_adjoint_short(from, to);
      else
        F::output_adjoint(from, to);
    }
  };
  /// Whether a tile that is short along these axes has products at a point.
  template <class Down, class Across>
  static constexpr bool is_used(int point) {
    if constexpr (shortens)
      return !(Down::value && point / span == F::spared_point) && !(Across::value && point % span == F::spared_point);
    return true;
  }
};

}  // namespace
}  // namespace gan::cpu::GAN_ISA
