// Points: vectors of numbers in memory, with their labels. For generated points see data/mixtures.hpp.
#pragma once

#include <memory>

#include "gan/data/annotations.hpp"
#include "gan/data/source.hpp"

namespace gan::data {

class Loader;

/// Points (N, D). A value type: copies share the memory. Its batches hold the part x (n, D), these numbers unchanged,
/// and labels (n) if there are any.
class Points {
 public:
  Points() = default;
  /// Row-major values. Throws ShapeError if their number does not match the shape or an extent is 0, ValueError for
  /// annotations that do not fit and for values that are not finite.
  Points(std::vector<float> values, Shape shape, Annotations annotations = {});

  /// Number of points.
  i64 size() const { return shape_.rank() == 0 ? 0 : shape_[0]; }
  /// (N, D).
  const Shape& shape() const { return shape_; }
  /// The numbers of all points, row-major. The span is valid as long as this object or a copy of it exists.
  std::span<const float> values() const&;
  std::span<const float> values() && = delete;
  bool labelled() const { return content_ != nullptr && !content_->annotations.labels.empty(); }
  /// The label of point i. Throws ValueError if there are no labels or i is outside [0, size()).
  i64 label(i64 i) const;
  /// Names of the classes; empty without labels.
  const std::vector<std::string>& classes() const;

  /// The first n points. Throws ValueError unless 1 <= n <= size().
  Points take(i64 n) const;
  /// The points with these indices. Throws ValueError for an index outside [0, size()).
  template <class T = float>
  BasicBatch<T> batch(std::span<const i64> indices, const Draws& = {}) const;
  /// A checksum of shape, numbers and labels.
  std::string checksum() const;
  /// The number of classes, if there are labels.
  Facts facts() const { return content_ ? detail::facts_of(content_->annotations) : Facts{}; }
  /// Batches in shuffled order; see Loader. Throws ValueError unless 1 <= size <= this->size().
  Loader batches(i64 size) const;

 private:
  struct Content {
    std::vector<float> values;
    Annotations annotations;
  };
  std::shared_ptr<const Content> content_;
  Shape shape_;
};

extern template BasicBatch<float> Points::batch(std::span<const i64>, const Draws&) const;
extern template BasicBatch<double> Points::batch(std::span<const i64>, const Draws&) const;

}  // namespace gan::data
