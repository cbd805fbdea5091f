// Dataset: checks and batches. Its image transforms are in dataset_transform.cpp.
#include "gan/data/dataset.hpp"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "gan/core/parallel.hpp"
#include "gan/data/loader.hpp"

namespace gan::data {
namespace {

std::string count_of(std::size_t n, const char* what) { return std::to_string(n) + " " + what; }

void check_annotations(const Annotations& a, i64 size) {
  const auto n = static_cast<std::size_t>(size);
  if (!a.labels.empty() && a.labels.size() != n)
    throw ValueError("[Dataset] " + count_of(a.labels.size(), "labels") + " for " + count_of(n, "images"));
  if (!a.captions.empty() && a.captions.size() != n)
    throw ValueError("[Dataset] " + count_of(a.captions.size(), "captions") + " for " + count_of(n, "images"));
  for (i64 label : a.labels) {
    if (label < 0 || label >= static_cast<i64>(a.classes.size()))
      throw ValueError("[Dataset] label " + std::to_string(label) + " with " + count_of(a.classes.size(), "classes"));
  }
}

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

Dataset::Dataset(std::vector<u8> pixels, Shape shape, Annotations annotations) : shape_(shape) {
  GAN_CHECK_SHAPE(shape.rank() == 4 && shape.size() > 0, "Dataset", "images need extents (N, H, W, C), none of them 0",
                  shape);
  if (static_cast<i64>(pixels.size()) != shape.size())
    throw ShapeError("[Dataset] " + count_of(pixels.size(), "bytes") + " for images " + to_string(shape));
  check_annotations(annotations, shape[0]);
  content_ = std::make_shared<const Content>(Content{std::move(pixels), {}, std::move(annotations)});
}

Dataset Dataset::from_images(const Tensor<float>& images, float low, float high) {
  GAN_CHECK_SHAPE(images.defined() && images.rank() == 4 && images.size() > 0, "Dataset::from_images",
                  "images (n, h, w, c) are needed", images.shape());
  std::vector<u8> bytes;
  bytes.reserve(static_cast<std::size_t>(images.size()));
  for (const float v : images.to_vector()) {
    const double scaled = (static_cast<double>(v) - low) / (static_cast<double>(high) - low) * 255;
    bytes.push_back(scaled > 0 ? static_cast<u8>(std::nearbyint(std::min(scaled, 255.0))) : u8{0});  // NaN is not > 0
  }
  return Dataset(std::move(bytes), images.shape()).scale(low, high);
}

Dataset Dataset::points(std::vector<float> values, Shape shape, Annotations annotations) {
  GAN_CHECK_SHAPE(shape.rank() == 2 && shape.size() > 0, "Dataset::points",
                  "points need extents (N, D), none of them 0", shape);
  if (static_cast<i64>(values.size()) != shape.size())
    throw ShapeError("[Dataset::points] " + count_of(values.size(), "values") + " for points " + to_string(shape));
  for (float v : values)
    if (!std::isfinite(v)) throw ValueError("[Dataset::points] a value is " + std::to_string(v));
  check_annotations(annotations, shape[0]);
  Dataset d;
  d.content_ = std::make_shared<const Content>(Content{{}, std::move(values), std::move(annotations)});
  d.shape_ = shape;
  return d;
}

void Dataset::check_images(const char* what) const {
  if (is_points())
    throw ValueError("[Dataset::" + std::string(what) + "] this data set holds points " + to_string(shape_) +
                     ", not images");
}

i64 Dataset::extent(int axis, const char* what) const {
  check_images(what);
  return shape_[axis];
}

std::span<const float> Dataset::values() const& {
  if (!content_) return {};
  return std::span<const float>(content_->values).first(is_points() ? static_cast<std::size_t>(shape_.size()) : 0);
}

std::span<const u8> Dataset::pixels() const& {
  if (!content_) return {};
  check_images("pixels");
  return std::span<const u8>(content_->pixels).first(static_cast<std::size_t>(shape_.size()));
}

std::span<const u8> Dataset::image(i64 i) const {
  check_images("image");
  check_index(i, "image");
  return pixels().subspan(static_cast<std::size_t>(i * shape_.stride0()), static_cast<std::size_t>(shape_.stride0()));
}

void Dataset::check_index(i64 i, const char* what) const {
  if (i < 0 || i >= size())
    throw ValueError("[Dataset::" + std::string(what) + "] index " + std::to_string(i) + " of " +
                     std::to_string(size()) + (is_points() ? " points" : " images"));
}

i64 Dataset::label(i64 i) const {
  check_index(i, "label");
  if (!labelled()) throw ValueError("[Dataset::label] this data set has no labels");
  return content_->annotations.labels[static_cast<std::size_t>(i)];
}

const std::string& Dataset::caption(i64 i) const {
  check_index(i, "caption");
  if (!captioned()) throw ValueError("[Dataset::caption] this data set has no captions");
  return content_->annotations.captions[static_cast<std::size_t>(i)];
}

std::string Dataset::checksum() const {
  uLong crc = ::crc32_z(0, nullptr, 0);
  const auto add = [&crc](const void* bytes, std::size_t n) {
    if (n > 0) crc = ::crc32_z(crc, static_cast<const Bytef*>(bytes), n);  // a null pointer would reset the checksum
  };
  for (const i64 extent : shape_) add(&extent, sizeof extent);
  if (!is_points()) add(pixels().data(), pixels().size());
  add(values().data(), values().size_bytes());
  add(&low_, sizeof low_);
  add(&high_, sizeof high_);
  if (labelled())
    for (i64 i = 0; i < size(); ++i) add(&content_->annotations.labels[static_cast<std::size_t>(i)], sizeof(i64));
  char text[9];
  std::snprintf(text, sizeof text, "%08lx", static_cast<unsigned long>(crc));
  return text;
}

const std::vector<std::string>& Dataset::classes() const {
  static const std::vector<std::string> none;
  return content_ ? content_->annotations.classes : none;
}

Dataset Dataset::scale(float low, float high) const {
  check_images("scale");
  if (!std::isfinite(low) || !std::isfinite(high) || !(low < high))
    throw ValueError("[Dataset::scale] range " + std::to_string(low) + " to " + std::to_string(high) +
                     "; low must be below high");
  Dataset scaled = *this;
  scaled.low_ = low;
  scaled.high_ = high;
  return scaled;
}

Dataset Dataset::take(i64 n) const {
  if (n < 1 || n > size())
    throw ValueError("[Dataset::take] " + std::to_string(n) + " of " + std::to_string(size()) +
                     (is_points() ? " points" : " images"));
  Dataset first = *this;
  first.shape_ = shape_.with(0, n);
  return first;
}

template <class T>
BasicBatch<T> Dataset::batch(std::span<const i64> indices, const std::vector<bool>& mirrored) const {
  if (!content_) throw ValueError("[Dataset::batch] the data set is empty");
  for (i64 i : indices) check_index(i, "batch");
  if (!mirrored.empty()) check_images("batch");
  if (!mirrored.empty() && mirrored.size() != indices.size())
    throw ValueError("[Dataset::batch] " + count_of(mirrored.size(), "choices to mirror") + " for " +
                     count_of(indices.size(), "images"));
  const auto n = static_cast<i64>(indices.size());
  BasicBatch<T> b{Tensor<T>(shape_.with(0, n)), {}, {indices.begin(), indices.end()}};
  const i64 elements = shape_.stride0();
  T* x = b.x.mutable_data();
  if (is_points()) {
    for (i64 i : indices) {
      const float* from = content_->values.data() + i * elements;
      x = std::copy(from, from + elements, x);
    }
  } else {
    T values[256];
    for (int i = 0; i < 256; ++i) values[i] = static_cast<T>(low_ + (double{high_} - low_) * i / 255);
    const u8* bytes = pixels().data();
    parallel_for(n, std::max<i64>(1, 131072 / elements), [&](i64 begin, i64 end) {
      for (i64 i = begin; i < end; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const u8* from = bytes + indices[k] * elements;
        if (!mirrored.empty() && mirrored[k])
          convert_mirrored(from, shape_, values, x + i * elements);
        else
          convert(from, elements, values, x + i * elements);
      }
    });
  }
  if (labelled()) {
    b.labels = Tensor<T>({n});
    T* labels = b.labels.mutable_data();
    for (i64 i = 0; i < n; ++i) labels[i] = static_cast<T>(label(indices[static_cast<std::size_t>(i)]));
  }
  return b;
}

template BasicBatch<float> Dataset::batch(std::span<const i64>, const std::vector<bool>&) const;
template BasicBatch<double> Dataset::batch(std::span<const i64>, const std::vector<bool>&) const;

Loader Dataset::batches(i64 batch_size) const { return Loader(*this, {.batch_size = batch_size}); }

}  // namespace gan::data
