// See core/shape.hpp.
#include "gan/core/shape.hpp"

#include <algorithm>

#include "gan/core/error.hpp"

namespace gan {

namespace {
[[noreturn]] void refuse(const char* op, const std::string& what) {
  throw ShapeError(std::string("[") + op + "] " + what);
}
std::string list(const i64* extents, int rank) {
  std::string text = "(";
  for (int i = 0; i < rank; ++i) text += (i == 0 ? "" : ", ") + std::to_string(extents[i]);
  return text + ")";
}
}  // namespace

i64 checked_add(i64 a, i64 b, const char* op) {
  i64 sum;
  if (__builtin_add_overflow(a, b, &sum))
    refuse(op, std::to_string(a) + " + " + std::to_string(b) + " is too large for an extent");
  return sum;
}

i64 checked_multiply(i64 a, i64 b, const char* op) {
  i64 product;
  if (__builtin_mul_overflow(a, b, &product))
    refuse(op, std::to_string(a) + " * " + std::to_string(b) + " is too large for an extent");
  return product;
}

Shape::Shape(const i64* extents, int rank, const char* op) {
  if (rank < 0 || rank > max_rank) refuse(op, std::to_string(rank) + " axes; a tensor has at most 6");
  i64 size = 1;
  for (int i = 0; i < rank; ++i) {
    if (extents[i] < 0) refuse(op, "axis " + std::to_string(i) + " has a negative extent: " + list(extents, rank));
    if (extents[i] > 0 && (__builtin_mul_overflow(size, extents[i], &size) || size > max_size))
      refuse(op, "the extents " + list(extents, rank) + " have a product above " + std::to_string(max_size) +
                     ", the largest number of elements");
    extents_[i] = extents[i];
  }
  rank_ = rank;
}

Shape Shape::prepend(i64 extent) const {
  i64 extents[max_rank + 1] = {extent};
  std::copy(begin(), end(), extents + 1);
  return {extents, rank_ + 1};
}

Shape Shape::tail() const { return rank_ == 0 ? Shape{} : Shape(extents_ + 1, rank_ - 1); }

Shape Shape::with(int axis, i64 extent, const char* op) const {
  i64 extents[max_rank] = {};
  std::copy(begin(), end(), extents);
  extents[axis < 0 ? axis + rank_ : axis] = extent;
  return {extents, rank_, op};
}

std::string to_string(const Shape& shape) { return list(shape.begin(), shape.rank()); }

Shape broadcast_shapes(const Shape& a, const Shape& b, const char* op) {
  const int rank = std::max(a.rank(), b.rank());
  i64 out[Shape::max_rank] = {};
  for (int i = 1; i <= rank; ++i) {
    const i64 x = i <= a.rank() ? a[-i] : 1;
    const i64 y = i <= b.rank() ? b[-i] : 1;
    GAN_CHECK_SHAPE(x == y || x == 1 || y == 1, op, "shapes do not broadcast", a, b);
    out[rank - i] = x == 1 ? y : x;
  }
  return {out, rank, op};
}

}  // namespace gan
