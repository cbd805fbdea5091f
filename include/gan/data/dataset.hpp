// Dataset: images in memory, one byte per channel, or points, together with their labels and captions. It is a value
// type: copies share the memory, and each transform returns a new data set.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gan/data/batch.hpp"

namespace gan::data {

enum class Split { train, test };

/// Optional annotations of the images or points; each list is empty or has one entry per image or point.
struct Annotations {
  std::vector<i64> labels;            ///< class numbers, 0 <= label < classes.size()
  std::vector<std::string> classes;   ///< name of each class; required if there are labels
  std::vector<std::string> captions;  ///< a sentence per image
};

class Loader;

class Dataset {
 public:
  Dataset() = default;
  /// Images (N, H, W, C), row-major, given as bytes. Throws ShapeError if the number of bytes does not match the shape
  /// or an extent is 0, ValueError for annotations that do not fit.
  Dataset(std::vector<u8> pixels, Shape shape, Annotations annotations = {});

  /// Rounds images (N, H, W, C) in [low, high] to the nearest bytes; the data set keeps that range. Values outside it
  /// are clamped, and NaN becomes low. Throws ShapeError for tensors that are not images, ValueError unless low < high.
  static Dataset from_images(const Tensor<float>& images, float low, float high);

  /// Points (N, D), row-major; batches hold these numbers unchanged. Members that apply only to images, from height()
  /// to resize(), then throw ValueError. Throws ShapeError if the number of values does not match the shape or an
  /// extent is 0, ValueError for annotations that do not fit and for values that are not finite.
  static Dataset points(std::vector<float> values, Shape shape, Annotations annotations = {});

  /// Number of images or points.
  i64 size() const { return shape_.rank() == 0 ? 0 : shape_[0]; }
  /// (N, H, W, C), or (N, D) for points.
  const Shape& shape() const { return shape_; }
  bool is_points() const { return content_ != nullptr && !content_->values.empty(); }
  i64 height() const { return extent(1, "height"); }
  i64 width() const { return extent(2, "width"); }
  i64 channels() const { return extent(3, "channels"); }
  /// The numbers of all points, row-major; empty if the data set holds images. The span is valid as long as this data
  /// set or a copy of it exists.
  std::span<const float> values() const&;
  std::span<const float> values() && = delete;
  /// The bytes of all images, or of image i in [0, size()); (H, W, C) row-major. The span is valid as long as this data
  /// set or a copy of it exists.
  std::span<const u8> pixels() const&;
  std::span<const u8> pixels() && = delete;
  std::span<const u8> image(i64 i) const;

  bool labelled() const { return content_ != nullptr && !content_->annotations.labels.empty(); }
  bool captioned() const { return content_ != nullptr && !content_->annotations.captions.empty(); }
  /// Class number of image i. Throws ValueError if there are no labels or i is outside [0, size()).
  i64 label(i64 i) const;
  /// Caption of image i. Throws as label().
  const std::string& caption(i64 i) const;
  /// A checksum of everything that batches are made from: shape, numbers, range and labels.
  std::string checksum() const;
  /// Names of the classes; empty without labels.
  const std::vector<std::string>& classes() const;
  float low() const { return low_; }
  float high() const { return high_; }

  /// Resizes every image to size x size: bilinear, antialiased when shrinking, first horizontally, then vertically,
  /// rounded to bytes after each pass (the same numbers as Pillow's BILINEAR). Throws ValueError unless 1 <= size <=
  /// 65536.
  Dataset resize(i64 size) const;
  /// Pads every image with `pixels` pixels of this value on each of its four sides: pad(2) turns MNIST's 28 x 28 pixels
  /// into 32 x 32. Throws ValueError unless pixels >= 0 and no side grows beyond 65536.
  Dataset pad(i64 pixels, u8 value = 0) const;
  /// Converts every image to 1 or 3 channels: grey is repeated; colour becomes the luma of ITU-R BT.601 (Pillow's "L").
  /// Throws ValueError for any other number, and if the images have neither 1 nor 3 channels.
  Dataset with_channels(i64 count) const;
  /// Sets the range to which batches map the bytes: 0 to `low` and 255 to `high`, by default -1 and 1. Throws
  /// ValueError unless both are finite and low < high, and for points.
  Dataset scale(float low, float high) const;
  /// The first n images or points. Throws ValueError unless 1 <= n <= size().
  Dataset take(i64 n) const;

  /// The images with these indices, in this order; x is (indices.size(), H, W, C), or (indices.size(), D) for points.
  /// If `mirrored` is given, image k is flipped left to right where mirrored[k] is true. Throws ValueError for an index
  /// outside [0, size()), a `mirrored` of a different length, and mirrored points.
  template <class T = float>
  BasicBatch<T> batch(std::span<const i64> indices, const std::vector<bool>& mirrored = {}) const;
  /// Batches in shuffled order; see Loader. Throws ValueError unless 1 <= size <= this->size().
  Loader batches(i64 size) const;

 private:
  struct Content {
    std::vector<u8> pixels;
    std::vector<float> values;  // of points, which have no pixels
    Annotations annotations;
  };
  void check_images(const char* what) const;
  i64 extent(int axis, const char* what) const;
  /// The same data set with other pixels.
  Dataset with_pixels(std::vector<u8> pixels, Shape shape) const;
  void check_index(i64 i, const char* what) const;

  std::shared_ptr<const Content> content_;
  Shape shape_;
  float low_ = -1, high_ = 1;
};

extern template BasicBatch<float> Dataset::batch(std::span<const i64>, const std::vector<bool>&) const;
extern template BasicBatch<double> Dataset::batch(std::span<const i64>, const std::vector<bool>&) const;

}  // namespace gan::data
