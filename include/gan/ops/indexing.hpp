// Entries selected by their numbers, along any axis. Numbers that a program knows are a std::vector<i64>; numbers that
// are computed are whole numbers in a tensor on the device, and become indices there, without the host. Negative axes
// count from the last. All throw gan::Error for an undefined tensor.
#pragma once

#include <algorithm>

#include "gan/ops/indexing_functors.hpp"
#include "gan/ops/shape.hpp"

namespace gan {

/// 0, 1, …, n - 1 as a tensor (n), computed on the device; exact up to 2^24 in float. Throws ShapeError for a negative
/// n.
template <class T>
Tensor<T> arange(i64 n, Device device = Device::cpu()) {
  Tensor<T> y = Tensor<T>::zeros(Shape{n}, device);
  for (i64 done = 1; done < n; done *= 2) {  // each step appends what there is, shifted
    const Tensor<T> more = affine(y.view(Shape{std::min(done, n - done)}), 1, static_cast<double>(done));
    kernels<T>(device).scatter_strided(more.shape(), Strides{1}, done, more.data(), y.mutable_data(), 0);
  }
  return y;
}

/// Tensors of one shape along a new axis, which comes before the present axis of that number: stack({a, b}, 0) is (2,
/// …). Negative axes count from the last of the result. Throws ShapeError if there are none, their shapes differ, or
/// there is no such axis; ValueError for an undefined tensor.
template <class T>
Tensor<T> stack(const Tensors<T>& parts, int axis = 0) {
  if (parts.empty()) throw ShapeError("[stack] nothing to stack");
  const Shape first = parts[0].shape();
  if (axis < 0) axis += first.rank() + 1;
  GAN_CHECK_SHAPE(axis >= 0 && axis <= first.rank(), "stack", "no such axis", first);
  i64 extents[Shape::max_rank + 1] = {};
  for (int i = 0; i < first.rank(); ++i) extents[i < axis ? i : i + 1] = first[i];
  extents[axis] = 1;
  const Shape with_axis(extents, first.rank() + 1, "stack");
  Tensors<T> entries;
  for (const auto& part : parts) {
    detail::require_defined("stack", part);
    GAN_CHECK_SHAPE(part.shape() == first, "stack", "shapes differ", first, part.shape());
    entries.push_back(reshape(part, with_axis));
  }
  return concat(entries, axis);
}
/// The same for stack({a, b}).
template <class T>
Tensor<T> stack(std::initializer_list<Tensor<T>> parts, int axis = 0) {
  return stack(Tensors<T>(parts), axis);
}

namespace detail {
/// The axis split off: x of this shape is (outer, extent, inner). Throws ShapeError naming op if there is no such axis.
struct SplitAxis {
  int axis;
  i64 outer = 1, extent, inner = 1;
  SplitAxis(const Shape& shape, int which, const char* op);
};
/// Throws ShapeError naming op if the numbers of `rows` rows, of which each axis has at most `extent` entries, do not
/// fit what functor::IndexOf holds of numbers of this many bytes.
void require_countable(i64 rows, i64 extent, std::size_t bytes, const char* op);
/// Copies indices, which the functors above made, to where gather and scatter_add read them; the host does not wait.
template <class T>
RowIndex row_index(const Tensor<T>& indices);
}  // namespace detail

/// Entries index[i] of an axis: (…, R, …) → (…, index.size(), …). Throws ShapeError for an axis that x does not have,
/// ValueError for an index outside [0, R).
template <class T>
Tensor<T> index_select(const Tensor<T>& x, const std::vector<i64>& index, int axis = 0) {
  detail::require_defined("index_select", x);
  const detail::SplitAxis s(x.shape(), axis, "index_select");
  const i64 n = static_cast<i64>(index.size());
  std::vector<i64> rows;
  rows.reserve(index.size() * static_cast<std::size_t>(s.outer));
  for (i64 o = 0; o < s.outer; ++o)
    for (const i64 i : index) {
      if (i < 0 || i >= s.extent)
        throw ValueError("[index_select] index " + std::to_string(i) + " outside axis " + std::to_string(s.axis) +
                         " of " + to_string(x.shape()));
      rows.push_back(o * s.extent + i);
    }
  const Tensor<T> entries = reshape(x, Shape{s.outer * s.extent, s.inner});
  return reshape(detail::gather(entries, detail::row_index(rows, x.device())), x.shape().with(s.axis, n));
}

/// Along axis 1 of three, y[i, j, k] = x[i, index[i, j, k], k], and likewise for others: x (…, R, …), index (…, n, …)
/// of whole numbers, equal in all other axes → the shape of index. Throws ShapeError, also for more than 2^31 floats or
/// an extent above 2^24, DeviceError unless both are on one device, and on the CPU ValueError for an index that is no
/// whole number in [0, R). On another device the host does not see the indices, and what an invalid one selects is NaN.
template <class T>
Tensor<T> gather(const Tensor<T>& x, const Tensor<T>& index, int axis) {
  detail::require_defined("gather", x, index);
  detail::require_device_of(x, "gather", index);
  const detail::SplitAxis s(x.shape(), axis, "gather");
  GAN_CHECK_SHAPE(index.rank() == x.rank() && index.shape().with(s.axis, s.extent) == x.shape(), "gather",
                  "the other axes must agree", x.shape(), index.shape());
  GAN_CHECK_SHAPE(s.extent > 0 || index.size() == 0, "gather", "nothing to select from", x.shape(), index.shape());
  detail::require_countable(x.size(), std::max({s.outer, s.extent, s.inner}), sizeof(T), "gather");
  const bool seen = x.device().is_cpu();
  if (seen) detail::class_numbers(index.to_vector(), s.extent, "gather", "index");
  const Shape shape{s.outer, index.shape(s.axis), s.inner};
  const auto numbers = [&](i64 n) { return map(arange<T>(n, x.device()), functor::AsIndex{n}, "gather"); };
  const Tensor<T> entry = map(reshape(detach(index), shape), functor::AsIndex{s.extent}, "gather");
  const Tensor<T> row =
      map(reshape(numbers(s.outer), Shape{s.outer, 1, 1}), entry, functor::FlatIndex{s.extent}, "gather");
  const Tensor<T> flat = map(row, numbers(s.inner), functor::FlatIndex{s.inner}, "gather");
  const Tensor<T> y = detail::gather(reshape(x, Shape{x.size(), 1}), detail::row_index(flat));
  const Tensor<T> selected = reshape(y, index.shape());
  return seen ? selected : add(selected, map(index, functor::NanUnlessIndex{s.extent}, "gather"));
}

#define GAN_INDEXING(T)                                                                          \
  extern template detail::RowIndex detail::row_index(const Tensor<T>&);                          \
  GAN_EXTERN_OP template Tensor<T> arange(i64, Device);                                          \
  GAN_EXTERN_OP template Tensor<T> stack(const Tensors<T>&, int);                                \
  GAN_EXTERN_OP template Tensor<T> index_select(const Tensor<T>&, const std::vector<i64>&, int); \
  GAN_EXTERN_OP template Tensor<T> gather(const Tensor<T>&, const Tensor<T>&, int);
GAN_FOR_SCALARS(GAN_INDEXING)
#undef GAN_INDEXING

}  // namespace gan
