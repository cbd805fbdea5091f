// Dataset: images in memory, one byte per channel, with what is known about them. A value: copies share the bytes, and
// each transform returns a new data set.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gan/data/batch.hpp"

namespace gan::data {

enum class Split { train, test };

/// What may come with the images; each list is empty or has one entry per image.
struct Annotations {
  std::vector<i64> labels;            ///< class numbers, 0 <= label < classes.size()
  std::vector<std::string> classes;   ///< name of each class; required when there are labels
  std::vector<std::string> captions;  ///< a sentence per image
};

class Loader;

class Dataset {
 public:
  Dataset() = default;
  /// Images (N, H, W, C), row-major, from their bytes. Throws ShapeError when the number of bytes is another or an
  /// extent is 0, ValueError for annotations that do not fit.
  Dataset(std::vector<u8> pixels, Shape shape, Annotations annotations = {});

  /// Number of images.
  i64 size() const { return shape_.rank() == 0 ? 0 : shape_[0]; }
  /// (N, H, W, C).
  const Shape& shape() const { return shape_; }
  i64 height() const { return shape_[1]; }
  i64 width() const { return shape_[2]; }
  i64 channels() const { return shape_[3]; }
  /// The bytes of all images, or of image i in [0, size()); (H, W, C) row-major. They belong to this data set and its
  /// copies.
  std::span<const u8> pixels() const&;
  std::span<const u8> pixels() && = delete;
  std::span<const u8> image(i64 i) const;

  bool labelled() const { return content_ != nullptr && !content_->annotations.labels.empty(); }
  bool captioned() const { return content_ != nullptr && !content_->annotations.captions.empty(); }
  /// Class number of image i. Throws ValueError without labels or for i outside [0, size()).
  i64 label(i64 i) const;
  /// Caption of image i. Throws as label().
  const std::string& caption(i64 i) const;
  /// Names of the classes; empty without labels.
  const std::vector<std::string>& classes() const;
  float low() const { return low_; }
  float high() const { return high_; }

  /// Every image at size x size: bilinear, antialiased when it shrinks, horizontal then vertical, rounded to bytes
  /// after each (the numbers of Pillow's BILINEAR). Throws ValueError unless 1 <= size <= 65536.
  Dataset resize(i64 size) const;
  /// Batches map byte 0 to `low` and 255 to `high`, by default -1 and 1. Throws ValueError unless both are finite and
  /// low < high.
  Dataset scale(float low, float high) const;
  /// The first n images. Throws ValueError unless 1 <= n <= size().
  Dataset take(i64 n) const;

  /// The images with these indices, in this order; x is (indices.size(), H, W, C). Throws ValueError for an index
  /// outside [0, size()).
  template <class T = float>
  BasicBatch<T> batch(std::span<const i64> indices) const;
  /// Batches in shuffled order; see Loader. Throws ValueError unless 1 <= size <= this->size().
  Loader batches(i64 size) const;

 private:
  struct Content {
    std::vector<u8> pixels;
    Annotations annotations;
  };
  void check_index(i64 i, const char* what) const;

  std::shared_ptr<const Content> content_;
  Shape shape_;
  float low_ = -1, high_ = 1;
};

extern template BasicBatch<float> Dataset::batch(std::span<const i64>) const;
extern template BasicBatch<double> Dataset::batch(std::span<const i64>) const;

}  // namespace gan::data
