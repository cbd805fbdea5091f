// See data/clips.hpp.
#include "gan/data/clips.hpp"

#include <algorithm>
#include <numeric>

#include "src/data/checksum.hpp"
#include "src/data/listing.hpp"
#include "src/data/pixels.hpp"

namespace gan::data {
namespace {

void check(const ClipOptions& o) {
  if (o.frames < 1 || o.frames > 65536)
    throw ValueError("[clips] frames " + std::to_string(o.frames) + "; 1 to 65536 are possible");
  if (o.stride < 1 || o.stride > 65536)
    throw ValueError("[clips] stride " + std::to_string(o.stride) + "; 1 to 65536 is possible");
}

/// Images that a clip extends over.
i64 span_of(const ClipOptions& o) { return (o.frames - 1) * o.stride + 1; }

}  // namespace

Clips::Clips(Images images, const std::vector<i64>& lengths, const ClipOptions& options)
    : images_(images.flipped(false)), options_(options) {
  check(options_);
  options_.flip = options_.flip || images.flips();
  std::vector<i64> first;
  i64 begin = 0;
  for (const i64 length : lengths) {
    for (i64 i = begin; i + span_of(options_) <= begin + length; ++i) first.push_back(i);
    begin += length;
  }
  if (begin != images_.size() || std::any_of(lengths.begin(), lengths.end(), [](i64 n) { return n < 0; }))
    throw ValueError("[clips] sequences of " + std::to_string(begin) + " images in all, but there are " +
                     std::to_string(images_.size()));
  if (first.empty())
    throw ValueError("[clips] no sequence has the " + std::to_string(span_of(options_)) + " images of a clip");
  first_ = std::make_shared<const std::vector<i64>>(std::move(first));
}

Parts Clips::batch(std::span<const i64> indices, const Draws& draws) const {
  detail::require_indices("clips", indices, size());
  std::vector<i64> images;
  for (const i64 i : indices)
    for (i64 t = 0; t < options_.frames; ++t)
      images.push_back((*first_)[static_cast<std::size_t>(i)] + t * options_.stride);
  Var all = images_.batch(images)["x"];
  const i64 h = images_.height(), w = images_.width(), c = images_.channels();
  float* clip = all.mutable_data();
  for (const i64 i : indices) {
    if (options_.flip && (draws.bits("clip flip", i).v[0] & 1))  // all rows of all frames
      mirror(clip, options_.frames * h, w, c);
    clip += options_.frames * h * w * c;
  }
  return {{"frames", all.view({static_cast<i64>(indices.size()), options_.frames, h, w, c})}};
}

std::string Clips::checksum() const {
  Checksum sum;
  sum.add(first_->data(), first_->size() * sizeof(i64));
  sum.add(Shape{options_.frames, options_.stride, options_.flip ? 1 : 0});
  return checksum_of({"clips", images_.checksum(), sum.text()});
}

Clips clips(const Images& sequence, const ClipOptions& options) { return Clips(sequence, {sequence.size()}, options); }

Clips clips(const std::string& directory, const ClipOptions& options, const FolderOptions& folder) {
  check(options);
  if (folder.skip_unreadable) throw ValueError("[clips] .skip_unreadable would leave gaps in clips");
  Listing listing = list_images(directory);
  if (folder.count > 0 && folder.count < static_cast<i64>(listing.images.size()))
    listing.images.resize(static_cast<std::size_t>(folder.count));
  std::vector<i64> lengths;
  std::string last;
  for (const std::string& file : listing.images) {
    const std::string parent = file.substr(0, file.rfind('/') == std::string::npos ? 0 : file.rfind('/'));
    if (lengths.empty() || parent != last) lengths.push_back(0);
    ++lengths.back();
    last = parent;
  }
  if (*std::max_element(lengths.begin(), lengths.end()) < span_of(options))
    throw DataError("[clips] " + directory + ": no folder has the " + std::to_string(span_of(options)) +
                    " images of a clip; give fewer frames or a smaller stride");
  return Clips(read_images(listing, folder), lengths, options);
}

}  // namespace gan::data
