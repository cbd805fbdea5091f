// Images: images of one size in memory, one byte per channel, together with their labels and captions. It is a value
// type: copies share the memory, and each transform returns new images.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gan/data/annotations.hpp"
#include "gan/data/source.hpp"

namespace gan::data {

class Loader;

/// A rectangle of pixels.
struct Window {
  i64 top = 0, left = 0, height = 0, width = 0;
};

class Images {
 public:
  Images() = default;
  /// Images (N, H, W, C), row-major, given as bytes. Throws ShapeError if the number of bytes does not match the shape
  /// or an extent is 0, ValueError for annotations that do not fit.
  Images(std::vector<u8> pixels, Shape shape, Annotations annotations = {});

  /// Rounds images (N, H, W, C) in [low, high] to the nearest bytes; the data set keeps that range. Values outside it
  /// are clamped, and NaN becomes low. Throws ShapeError for tensors that are not images, ValueError unless low < high.
  static Images from_tensor(const Tensor<float>& images, float low, float high);

  /// Number of images.
  i64 size() const { return shape_.rank() == 0 ? 0 : shape_[0]; }
  /// (N, H, W, C).
  const Shape& shape() const { return shape_; }
  i64 height() const { return extent(1); }
  i64 width() const { return extent(2); }
  i64 channels() const { return extent(3); }
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
  /// A checksum of everything that batches are made from: shape, numbers, range, labels and whether they are flipped.
  std::string checksum() const;
  /// The number of classes, if there are labels.
  Facts facts() const { return content_ ? detail::facts_of(content_->annotations) : Facts{}; }
  /// Names of the classes; empty without labels.
  const std::vector<std::string>& classes() const;
  float low() const { return low_; }
  float high() const { return high_; }

  /// Resizes every image to size x size: bilinear, antialiased when shrinking, first horizontally, then vertically,
  /// rounded to bytes after each pass (the same numbers as Pillow's BILINEAR). Throws ValueError unless 1 <= size <=
  /// 65536.
  Images resize(i64 size) const;
  /// Pads every image with `pixels` pixels of this value on each of its four sides: pad(2) turns MNIST's 28 x 28 pixels
  /// into 32 x 32. Throws ValueError unless pixels >= 0 and no side grows beyond 65536.
  Images pad(i64 pixels, u8 value = 0) const;
  /// The pixels of this window of every image. Throws ValueError unless the window lies inside the images and is not
  /// empty.
  Images crop(const Window& window) const;
  /// Converts every image to 1 or 3 channels: grey is repeated; colour becomes the luma of ITU-R BT.601 (Pillow's "L").
  /// Throws ValueError for any other number, and if the images have neither 1 nor 3 channels.
  Images with_channels(i64 count) const;
  /// Sets the range to which batches map the bytes: 0 to `low` and 255 to `high`, by default -1 and 1. Throws
  /// ValueError unless both are finite and low < high.
  Images scale(float low, float high) const;
  /// Every image is mirrored left to right with probability 1/2, drawn anew in each epoch; false: none is.
  Images flipped(bool on = true) const;
  /// Whether images are mirrored at random.
  bool flips() const { return flipped_; }
  /// The first n images. Throws ValueError unless 1 <= n <= size().
  Images take(i64 n) const;
  /// The images at these indices, in this order, with their annotations. Throws ValueError for an index outside [0,
  /// size()), ShapeError for none.
  Images select(std::span<const i64> indices) const;

  /// The images with these indices, in this order: the part x (indices.size(), H, W, C), and labels (indices.size()) if
  /// there are any. Flipped images use the draws. Throws ValueError for an index outside [0, size()).
  template <class T = float>
  BasicBatch<T> batch(std::span<const i64> indices, const Draws& draws = {}) const;
  /// Batches in shuffled order; see Loader. Throws ValueError unless 1 <= size <= this->size().
  Loader batches(i64 size) const;

 private:
  struct Content {
    std::vector<u8> pixels;
    Annotations annotations;
  };
  i64 extent(int axis) const;
  /// The same images with other pixels.
  Images with_pixels(std::vector<u8> pixels, Shape shape) const;
  void check_index(i64 i, const char* what) const;

  std::shared_ptr<const Content> content_;
  Shape shape_;
  float low_ = -1, high_ = 1;
  bool flipped_ = false;
};

extern template BasicBatch<float> Images::batch(std::span<const i64>, const Draws&) const;
extern template BasicBatch<double> Images::batch(std::span<const i64>, const Draws&) const;

}  // namespace gan::data
