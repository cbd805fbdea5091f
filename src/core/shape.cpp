// See core/shape.hpp.
#include "gan/core/shape.hpp"

#include <algorithm>

#include "gan/core/error.hpp"

namespace gan {

Shape::Shape(const i64* extents, int rank) {
  if (rank < 0 || rank > max_rank)
    throw ShapeError("[Shape] " + std::to_string(rank) + " axes; a tensor has at most 6");
  for (int i = 0; i < rank; ++i) {
    if (extents[i] < 0) throw ShapeError("[Shape] axis " + std::to_string(i) + " has a negative extent");
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

Shape Shape::with(int axis, i64 extent) const {
  Shape s = *this;
  s[axis] = extent;
  return s;
}

std::string to_string(const Shape& shape) {
  std::string text = "(";
  for (int i = 0; i < shape.rank(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + ")";
}

Shape broadcast_shapes(const Shape& a, const Shape& b, const char* op) {
  Shape out = a.rank() >= b.rank() ? a : b;
  for (int i = 1; i <= out.rank(); ++i) {
    const i64 x = i <= a.rank() ? a[-i] : 1;
    const i64 y = i <= b.rank() ? b[-i] : 1;
    GAN_CHECK_SHAPE(x == y || x == 1 || y == 1, op, "shapes do not broadcast", a, b);
    out[-i] = x == 1 ? y : x;
  }
  return out;
}

}  // namespace gan
