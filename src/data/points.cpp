// See data/points.hpp.
#include "gan/data/points.hpp"

#include <algorithm>
#include <cmath>

#include "gan/data/loader.hpp"
#include "src/data/checksum.hpp"

namespace gan::data {

Points::Points(std::vector<float> values, Shape shape, Annotations annotations) : shape_(shape) {
  GAN_CHECK_SHAPE(shape.rank() == 2 && shape.size() > 0, "Points", "points need extents (N, D), none of them 0", shape);
  if (static_cast<i64>(values.size()) != shape.size())
    throw ShapeError("[Points] " + std::to_string(values.size()) + " values for points " + to_string(shape));
  for (const float v : values)
    if (!std::isfinite(v)) throw ValueError("[Points] a value is " + std::to_string(v));
  detail::check_annotations("Points", annotations, shape[0]);
  content_ = std::make_shared<const Content>(Content{std::move(values), std::move(annotations)});
}

std::span<const float> Points::values() const& {
  if (!content_) return {};
  return std::span<const float>(content_->values).first(static_cast<std::size_t>(shape_.size()));
}

i64 Points::label(i64 i) const {
  if (i < 0 || i >= size())
    throw ValueError("[Points::label] index " + std::to_string(i) + " of " + std::to_string(size()) + " points");
  if (!labelled()) throw ValueError("[Points::label] these points have no labels");
  return content_->annotations.labels[static_cast<std::size_t>(i)];
}

const std::vector<std::string>& Points::classes() const {
  static const std::vector<std::string> none;
  return content_ ? content_->annotations.classes : none;
}

Points Points::take(i64 n) const {
  if (n < 1 || n > size())
    throw ValueError("[Points::take] " + std::to_string(n) + " of " + std::to_string(size()) + " points");
  Points first = *this;
  first.shape_ = shape_.with(0, n);
  return first;
}

template <class T>
BasicBatch<T> Points::batch(std::span<const i64> indices, const Draws&) const {
  if (!content_) throw ValueError("[Points::batch] there are no points");
  detail::require_indices("Points", indices, size());
  Tensor<T> x(shape_.with(0, static_cast<i64>(indices.size())));
  T* to = x.mutable_data();
  for (const i64 i : indices) to = std::copy_n(content_->values.data() + i * shape_[1], shape_[1], to);
  return {{{"x", x}, {"labels", detail::labels_of<T>(content_->annotations, indices)}},
          {indices.begin(), indices.end()}};
}

template BasicBatch<float> Points::batch(std::span<const i64>, const Draws&) const;
template BasicBatch<double> Points::batch(std::span<const i64>, const Draws&) const;

std::string Points::checksum() const {
  Checksum sum;
  sum.add(shape_);
  sum.add(values().data(), values().size_bytes());
  constexpr float range[] = {-1, 1};  // as in the first version, which had one class for points and for images
  sum.add(range, sizeof range);
  if (labelled()) sum.add(content_->annotations.labels.data(), static_cast<std::size_t>(size()) * sizeof(i64));
  return sum.text();
}

Loader Points::batches(i64 batch_size) const { return Loader(*this, {.batch_size = batch_size}); }

}  // namespace gan::data
