// How Winograd's transformed images lie in memory: channels in blocks that are multiplied together, tiles in groups whose
// images stay in a part of the cache.
#pragma once

#include "src/cpu/isa/winograd_tiles.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

/// Elements that are multiplied together, and the pitch of a row of them: an odd number of cache lines.
constexpr i64 winograd_depth = 128;
template <class T>
constexpr int winograd_pitch = winograd_depth + lanes<T>;

/// Pairs of bf16 belong to two channels or two tiles, which have to be of one kind: there no tile is short.
template <class Factors, int m, int r>
using WinogradTilesOf = WinogradTiles<typename Factors::Value, m, r,
                                      m == 4 && r == 2 && Factors::channels == 1 && Factors::tiles == 1>;

/// Factors: how transformed images and filters are stored, see factors.hpp.
template <class Factors, int m, int r>
struct WinogradBlocks : WinogradTilesOf<Factors, m, r> {
  using Tiles = WinogradTilesOf<Factors, m, r>;
  using T = typename Factors::Value;
  using E = typename Factors::Element;
  using Tiles::q, Tiles::points;
  static constexpr i64 width = panel_width<T>, pitch = winograd_pitch<T>;
  static constexpr i64 depth = winograd_depth * Factors::channels;  ///< channels that are multiplied together
  static constexpr i64 block_tiles = 56 / tile_rows * tile_rows;    ///< tiles whose products stay in L2
  static constexpr i64 group_bytes = i64{2} << 20;                  ///< of transformed images: a part of L3

  // ---- how the channels of all terms lie behind each other in blocks of at most `depth` ----
  i64 pieces() const { return ceil_div(q.channels, depth); }
  i64 parts_per_block() const { return pieces() > 1 ? 1 : max<i64>(1, depth / q.channels); }
  i64 piece_start(i64 piece) const {
    return tile_start(q.channels / Factors::granule, piece, pieces()) * Factors::granule;
  }
  i64 parts() const { return q.term_count * pieces(); }
  i64 blocks() const { return ceil_div(parts(), parts_per_block()); }

  /// Channels [first, first + size) of a term, at `offset` in a block.
  struct Part {
    i64 term, first, size, block, offset;
  };
  Part part(i64 i) const {
    const i64 term = i / pieces(), piece = i % pieces(), first = piece_start(piece);
    return {term, first, piece_start(piece + 1) - first, i / parts_per_block(), i % parts_per_block() * q.channels};
  }
  i64 block_size(i64 block) const {
    const Part last = part(min(parts(), (block + 1) * parts_per_block()) - 1);
    return last.offset + last.size;
  }

  /// Columns of a panel of outputs that are computed: all, or one vector if that holds all outputs there are.
  i64 used(i64 panel) const { return q.outputs - panel * width <= lanes<T> ? lanes<T> : width; }
  /// Of rows of `width`, the first `columns` of each taken in vectors: where the vector after the one at i begins.
  static i64 next_vector(i64 i, i64 columns) {
    return i + (i % width + lanes<T> < columns ? lanes<T> : width - i % width);
  }

  // ---- groups of tiles ----
  /// Groups of equal size whose transformed images fit into group_bytes.
  i64 groups(i64 all_tiles) const {
    const i64 fit = Factors::tiles * group_bytes / (blocks() * points * pitch * static_cast<i64>(sizeof(E)));
    return max<i64>(1, ceil_div(all_tiles, max(block_tiles, fit / block_tiles * block_tiles)));
  }
  /// From one point to the next of the transformed images of so many tiles.
  static i64 point_pitch(i64 group_tiles) {
    constexpr i64 line = 64 / static_cast<i64>(sizeof(E));
    return (ceil_div(ceil_div(group_tiles, Factors::tiles) * pitch, line) | 1) * line;
  }
  i64 image_size(i64 group_tiles) const { return blocks() * points * point_pitch(group_tiles); }
};

}  // namespace
}  // namespace gan::cpu::GAN_ISA
