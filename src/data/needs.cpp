// See data/needs.hpp.
#include "gan/data/needs.hpp"

#include <algorithm>

#include "gan/data/captioned.hpp"
#include "gan/data/clips.hpp"
#include "gan/data/jittered.hpp"
#include "gan/data/locate.hpp"
#include "gan/data/paired.hpp"
#include "gan/data/partly_labelled.hpp"
#include "gan/data/patches.hpp"
#include "gan/data/unpaired.hpp"
#include "src/data/file.hpp"
#include "src/data/listing.hpp"

namespace gan::data {
namespace {

/// Throws ValueError unless the shape is that of square images.
void require_square(const Shape& shape, const char* part) {
  if (shape.rank() != 3 || shape[0] != shape[1])
    throw ValueError("[data] " + std::string(part) + " " + to_string(shape) +
                     "; square images (H, W, C) can be opened, and points (D) as x alone");
}

void check(const Needs& n) {
  const int forms =
      (n.factor > 0) + (n.frames > 0) + n.text + (n.y.rank() != 0 && n.factor == 0) + (n.labels_per_class > 0);
  const bool points = n.x.rank() == 1;
  if (forms > 1 || (points && forms > 0))
    throw ValueError(
        "[data] at most one of y, text, frames, a factor and labels_per_class can be opened, and none with points");
  if ((n.mask || n.enlarge > 0) && (points || n.frames > 0))
    throw ValueError("[data] neither clips nor points have masks, or can be enlarged");
  if (n.enlarge > 0 && n.factor > 0) throw ValueError("[data] images with a factor are cropped, not enlarged");
}

/// The source enlarged and cropped at random, if that is needed. Its images are mirrored already.
Source enlarged(const Source& source, const Needs& needs) {
  if (needs.enlarge == 0) return source;
  return jittered(source, {.enlarge = needs.enlarge, .flip = false});
}

/// The folder of a split in a place that must be a folder; `what` says for what.
std::string folder_at(const std::string& place, const Places& places, const std::string& what) {
  if (!is_directory(place)) throw DataError("[data] '" + place + "' is no directory; " + what);
  return split_folder(place, places.split);
}

FolderOptions folder_options(const Needs& needs, const Places& places, const Shape& shape) {
  return {.size = shape[0],
          .channels = shape[2],
          .low = needs.low,
          .high = needs.high,
          .flip = places.flip,
          .count = places.count};
}

/// Images of this shape by name or from a folder.
Images open_images(const std::string& data, const Shape& shape, const Needs& needs, const Places& places) {
  const i64 border = border_of(data, shape[0]);
  const LoadOptions options{
      .split = places.split, .size = shape[0] - 2 * border, .channels = shape[2], .count = places.count};
  return load(data, options).pad(border).scale(needs.low, needs.high).flipped(places.flip);
}

Source open_points(const Needs& needs, const Places& places) {
  const Points points = load_points(places.data, places.split);
  if (points.shape()[1] != needs.x[0])
    throw DataError("[data] points of " + std::to_string(needs.x[0]) + " numbers are needed, but those of '" +
                    places.data + "' have " + std::to_string(points.shape()[1]) + "; give others with --data");
  return places.count == 0 ? points : points.take(std::min(places.count, points.size()));
}

/// The same images in another shape.
Images fit(const Source& source, const Shape& shape) {
  return source.as<Images>()->with_channels(shape[2]).resize(shape[0]);
}

Source open_pairs(const Needs& needs, const Places& places) {
  const Shape both{std::max(needs.x[0], needs.y[0]), std::max(needs.x[0], needs.y[0]),
                   std::max(needs.x[2], needs.y[2])};
  const FolderOptions options = folder_options(needs, places, both);
  const std::string remedy =
      "pairs need a folder of images that show both side by side as --data, or two folders as --data and --data-y";
  const std::string x = folder_at(places.data, places, remedy);
  const Paired pairs = places.data_y.empty()
                           ? side_by_side_folder(x, options)
                           : paired_folders(x, folder_at(places.data_y, places, remedy), options);
  return enlarged(paired(fit(pairs.x(), needs.x), fit(pairs.y(), needs.y)), needs);
}

Source open_collections(const Needs& needs, const Places& places) {
  if (places.data_y.empty())
    throw DataError("[data] a second collection of images, y, is needed; give its folder or name as --data-y");
  return unpaired(enlarged(open_images(places.data, needs.x, needs, places), needs),
                  enlarged(open_images(places.data_y, needs.y, needs, places), needs));
}

Source open_patches(const Needs& needs, const Places& places) {
  const Shape crop = needs.y.rank() != 0
                         ? needs.y
                         : Shape{needs.x[0] * needs.factor, needs.x[1] * needs.factor, needs.x[2]};
  require_square(crop, "y");
  const PatchOptions options{.size = crop[0],
                             .factor = needs.factor,
                             .per_image = needs.per_image,
                             .flip = places.flip,
                             .low = needs.low,
                             .high = needs.high,
                             .x_low = needs.x_low,
                             .x_high = needs.x_high};
  if (!is_directory(places.data))
    return patches(load(places.data, {.split = places.split, .channels = crop[2], .count = places.count}), options);
  return patches(split_folder(places.data, places.split), options, {.channels = crop[2], .count = places.count});
}

Source open_clips(const Needs& needs, const Places& places) {
  const std::string frames =
      folder_at(places.data, places, "clips need a folder of frames, or of such folders, as --data");
  return clips(frames, {.frames = needs.frames, .stride = needs.stride}, folder_options(needs, places, needs.x));
}

Source open_captions(const Needs& needs, const Places& places) {
  const CaptionedOptions options{.vocabulary = Vocabulary(needs.vocabulary), .length = needs.text_length};
  if (!places.captions.empty()) {
    const std::string images =
        folder_at(places.data, places, "a file of captions, --captions, belongs to a folder of images, --data");
    return enlarged(captioned_folder(images, places.captions, folder_options(needs, places, needs.x), options), needs);
  }
  const Images images = open_images(places.data, needs.x, needs, places);
  if (!images.captioned())
    throw DataError("[data] '" + places.data +
                    "' has no captions; give a file with lines \"image<tab>caption\" as --captions");
  return enlarged(captioned(images, options), needs);
}

Source open_labelled(const Needs& needs, const Places& places) {
  const Images images = open_images(places.data, needs.x, needs, places);
  if (needs.labels_per_class == 0 || !images.labelled()) return images;
  return partly_labelled(images, {.per_class = needs.labels_per_class, .seed = needs.labels_seed});
}

Source open_parts(const Needs& needs, const Places& places) {
  if (needs.x.rank() == 1) return open_points(needs, places);
  if (needs.factor > 0) return open_patches(needs, places);
  require_square(needs.x, "x");
  if (needs.frames > 0) return open_clips(needs, places);
  if (needs.text) return open_captions(needs, places);
  if (needs.y.rank() == 0) return enlarged(open_labelled(needs, places), needs);
  require_square(needs.y, "y");
  return needs.paired ? open_pairs(needs, places) : open_collections(needs, places);
}

}  // namespace

i64 border_of(const std::string& data, i64 size) {
  return size == 32 && (data == "mnist" || data == "fashion-mnist") ? 2 : 0;
}

Source open(const Needs& needs, const Places& places) {
  check(needs);
  if (places.data.empty()) throw DataError("[data] no data are given; name them with --data");
  if (places.count < 0) throw DataError("[data] count " + std::to_string(places.count) + "; at least 0 is needed");
  if (!places.data_y.empty() && (needs.y.rank() == 0 || needs.factor > 0))
    throw DataError("[data] --data-y is given, but no second images are needed");
  if (!places.captions.empty() && !needs.text)
    throw DataError("[data] --captions is given, but no captions are needed");
  const Source source = open_parts(needs, places);
  if ((needs.labels || needs.labels_per_class > 0) && source.facts().count("classes") == 0)
    throw DataError("[data] class labels are needed, but '" + places.data +
                    "' has none; a folder has them if each image lies in a subfolder named after its class: --data");
  return needs.mask ? masked(source, needs.holes) : source;
}

}  // namespace gan::data
