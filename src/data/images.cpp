// Images: checks and batches. Its image transforms are in images_transform.cpp.
#include "gan/data/images.hpp"

#include <algorithm>
#include <cmath>

#include "gan/core/parallel.hpp"
#include "gan/data/loader.hpp"
#include "src/data/checksum.hpp"
#include "src/data/pixels.hpp"

namespace gan::data {
namespace {

std::string count_of(std::size_t n, const char* what) { return std::to_string(n) + " " + what; }

/// Converts the elements of one image, mirrored or not, to numbers through a table of 256 values.
template <class T>
void convert(const u8* from, i64 elements, const T* values, T* to) {
  for (i64 j = 0; j < elements; ++j) to[j] = values[from[j]];
}
template <class T>
void convert_mirrored(const u8* from, const Shape& image, const T* values, T* to) {  // image: (N, H, W, C)
  const i64 width = image[2], channels = image[3];
  for (i64 y = 0; y < image[1]; ++y)
    for (i64 x = width - 1; x >= 0; --x, to += channels)
      for (i64 c = 0; c < channels; ++c) to[c] = values[from[(y * width + x) * channels + c]];
}

}  // namespace

Images::Images(std::vector<u8> pixels, Shape shape, Annotations annotations) : shape_(shape) {
  GAN_CHECK_SHAPE(shape.rank() == 4 && shape.size() > 0, "Images", "images need extents (N, H, W, C), none of them 0",
                  shape);
  if (static_cast<i64>(pixels.size()) != shape.size())
    throw ShapeError("[Images] " + count_of(pixels.size(), "bytes") + " for images " + to_string(shape));
  detail::check_annotations("Images", annotations, shape[0]);
  content_ = std::make_shared<const Content>(Content{std::move(pixels), std::move(annotations)});
}

Images Images::from_tensor(const Tensor<float>& images, float low, float high) {
  GAN_CHECK_SHAPE(images.defined() && images.rank() == 4 && images.size() > 0, "Images::from_tensor",
                  "images (n, h, w, c) are needed", images.shape());
  std::vector<u8> bytes;
  bytes.reserve(static_cast<std::size_t>(images.size()));
  for (const float v : images.to_vector()) {
    const double scaled = (static_cast<double>(v) - low) / (static_cast<double>(high) - low) * 255;
    bytes.push_back(scaled > 0 ? static_cast<u8>(std::nearbyint(std::min(scaled, 255.0))) : u8{0});  // NaN is not > 0
  }
  return Images(std::move(bytes), images.shape()).scale(low, high);
}

i64 Images::extent(int axis) const { return shape_[axis]; }

std::span<const u8> Images::pixels() const& {
  if (!content_) return {};
  return std::span<const u8>(content_->pixels).first(static_cast<std::size_t>(shape_.size()));
}

std::span<const u8> Images::image(i64 i) const {
  check_index(i, "image");
  return pixels().subspan(static_cast<std::size_t>(i * shape_.stride0()), static_cast<std::size_t>(shape_.stride0()));
}

void Images::check_index(i64 i, const char* what) const {
  if (i < 0 || i >= size())
    throw ValueError("[Images::" + std::string(what) + "] index " + std::to_string(i) + " of " +
                     std::to_string(size()) + " images");
}

i64 Images::label(i64 i) const {
  check_index(i, "label");
  if (!labelled()) throw ValueError("[Images::label] this data set has no labels");
  return content_->annotations.labels[static_cast<std::size_t>(i)];
}

const std::string& Images::caption(i64 i) const {
  check_index(i, "caption");
  if (!captioned()) throw ValueError("[Images::caption] this data set has no captions");
  return content_->annotations.captions[static_cast<std::size_t>(i)];
}

std::string Images::checksum() const {
  Checksum sum;
  sum.add(shape_);
  sum.add(pixels().data(), pixels().size());
  sum.add(&low_, sizeof low_);
  sum.add(&high_, sizeof high_);
  if (labelled()) sum.add(content_->annotations.labels.data(), static_cast<std::size_t>(size()) * sizeof(i64));
  return sum.text() + (flipped_ ? " flipped" : "");
}

const std::vector<std::string>& Images::classes() const {
  static const std::vector<std::string> none;
  return content_ ? content_->annotations.classes : none;
}

Images Images::scale(float low, float high) const {
  require_range("Images::scale", low, high);
  Images scaled = *this;
  scaled.low_ = low;
  scaled.high_ = high;
  return scaled;
}

Images Images::take(i64 n) const {
  if (n < 1 || n > size())
    throw ValueError("[Images::take] " + std::to_string(n) + " of " + std::to_string(size()) +
                     " images");
  Images first = *this;
  first.shape_ = shape_.with(0, n);
  return first;
}

Images Images::flipped(bool on) const {
  Images mirrored = *this;
  mirrored.flipped_ = on;
  return mirrored;
}

template <class T>
BasicBatch<T> Images::batch(std::span<const i64> indices, const Draws& draws) const {
  if (!content_) throw ValueError("[Images::batch] there are no images");
  for (i64 i : indices) check_index(i, "batch");
  const auto n = static_cast<i64>(indices.size());
  Tensor<T> images(shape_.with(0, n));
  const i64 elements = shape_.stride0();
  T* x = images.mutable_data();
  T values[256];
  for (int i = 0; i < 256; ++i) values[i] = from_byte<T>(i, low_, high_);
  const u8* bytes = pixels().data();
  parallel_for(n, std::max<i64>(1, 131072 / elements), [&](i64 begin, i64 end) {
    for (i64 i = begin; i < end; ++i) {
      const i64 index = indices[static_cast<std::size_t>(i)];
      const u8* from = bytes + index * elements;
      if (flipped_ && (draws.bits("flips", index).v[0] & 1))
        convert_mirrored(from, shape_, values, x + i * elements);
      else
        convert(from, elements, values, x + i * elements);
    }
  });
  return {{{"x", images}, {"labels", detail::labels_of<T>(content_->annotations, indices)}},
          {indices.begin(), indices.end()}};
}

template BasicBatch<float> Images::batch(std::span<const i64>, const Draws&) const;
template BasicBatch<double> Images::batch(std::span<const i64>, const Draws&) const;

Loader Images::batches(i64 batch_size) const { return Loader(*this, {.batch_size = batch_size}); }

}  // namespace gan::data
