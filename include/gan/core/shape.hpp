// Shape: the extents of a dense row-major array with at most six axes, stored inline.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

namespace gan {

using i64 = std::int64_t;
using u64 = std::uint64_t;
using i32 = std::int32_t;
using u32 = std::uint32_t;
using u8 = std::uint8_t;

/// a + b and a * b. Throw ShapeError naming `op` and both numbers if the result overflows.
i64 checked_add(i64 a, i64 b, const char* op);
i64 checked_multiply(i64 a, i64 b, const char* op);

class Shape {
 public:
  static constexpr int max_rank = 6;
  /// Upper limit on the number of elements and on the product of any of the extents: the size of that many doubles in
  /// bytes still fits an i64.
  static constexpr i64 max_size = INT64_MAX / 8;

  constexpr Shape() = default;
  /// Throws ShapeError, naming `op`, for more than six axes, a negative extent, or more than max_size elements. Axes of
  /// extent 0 are ignored in that count, so that products of the other extents fit, too.
  Shape(std::initializer_list<i64> extents) : Shape(extents.begin(), static_cast<int>(extents.size())) {}
  Shape(const i64* extents, int rank, const char* op = "Shape");

  /// Number of axes, 0 for a scalar.
  constexpr int rank() const { return rank_; }
  /// Extent of axis i; negative i counts from the last axis. No range check.
  constexpr i64 operator[](int i) const { return extents_[i < 0 ? i + rank_ : i]; }
  /// Number of elements; 1 for a scalar.
  constexpr i64 size() const {
    i64 n = 1;
    for (int i = 0; i < rank_; ++i) n *= extents_[i];
    return n;
  }
  /// Number of elements in one entry of the leading axis.
  constexpr i64 stride0() const { return rank_ == 0 || extents_[0] == 0 ? 1 : size() / extents_[0]; }
  constexpr bool operator==(const Shape& other) const {
    if (rank_ != other.rank_) return false;
    for (int i = 0; i < rank_; ++i)
      if (extents_[i] != other.extents_[i]) return false;
    return true;
  }
  constexpr const i64* begin() const { return extents_; }
  constexpr const i64* end() const { return extents_ + rank_; }

  /// This shape with an axis of `extent` in front. Throws as the constructor does.
  Shape prepend(i64 extent) const;
  /// This shape without its leading axis.
  Shape tail() const;
  /// This shape with the extent of one axis replaced; negative axes count from the last. Throws as the constructor
  /// does.
  Shape with(int axis, i64 extent, const char* op = "Shape") const;

 private:
  i64 extents_[max_rank] = {};
  int rank_ = 0;
};

/// "(64, 28, 28, 1)"; "()" for a scalar.
std::string to_string(const Shape& shape);

/// The shape that a and b broadcast to (NumPy's rule: align trailing axes, extents equal or 1). Throws ShapeError
/// naming `op` if they do not broadcast or the result has too many elements.
Shape broadcast_shapes(const Shape& a, const Shape& b, const char* op);

}  // namespace gan
