// Images: transforms that produce new images.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "gan/core/parallel.hpp"
#include "gan/data/images.hpp"

namespace gan::data {
namespace {

/// The inputs of one output pixel of a resize: weights[0 .. count) for the inputs of its line from `first` on.
struct Taps {
  i64 first = 0;
  std::vector<i32> weights;  // sum to about 2^weight_bits
};
constexpr int weight_bits = 22;

/// The triangle filter, widened by the ratio when the image shrinks.
std::vector<Taps> triangle_taps(i64 from, i64 to) {
  const double ratio = static_cast<double>(from) / static_cast<double>(to);
  const double widening = std::max(1.0, ratio);
  std::vector<Taps> taps(static_cast<std::size_t>(to));
  std::vector<double> w;
  for (i64 x = 0; x < to; ++x) {
    const double centre = (static_cast<double>(x) + 0.5) * ratio;
    Taps& t = taps[static_cast<std::size_t>(x)];
    t.first = std::max<i64>(0, static_cast<i64>(centre - widening + 0.5));
    const i64 end = std::min(from, static_cast<i64>(centre + widening + 0.5));
    w.clear();
    double sum = 0;
    for (i64 i = t.first; i < end; ++i) {
      w.push_back(std::max(0.0, 1.0 - std::abs((static_cast<double>(i) - centre + 0.5) / widening)));
      sum += w.back();
    }
    for (double v : w) t.weights.push_back(static_cast<i32>(v / sum * (1 << weight_bits) + 0.5));
  }
  return taps;
}

/// Resizes one line: writes `taps.size()` bytes, `to_step` apart, from a line whose bytes are `from_step` apart.
void resize_line(const u8* from, i64 from_step, u8* to, i64 to_step, const std::vector<Taps>& taps) {
  for (const Taps& t : taps) {
    i32 sum = 1 << (weight_bits - 1);
    const u8* source = from + t.first * from_step;
    for (i32 w : t.weights) {
      sum += w * *source;
      source += from_step;
    }
    *to = static_cast<u8>(std::clamp(sum >> weight_bits, 0, 255));
    to += to_step;
  }
}

/// 0.299 red + 0.587 green + 0.114 blue in 1/65536, rounded.
u8 luma(const u8* rgb) { return static_cast<u8>((rgb[0] * 19595 + rgb[1] * 38470 + rgb[2] * 7471 + 0x8000) >> 16); }

}  // namespace

Images Images::with_pixels(std::vector<u8> pixels, Shape shape) const {
  Annotations annotations = content_->annotations;
  const auto n = static_cast<std::size_t>(size());  // after take(), fewer than the annotations
  if (!annotations.labels.empty()) annotations.labels.resize(n);
  if (!annotations.captions.empty()) annotations.captions.resize(n);
  Images other(std::move(pixels), shape, std::move(annotations));
  other.low_ = low_;
  other.high_ = high_;
  other.flipped_ = flipped_;
  return other;
}

Images Images::select(std::span<const i64> indices) const {
  std::vector<u8> bytes;
  Annotations annotations;
  for (const i64 i : indices) {
    check_index(i, "select");
    const auto pixels = image(i);
    bytes.insert(bytes.end(), pixels.begin(), pixels.end());
    if (labelled()) annotations.labels.push_back(label(i));
    if (captioned()) annotations.captions.push_back(caption(i));
  }
  annotations.classes = classes();
  Images chosen(std::move(bytes), shape_.with(0, static_cast<i64>(indices.size())), std::move(annotations));
  chosen.low_ = low_;
  chosen.high_ = high_;
  chosen.flipped_ = flipped_;
  return chosen;
}

Images Images::resize(i64 side) const {
  if (side < 1 || side > 65536)
    throw ValueError("[Images::resize] size " + std::to_string(side) + "; 1 to 65536 is possible");
  if (!content_ || (side == height() && side == width())) return *this;
  const i64 h = height(), w = width(), c = channels();
  const std::vector<Taps> across = triangle_taps(w, side), down = triangle_taps(h, side);
  std::vector<u8> out(static_cast<std::size_t>(Shape{size(), side, side, c}.size()));
  const u8* in = pixels().data();
  parallel_for(size(), 16, [&](i64 begin, i64 end) {
    std::vector<u8> wide(static_cast<std::size_t>(h * side * c));  // (H, side, C)
    for (i64 n = begin; n < end; ++n) {
      const u8* from = in + n * h * w * c;
      u8* to = out.data() + n * side * side * c;
      for (i64 y = 0; y < h; ++y) {
        u8* row = wide.data() + y * side * c;
        if (side == w) {
          std::memcpy(row, from + y * w * c, static_cast<std::size_t>(w * c));
          continue;
        }
        for (i64 k = 0; k < c; ++k) resize_line(from + y * w * c + k, c, row + k, c, across);
      }
      if (side == h) {
        std::memcpy(to, wide.data(), wide.size());
        continue;
      }
      for (i64 x = 0; x < side * c; ++x) resize_line(wide.data() + x, side * c, to + x, side * c, down);
    }
  });
  return with_pixels(std::move(out), {size(), side, side, c});
}

Images Images::pad(i64 border, u8 value) const {
  const i64 h = height(), w = width(), c = channels();
  if (border < 0 || border > 65536 || std::max(h, w) + 2 * border > 65536)
    throw ValueError("[Images::pad] " + std::to_string(border) + " pixels around " + std::to_string(h) + " x " +
                     std::to_string(w) + "; sides of 1 to 65536 pixels are possible");
  if (!content_ || border == 0) return *this;
  const Shape shape{size(), h + 2 * border, w + 2 * border, c};
  std::vector<u8> out(static_cast<std::size_t>(shape.size()), value);
  const u8* from = pixels().data();
  for (i64 n = 0; n < size(); ++n) {
    u8* to = out.data() + n * shape.stride0() + (border * shape[2] + border) * c;
    for (i64 y = 0; y < h; ++y, from += w * c, to += shape[2] * c)
      std::memcpy(to, from, static_cast<std::size_t>(w * c));
  }
  return with_pixels(std::move(out), shape);
}

Images Images::crop(const Window& v) const {
  const i64 h = height(), w = width(), c = channels();
  if (v.top < 0 || v.left < 0 || v.height < 1 || v.width < 1 || v.height > h - v.top || v.width > w - v.left)
    throw ValueError("[Images::crop] " + std::to_string(v.height) + " x " + std::to_string(v.width) +
                     " pixels from row " + std::to_string(v.top) + " and column " + std::to_string(v.left) +
                     " of images of " + std::to_string(h) + " x " + std::to_string(w));
  const Shape shape{size(), v.height, v.width, c};
  std::vector<u8> out(static_cast<std::size_t>(shape.size()));
  u8* to = out.data();
  for (i64 n = 0; n < size(); ++n)
    for (i64 y = 0; y < v.height; ++y)
      to = std::copy_n(pixels().data() + ((n * h + v.top + y) * w + v.left) * c, v.width * c, to);
  return with_pixels(std::move(out), shape);
}

Images Images::with_channels(i64 count) const {
  if (count != 1 && count != 3)
    throw ValueError("[Images::with_channels] " + std::to_string(count) + " channels; 1 or 3 is possible");
  if (!content_ || channels() == count) return *this;
  if (channels() != 1 && channels() != 3)
    throw ValueError("[Images::with_channels] the images have " + std::to_string(channels()) +
                     " channels; 1 or 3 can be converted");
  const i64 n = size() * height() * width();
  std::vector<u8> out(static_cast<std::size_t>(n * count));
  const u8* from = pixels().data();
  if (count == 1)
    for (i64 i = 0; i < n; ++i) out[static_cast<std::size_t>(i)] = luma(from + 3 * i);
  else
    for (i64 i = 0; i < n; ++i) std::fill_n(out.data() + 3 * i, 3, from[i]);
  return with_pixels(std::move(out), shape_.with(3, count));
}

}  // namespace gan::data
