// Applies what was drawn; see train/ada_pipe.hpp.
#include "gan/train/ada_pipe.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "gan/ops/affine_sample.hpp"
#include "gan/ops/resample.hpp"
#include "gan/ops/translate.hpp"

namespace gan {
namespace {

/// The low-pass filter of the wavelet sym6 (Daubechies 1992, table 6.3), with the sum 1.
constexpr std::size_t taps = 12;
std::array<double, taps> sym6() {
  std::array<double, taps> filter{0.015404109327027373, 0.0034907120842174702, -0.11799011114819057,
                                  -0.048311742585633,   0.4910559419267466,    0.787641141030194,
                                  0.3379294217276218,   -0.07263752278646252,  -0.021060292512300564,
                                  0.04472490177066578,  0.0017677118642428036, -0.007800708325034148};
  double sum = 0;
  for (const double f : filter) sum += f;
  for (double& f : filter) f /= sum;
  return filter;
}
/// What the result has on each side beyond the image before it is halved, in pixels of the image.
constexpr i64 border = static_cast<i64>(taps) / 4;

struct Margin {
  i64 before = 0, after = 0;
};

/// Mirrors an axis at its first and last entry, `margin` entries far, then doubles it: zeros between the entries, the
/// filter twice as high. Made anew in each call, since margins differ from batch to batch.
detail::ResamplePlan mirrored_and_doubled(i64 in, Margin margin) {
  const std::array<double, taps> filter = sym6();
  const i64 padded = margin.before + in + margin.after, width = std::min(in, static_cast<i64>(taps) / 2);
  std::vector<i64> first;
  std::vector<double> weight;
  for (i64 o = 0; o < 2 * padded; ++o) {
    std::map<i64, double> sources;
    const i64 begin = std::max<i64>(0, (o - 5) / 2), end = std::min(padded, (o + 5) / 2 + 1);
    for (i64 i = begin; i < end; ++i) {
      const i64 tap = 5 - 2 * i + o;
      if (tap < 0 || tap >= static_cast<i64>(taps)) continue;
      const i64 at = std::abs(i - margin.before);
      sources[at < in ? at : 2 * (in - 1) - at] += 2 * filter[static_cast<std::size_t>(tap)];
    }
    first.push_back(std::min(sources.begin()->first, in - width));
    const std::size_t row = weight.size();
    weight.resize(row + static_cast<std::size_t>(width));
    for (const auto& [source, w] : sources) weight[row + static_cast<std::size_t>(source - first.back())] = w;
  }
  return std::make_shared<const detail::ResampleMatrix>(in, std::move(first), std::move(weight));
}

/// Halves an axis with the filter, and leaves out the border.
detail::ResamplePlan halved(i64 out) {
  const std::array<double, taps> filter = sym6();
  std::vector<i64> first;
  std::vector<double> weight;
  for (i64 o = 0; o < out; ++o) {
    first.push_back(2 * o + 1);
    weight.insert(weight.end(), filter.begin(), filter.end());
  }
  return std::make_shared<const detail::ResampleMatrix>(2 * (out + 2 * border), std::move(first), std::move(weight));
}

/// How far the maps reach beyond an axis of this extent: `row` of the map gives the position along it.
Margin margin_of(const std::vector<AdaDraws::Geometry>& maps, std::size_t row, i64 h, i64 w) {
  const double half_w = static_cast<double>(w - 1) / 2, half_h = static_cast<double>(h - 1) / 2;
  const double half = row == 0 ? half_w : half_h, most = 2 * half, reach = 2 * static_cast<double>(border) - half;
  double before = 0, after = 0;
  for (const auto& map : maps)
    for (const double x : {-half_w, half_w})
      for (const double y : {-half_h, half_h}) {
        const double at = map[row * 3] * x + map[row * 3 + 1] * y + map[row * 3 + 2];
        before = std::max(before, reach - at);
        after = std::max(after, reach + at);
      }
  const auto whole = [most](double margin) { return static_cast<i64>(std::ceil(std::min(margin, most))); };
  return {whole(before), whole(after)};
}

/// The map as affine_sample takes it: from the result, twice as large as an image with its border, to the doubled
/// image.
template <class T>
Tensor<T> pixel_maps(const std::vector<AdaDraws::Geometry>& maps, const i64 (&extent)[2], const Margin (&margin)[2],
                     Device device) {
  const double across = static_cast<double>(extent[0] + 2 * border) - 0.5,
               down = static_cast<double>(extent[1] + 2 * border) - 0.5;  // to the middle of the result
  std::vector<T> all;
  for (const auto& map : maps)
    for (std::size_t row = 0; row < 2; ++row) {
      const double* const m = &map[row * 3];
      // Entry k of the padded axis lies at 2 k, half an entry before the middle of the two that it has become.
      const double before = static_cast<double>(margin[row].before), size = static_cast<double>(extent[row] - 1);
      const double middle = 2 * (m[2] + before) + size + (m[0] + m[1]) / 2;
      for (std::size_t axis = 0; axis < 2; ++axis) all.push_back(static_cast<T>(m[axis]));
      all.push_back(static_cast<T>(middle - m[0] * across - m[1] * down));
    }
  return Tensor<T>::from(std::span<const T>(all), Shape{static_cast<i64>(maps.size()), 2, 3}, device);
}

/// The number of pieces in which images are mapped, one after the other: on a CPU, doubled images of so many pixels
/// should stay in the cache until they are sampled. More than eight would cost more than they save.
template <class T>
i64 piece_count(const Tensor<T>& x, i64 pixels) {
  constexpr i64 cached = i64{8} << 20;
  const i64 bytes = x.shape(0) * x.shape(3) * pixels * static_cast<i64>(sizeof(T));
  return x.device().is_cpu() ? std::min(std::clamp<i64>((bytes + cached - 1) / cached, 1, 8), x.shape(0)) : 1;
}

/// One row of numbers for each image.
template <class T, std::size_t n>
Tensor<T> rows_of(const std::vector<std::array<double, n>>& rows, Device device) {
  std::vector<T> values;
  for (const auto& row : rows)
    for (const double v : row) values.push_back(static_cast<T>(v));
  return Tensor<T>::from(std::span<const T>(values), Shape{static_cast<i64>(rows.size()), static_cast<i64>(n)}, device);
}

void check(const Shape& x, std::size_t maps) {
  GAN_CHECK_SHAPE(x.rank() == 4 && x.size() > 0 && x[0] == static_cast<i64>(maps), "Ada",
                  "images (N, H, W, C) and N maps are needed, not " + std::to_string(maps), x);
}

}  // namespace

template <class T>
Tensor<T> ada_geometry(const Tensor<T>& x, const std::vector<AdaDraws::Geometry>& maps) {
  check(x.shape(), maps.size());
  const i64 h = x.shape(1), w = x.shape(2), extent[] = {w, h};
  const Margin margin[] = {margin_of(maps, 0, h, w), margin_of(maps, 1, h, w)};
  const Tensor<T> places = pixel_maps<T>(maps, extent, margin, x.device());
  const auto across = mirrored_and_doubled(w, margin[0]), down = mirrored_and_doubled(h, margin[1]);
  const auto back_across = halved(w), back_down = halved(h);
  const auto mapped = [&](const Tensor<T>& images, const Tensor<T>& at) {
    // Columns while there are few rows: those of an image with few channels take longer.
    const Tensor<T> doubled = detail::resample(detail::resample(images, 2, across), 1, down);
    const Tensor<T> sampled = affine_sample(doubled, at, {2 * (h + 2 * border), 2 * (w + 2 * border)});
    return detail::resample(detail::resample(sampled, 1, back_down), 2, back_across);
  };
  const i64 n = x.shape(0), pieces = piece_count<T>(x, across->out * down->out);
  if (pieces == 1) return mapped(x, places);
  Tensors<T> results;
  for (i64 i = 0; i < pieces; ++i) {
    const i64 begin = n * i / pieces, end = n * (i + 1) / pieces;
    results.push_back(mapped(slice(x, 0, begin, end), slice(places, 0, begin, end)));
  }
  return concat(results, 0);
}

template <class T>
Tensor<T> ada_colour(const Tensor<T>& x, const std::vector<AdaDraws::Colour>& maps) {
  check(x.shape(), maps.size());
  const i64 n = x.shape(0), channels = x.shape(3);
  GAN_CHECK_SHAPE(channels == 1 || channels == 3, "Ada", "images of 1 or 3 channels are needed", x.shape());
  if (channels == 1) {  // what becomes of a grey, made grey again
    std::vector<std::array<double, 2>> grey;
    for (const auto& m : maps) {
      double factor = 0;
      for (const std::size_t row : {0u, 4u, 8u}) factor += (m[row] + m[row + 1] + m[row + 2]) / 3;
      grey.push_back({factor, (m[3] + m[7] + m[11]) / 3});
    }
    const Tensor<T> map = rows_of<T>(grey, x.device());
    return x * reshape(slice(map, 1, 0, 1), Shape{n, 1, 1, 1}) + reshape(slice(map, 1, 1, 2), Shape{n, 1, 1, 1});
  }
  const Tensor<T> map = rows_of<T>(maps, x.device());
  const auto number = [&](i64 at) { return reshape(slice(map, 1, at, at + 1), Shape{n, 1, 1, 1}); };
  const Tensor<T> plane[] = {slice(x, 3, 0, 1), slice(x, 3, 1, 2), slice(x, 3, 2, 3)};
  Tensors<T> result;
  for (i64 row = 0; row < 12; row += 4)
    result.push_back(plane[0] * number(row) + plane[1] * number(row + 1) + plane[2] * number(row + 2) +
                     number(row + 3));
  return concat(result, 3);
}

template <class T>
Tensor<T> ada_augment(const Tensor<T>& x, const AdaDraws& draws) {
  Tensor<T> y = x;
  if (!draws.geometry.empty()) y = ada_geometry(y, draws.geometry);
  if (!draws.colour.empty()) y = ada_colour(y, draws.colour);
  if (!draws.place.empty()) y = translate_cutout(y, rows_of<T>(draws.place, x.device()));
  return y;
}

#define GAN_ADA(T)                                                                           \
  template Tensor<T> ada_geometry(const Tensor<T>&, const std::vector<AdaDraws::Geometry>&); \
  template Tensor<T> ada_colour(const Tensor<T>&, const std::vector<AdaDraws::Colour>&);     \
  template Tensor<T> ada_augment(const Tensor<T>&, const AdaDraws&);
GAN_ADA(float)
GAN_ADA(double)
#undef GAN_ADA

}  // namespace gan
