// See ops/indexing.hpp.
#include "gan/ops/shape.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/indexing.hpp"

#include <bit>

namespace gan::detail {

SplitAxis::SplitAxis(const Shape& shape, int which, const char* op)
    : axis(which < 0 ? which + shape.rank() : which), extent(0) {
  GAN_CHECK_SHAPE(axis >= 0 && axis < shape.rank(), op, "no axis " + std::to_string(which), shape);
  extent = shape[axis];
  for (int i = 0; i < axis; ++i) outer *= shape[i];
  for (int i = axis + 1; i < shape.rank(); ++i) inner *= shape[i];
}

void require_countable(i64 rows, i64 extent, std::size_t bytes, const char* op) {
  if (bytes == sizeof(float) && (rows > INT32_MAX || extent > i64{1} << 24))
    throw ShapeError("[" + std::string(op) + "] " + std::to_string(rows) + " rows and axes of up to " +
                     std::to_string(extent) + " entries are more than indices of floats can number; use smaller parts");
}

template <class T>
RowIndex row_index(const Tensor<T>& indices) {
  static_assert(std::endian::native == std::endian::little, "the low part of an index comes first");
  constexpr i64 parts = sizeof(i64) / sizeof(T);
  const i64 n = indices.size();
  const auto made = std::make_shared<const Storage<i64>>(Shape{n}, indices.device());
  kernels<T>(indices.device())
      .scatter_strided(Shape{n}, Strides{parts}, 0, indices.data(), reinterpret_cast<T*>(made->data), n * parts);
  return made;
}
template RowIndex row_index(const Tensor<float>&);
template RowIndex row_index(const Tensor<double>&);

}  // namespace gan::detail
