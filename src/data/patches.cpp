// See data/patches.hpp.
#include "gan/data/patches.hpp"

#include <algorithm>
#include <cmath>

#include "gan/ops/resample.hpp"
#include "src/data/checksum.hpp"
#include "src/data/listing.hpp"
#include "src/data/pixels.hpp"

namespace gan::data {
namespace {

void check(const PatchOptions& o) {
  if (o.size < 1 || o.size > 65536)
    throw ValueError("[patches] size " + std::to_string(o.size) + "; 1 to 65536 is possible");
  if (o.factor < 1 || o.size % o.factor != 0)
    throw ValueError("[patches] factor " + std::to_string(o.factor) + " does not divide the size " +
                     std::to_string(o.size));
  if (o.per_image < 1 || o.per_image > 1000000000)
    throw ValueError("[patches] per_image " + std::to_string(o.per_image) + "; 1 to 1000000000 is possible");
  require_range("patches", o.low, o.high);
  require_range("patches", o.x_low, o.x_high);
}

/// What is wrong with an image that is smaller than a crop; otherwise empty.
std::string too_small(const Image& image, i64 size) {
  if (image.height >= size && image.width >= size) return {};
  return "has " + std::to_string(image.width) + " x " + std::to_string(image.height) + " pixels, a crop " +
         std::to_string(size) + " x " + std::to_string(size);
}

/// Bytes, given as floats, as numbers of this range.
Var scaled(const Var& bytes, float low, float high) {
  Var to(bytes.shape());
  std::transform(bytes.data(), bytes.data() + bytes.size(), to.mutable_data(),
                 [low, high](float byte) { return from_byte(byte, low, high); });
  return to;
}

/// Bytes, given as floats, of images made smaller.
Var shrunk(const Var& bytes, i64 factor) {
  Var small = resize(bytes, {bytes.shape(1) / factor, bytes.shape(2) / factor}, {Interpolation::bicubic});
  float* const values = small.mutable_data();
  for (i64 i = 0; i < small.size(); ++i) values[i] = std::nearbyint(std::clamp(values[i], 0.0f, 255.0f));
  return small;
}

}  // namespace

Patches::Patches(std::vector<Image> images, const PatchOptions& options) : options_(options) {
  check(options_);
  if (images.empty()) throw ValueError("[patches] there are no images");
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::string fault = too_small(images[i], options_.size);
    if (!fault.empty()) throw ValueError("[patches] image " + std::to_string(i) + " " + fault);
    if (images[i].channels != images[0].channels)
      throw ValueError("[patches] image " + std::to_string(i) + " has " + std::to_string(images[i].channels) +
                       " channels, the first " + std::to_string(images[0].channels));
  }
  images_ = std::make_shared<const std::vector<Image>>(std::move(images));
}

i64 Patches::size() const { return static_cast<i64>(images_->size()) * options_.per_image; }

Var Patches::crop(std::span<const i64> indices, const Draws& draws) const {
  const i64 side = options_.size, channels = images_->front().channels;
  Var crops({static_cast<i64>(indices.size()), side, side, channels});
  float* to = crops.mutable_data();
  for (const i64 i : indices) {
    const Image& image = (*images_)[static_cast<std::size_t>(i / options_.per_image)];
    const i64 top = draws.below(image.height - side + 1, "patch row", i);
    const i64 left = draws.below(image.width - side + 1, "patch column", i);
    float* const crop = to;
    for (i64 y = top; y < top + side; ++y)
      to = std::copy_n(image.pixels.data() + (y * image.width + left) * channels, side * channels, to);
    if (options_.flip && (draws.bits("patch flip", i).v[0] & 1)) mirror(crop, side, side, channels);
  }
  return crops;
}

Parts Patches::batch(std::span<const i64> indices, const Draws& draws) const {
  detail::require_indices("patches", indices, size());
  const PatchOptions& o = options_;
  const Var bytes = crop(indices, draws);
  const Var crops = scaled(bytes, o.low, o.high);
  if (o.factor == 1) return {{"x", crops}};
  const i64 small = o.size / o.factor;
  const Var copies = indices.empty() ? Var({0, small, small, bytes.shape(3)})
                                     : scaled(shrunk(bytes, o.factor), o.x_low, o.x_high);
  return {{"x", copies}, {"y", crops}};
}

std::string Patches::checksum() const {
  const PatchOptions& o = options_;
  Checksum sum;
  sum.add(Shape{o.size, o.factor, o.per_image, o.flip ? 1 : 0});
  for (const float bound : {o.low, o.high, o.x_low, o.x_high}) sum.add(&bound, sizeof bound);
  for (const Image& image : *images_) {
    sum.add(Shape{image.height, image.width, image.channels});
    sum.add(image.pixels.data(), image.pixels.size());
  }
  return checksum_of({"patches", sum.text()});
}

Patches patches(std::vector<Image> images, const PatchOptions& options) { return {std::move(images), options}; }

Patches patches(const Images& images, const PatchOptions& options) {
  std::vector<Image> all;
  for (i64 i = 0; i < images.size(); ++i)
    all.push_back(
        {{images.image(i).begin(), images.image(i).end()}, images.height(), images.width(), images.channels()});
  PatchOptions o = options;
  o.flip = o.flip || images.flips();
  return {std::move(all), o};
}

Patches patches(const std::string& directory, const PatchOptions& options, const FolderOptions& folder) {
  check(options);
  Listing listing = list_images(directory);
  std::vector<Image> images = read_list(listing, folder);
  for (std::size_t i = 0; i < images.size(); ++i)
    if (const std::string fault = too_small(images[i], options.size); !fault.empty())
      throw DataError("[patches] " + listing.path(i) + " " + fault);
  return {std::move(images), options};
}

}  // namespace gan::data
