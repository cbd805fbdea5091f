// See ops/reduce.hpp.
#include "gan/ops/map.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/reduce.hpp"

#include <algorithm>

namespace gan {
namespace detail {

Shape align(const Shape& shape, int rank) {
  Shape out = shape;
  while (out.rank() < rank) out = out.prepend(1);
  return out;
}

Shape reduced(const Shape& shape, std::span<const int> axes, const char* op) {
  Shape out = shape;
  if (axes.empty())
    for (int i = 0; i < out.rank(); ++i) out = out.with(i, 1);
  for (const int axis : axes) {
    GAN_CHECK_SHAPE(axis >= -shape.rank() && axis < shape.rank(), op, "no axis " + std::to_string(axis), shape);
    out = out.with(axis, 1);
  }
  return out;
}

Shape squeezed(const Shape& shape, std::span<const int> axes) {
  i64 extents[Shape::max_rank];
  int n = 0;
  for (int i = 0; i < shape.rank(); ++i) {
    const bool dropped = axes.empty() || std::any_of(axes.begin(), axes.end(), [&](int a) {
                           return a == i || a + shape.rank() == i;
                         });
    if (!dropped) extents[n++] = shape[i];
  }
  return {extents, n};
}

}  // namespace detail

}  // namespace gan
