// See data/paired.hpp.
#include "gan/data/paired.hpp"

#include <algorithm>
#include <map>

#include "src/data/checksum.hpp"
#include "src/data/listing.hpp"

namespace gan::data {

Paired::Paired(Source x, Source y) : x_(std::move(x)), y_(std::move(y)) {
  if (x_.size() != y_.size())
    throw ValueError("[paired] x has " + std::to_string(x_.size()) + " examples, y " + std::to_string(y_.size()) +
                     "; pairs need the same number; without pairs use unpaired");
}

Parts Paired::batch(std::span<const i64> indices, const Draws& draws) const {
  Parts parts = x_.batch(indices, draws);
  parts.set("y", y_.batch(indices, draws)["x"]);
  return parts;
}

std::string Paired::checksum() const { return checksum_of({"paired", x_.checksum(), y_.checksum()}); }

Paired paired(Source x, Source y) { return {std::move(x), std::move(y)}; }

Paired side_by_side(const Images& wide, bool reverse) {
  const i64 h = wide.height(), w = wide.width() / 2;
  if (wide.size() == 0 || wide.width() % 2 != 0)
    throw ValueError("[side_by_side] images " + to_string(wide.shape()) + "; an even width (N, H, 2W, C) is needed");
  const Images left = wide.crop({.height = h, .width = w}), right = wide.crop({.left = w, .height = h, .width = w});
  return reverse ? paired(right, left) : paired(left, right);
}

namespace {

/// Reads two images side by side and fits each half.
Image read_halves(const std::string& path, const ImageOptions& o) {
  Image image = read_image(path, {.channels = o.channels, .max_pixels = o.max_pixels});
  if (image.width % 2 != 0)
    throw FormatError("[image] " + path + ": has " + std::to_string(image.width) + " x " +
                      std::to_string(image.height) + " pixels; two images side by side need an even width");
  if (o.size == 0) return image;
  const i64 h = image.height, half = image.width / 2, side = std::min(h, half);
  const Images whole(std::move(image.pixels), {1, h, 2 * half, o.channels});
  Image fitted{.height = o.size, .width = 2 * o.size, .channels = o.channels};
  fitted.pixels.resize(static_cast<std::size_t>(o.size * 2 * o.size * o.channels));
  const i64 row = o.size * o.channels;  // bytes of a row of one half
  for (const i64 k : {0, 1}) {
    const Window square{(h - side) / 2, k * half + (half - side) / 2, side, side};
    const Images one = whole.crop(square).resize(o.size);
    for (i64 y = 0; y < o.size; ++y)
      std::copy_n(one.pixels().data() + y * row, row, fitted.pixels.data() + (2 * y + k) * row);
  }
  return fitted;
}

std::map<std::string, std::string> by_stem(const Listing& listing) {
  std::map<std::string, std::string> files;
  for (const std::string& file : listing.images) {
    const auto [at, is_new] = files.emplace(stem_of(file), file);
    if (!is_new)
      throw DataError("[paired_folders] " + listing.directory + " has both " + at->second + " and " + file +
                      "; one image of a name is needed");
  }
  return files;
}

using Files = std::map<std::string, std::string>;

/// Adds "directory/file" for files whose stem the others lack.
void add_lonely(const std::string& directory, const Files& files, const Files& others, std::vector<std::string>& to) {
  for (const auto& [stem, file] : files)
    if (others.count(stem) == 0) to.push_back(directory + "/" + file);
}

[[noreturn]] void throw_lonely(const std::vector<std::string>& files) {
  constexpr std::size_t shown = 10;
  std::string text = "[paired_folders] " + std::to_string(files.size()) +
                     (files.size() == 1 ? " file has" : " files have") + " no partner of the same name";
  for (std::size_t i = 0; i < std::min(shown, files.size()); ++i) text += "\n  " + files[i];
  if (files.size() > shown) text += "\n  and " + std::to_string(files.size() - shown) + " more";
  throw DataError(text);
}

}  // namespace

Paired side_by_side_folder(const std::string& directory, const FolderOptions& options, bool reverse) {
  Listing listing = list_images(directory);
  return side_by_side(read_images(listing, options, read_halves), reverse);
}

Paired paired_folders(const std::string& directory_x, const std::string& directory_y, const FolderOptions& options) {
  if (options.skip_unreadable)
    throw ValueError("[paired_folders] .skip_unreadable would leave images without their partners");
  Listing x = list_images(directory_x), y = list_images(directory_y);
  const Files xs = by_stem(x), ys = by_stem(y);
  std::vector<std::string> lonely;
  add_lonely(directory_x, xs, ys, lonely);
  add_lonely(directory_y, ys, xs, lonely);
  if (!lonely.empty()) throw_lonely(lonely);
  for (std::size_t i = 0; i < x.images.size(); ++i) y.images[i] = ys.at(stem_of(x.images[i]));
  return paired(read_images(x, options), read_images(y, options));
}

}  // namespace gan::data
