// See data/masked.hpp.
#include "gan/data/masked.hpp"

#include <algorithm>
#include <cmath>

#include "src/data/checksum.hpp"

namespace gan::data {
namespace {

/// The mask of one image, (height, width).
struct Mask {
  float* values;
  i64 height, width;

  /// Makes a hole; returns the number of pixels that were known before.
  i64 hole(i64 top, i64 left, i64 rows, i64 columns) {
    i64 lost = 0;
    for (i64 y = top; y < top + rows; ++y) {
      float* const row = values + y * width + left;
      lost += std::count(row, row + columns, 1.0f);
      std::fill_n(row, columns, 0.0f);
    }
    return lost;
  }
};

void cut_centre(Mask& mask, double share) {
  const double side = std::sqrt(share);
  const auto extent = [side](i64 whole) {
    return std::max<i64>(1, std::llround(static_cast<double>(whole) * side));
  };
  const i64 rows = extent(mask.height), columns = extent(mask.width);
  mask.hole((mask.height - rows) / 2, (mask.width - columns) / 2, rows, columns);
}

void cut_half(Mask& mask, i64 which) {
  const i64 h = mask.height, w = mask.width;
  if (which < 2)
    mask.hole(0, which == 0 ? 0 : w / 2, h, w - w / 2);
  else
    mask.hole(which == 2 ? 0 : h / 2, 0, h - h / 2, w);
}

void cut_blocks(Mask& mask, const MaskOptions& o, const Rng& rng) {
  const i64 h = mask.height, w = mask.width, shorter = std::min(h, w);
  const i64 side = std::clamp<i64>(o.block == 0 ? shorter / 8 : o.block, 1, shorter);
  const double wanted = o.share * static_cast<double>(h * w);
  const u64 key = philox::stream_key(rng);
  const auto below = [](i64 n, u32 word) { return static_cast<i64>(static_cast<u64>(n) * word >> 32); };
  double lost = 0;
  for (u64 k = 0; lost < wanted; ++k) {
    const philox::Block bits = philox::block(key, k, rng.draw);
    lost += static_cast<double>(mask.hole(below(h - side + 1, bits.v[0]), below(w - side + 1, bits.v[1]), side, side));
  }
}

void cut_pixels(Mask& mask, double share, const Rng& rng) {
  const u64 key = philox::stream_key(rng);
  for (i64 i = 0; i < mask.height * mask.width; ++i) {
    const u32 word = philox::block(key, static_cast<u64>(i) / 4, rng.draw).v[i % 4];
    if (word * 0x1p-32 < share) mask.values[i] = 0;
  }
}

}  // namespace

std::span<const char* const> enum_names(Holes) {
  static constexpr const char* names[] = {"centre", "half", "blocks", "pixels"};
  return names;
}

Masked::Masked(Source source, const MaskOptions& options) : source_(std::move(source)), options_(options) {
  if (!(options_.share > 0 && options_.share < 1))
    throw ValueError("[masked] share " + std::to_string(options_.share) + "; above 0 and below 1 is possible");
  if (options_.block < 0 || options_.block > 65536)
    throw ValueError("[masked] block " + std::to_string(options_.block) + "; 0 to 65536 is possible");
}

Parts Masked::batch(std::span<const i64> indices, const Draws& draws) const {
  Parts parts = source_.batch(indices, draws);
  const Shape x = parts["x"].shape();
  GAN_CHECK_SHAPE(x.rank() == 4, "masked", "images (N, H, W, C) are needed", x);
  Var all = Var::ones({x[0], x[1], x[2], 1});
  Mask mask{all.mutable_data(), x[1], x[2]};
  for (const i64 i : indices) {
    switch (options_.kind) {
      case Holes::centre:
        cut_centre(mask, options_.share);
        break;
      case Holes::half:
        cut_half(mask, draws.below(4, "hole half", i));
        break;
      case Holes::blocks:
        cut_blocks(mask, options_, draws.rng("hole blocks", i));
        break;
      case Holes::pixels:
        cut_pixels(mask, options_.share, draws.rng("hole pixels", i));
        break;
    }
    mask.values += x[1] * x[2];
  }
  parts.set("mask", all);
  return parts;
}

std::string Masked::checksum() const {
  Checksum sum;
  sum.add(&options_.share, sizeof options_.share);
  sum.add(Shape{static_cast<i64>(options_.kind), options_.block});
  return checksum_of({"masked", source_.checksum(), sum.text()});
}

Masked masked(Source source, const MaskOptions& options) { return {std::move(source), options}; }

}  // namespace gan::data
