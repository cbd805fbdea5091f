// Moving elements without changing them. reshape and slices of the leading axis share memory; all others copy. Axes
// count from 0; where a docstring says so, negative axes count from the last. All throw gan::Error for an undefined
// tensor.
#pragma once

#include "gan/ops/reduce.hpp"

namespace gan {

/// The same elements in row-major order with another shape, sharing memory. One extent may be -1, which is inferred.
/// Throws ShapeError if the sizes differ or no inferred extent fits.
template <class T>
Tensor<T> reshape(const Tensor<T>& x, std::initializer_list<i64> extents);
template <class T>
Tensor<T> reshape(const Tensor<T>& x, Shape shape) {
  detail::require_defined("reshape", x);
  GAN_CHECK_SHAPE(x.size() == shape.size(), "reshape", "sizes differ", x.shape(), shape);
  return record<T>("reshape", x.view(shape), {x}, save::none,
                   [](auto& g, auto& s) { return Tensors<T>{reshape(g, s.input_shape(0))}; });
}

namespace detail {
Shape infer(std::initializer_list<i64> extents, i64 size);
/// Strides, in elements, of a dense array of this shape.
Strides dense_strides(const Shape& shape);
/// Labels as integers. Throws ValueError for a label that is not an integer in [0, classes); `noun` says what it is.
template <class T>
std::vector<i64> class_numbers(const std::vector<T>& labels, i64 classes, const char* op, const char* noun = "label");
}  // namespace detail

template <class T>
Tensor<T> reshape(const Tensor<T>& x, std::initializer_list<i64> extents) {
  detail::require_defined("reshape", x);
  return reshape(x, detail::infer(extents, x.size()));
}

/// Merges all axes but the first, sharing memory: (N, …) → (N, rest). Throws ShapeError for a scalar.
template <class T>
Tensor<T> flatten(const Tensor<T>& x) {
  GAN_CHECK_SHAPE(x.rank() >= 1, "flatten", "a leading axis is needed", x.shape());
  return reshape(x, Shape{x.shape(0), x.shape().stride0()});
}

/// A copy with the axes in another order: output axis i is input axis order[i], counted from 0. Throws ShapeError
/// unless `order` names every axis of x once.
template <class T>
Tensor<T> permute(const Tensor<T>& x, std::vector<int> order) {
  detail::require_defined("permute", x);
  GAN_CHECK_SHAPE(static_cast<int>(order.size()) == x.rank(), "permute", "one number per axis is needed", x.shape());
  const Strides dense = detail::dense_strides(x.shape());
  Strides strides = {};
  i64 extents[Shape::max_rank] = {};
  std::vector<int> inverse(order.size(), -1);
  for (int i = 0; i < x.rank(); ++i) {
    const int from = order[static_cast<std::size_t>(i)];
    GAN_CHECK_SHAPE(from >= 0 && from < x.rank() && inverse[static_cast<std::size_t>(from)] < 0, "permute",
                    "the order must name every axis once", x.shape());
    inverse[static_cast<std::size_t>(from)] = i;
    extents[i] = x.shape(from);
    strides[i] = dense[from];
  }
  const Shape shape(extents, x.rank());
  Tensor<T> y(shape, x.device());
  kernels<T>(x.device()).gather_strided(shape, strides, 0, x.data(), y.mutable_data());
  return record<T>("permute", y, {x}, save::none,
                   [inverse](auto& g, auto&) { return Tensors<T>{permute(g, inverse)}; });
}
/// The transpose of a matrix as a copy: (R, C) → (C, R). Throws ShapeError unless x has two axes.
template <class T>
Tensor<T> transpose(const Tensor<T>& x) {
  detail::require_defined("transpose", x);
  return permute(x, {1, 0});
}

template <class T>
Tensor<T> pad(const Tensor<T>& x, int axis, i64 before, i64 after);

/// Entries begin … end - 1 of one axis (negative counts from the last), which remains an axis of extent end - begin,
/// also if that is 0 or 1. A slice of axis 0 shares memory with x; others are copies. Throws ShapeError for an axis
/// that x does not have, and unless 0 <= begin <= end <= the extent of the axis.
template <class T>
Tensor<T> slice(const Tensor<T>& x, int axis, i64 begin, i64 end) {
  if (axis < 0) axis += x.rank();
  if (axis < 0 || axis >= x.rank() || begin < 0 || begin > end || end > x.shape(axis)) [[unlikely]]
    throw ShapeError("[slice] the range lies outside the tensor: " + to_string(x.shape()) + ", entries " +
                     std::to_string(begin) + " to " + std::to_string(end) + " of axis " + std::to_string(axis));
  const Shape shape = x.shape().with(axis, end - begin);
  Tensor<T> y;
  if (axis == 0) {
    y = x.view(shape, begin * x.shape().stride0());
  } else {
    const Strides strides = detail::dense_strides(x.shape());
    y = Tensor<T>(shape, x.device());
    kernels<T>(x.device()).gather_strided(shape, strides, begin * strides[axis], x.data(), y.mutable_data());
  }
  return record<T>("slice", y, {x}, save::none, [axis, begin, rest = x.shape(axis) - end](auto& g, auto&) {
    return Tensors<T>{pad(g, axis, begin, rest)};
  });
}
/// Entries begin … end - 1 of the leading axis, sharing memory. Throws as slice does.
template <class T>
Tensor<T> rows(const Tensor<T>& x, i64 begin, i64 end) {
  detail::require_defined("rows", x);
  return slice(x, 0, begin, end);
}

/// x with `before` zeros in front and `after` behind along one axis (negative counts from the last): the adjoint of
/// slice. Throws ShapeError for an axis that x does not have, for negative padding, and if the result would have more
/// elements than a Shape can.
template <class T>
Tensor<T> pad(const Tensor<T>& x, int axis, i64 before, i64 after) {
  if (axis < 0) axis += x.rank();
  GAN_CHECK_SHAPE(axis >= 0 && axis < x.rank() && before >= 0 && after >= 0, "pad",
                  "the axis must exist and padding must not be negative", x.shape());
  const i64 extent = checked_add(checked_add(x.shape(axis), before, "pad"), after, "pad");
  const Shape shape = x.shape().with(axis, extent, "pad");
  const Strides strides = detail::dense_strides(shape);
  Tensor<T> y(shape, x.device());
  kernels<T>(x.device())
      .scatter_strided(x.shape(), strides, before * strides[axis], x.data(), y.mutable_data(), y.size());
  return record<T>("pad", y, {x}, save::none, [axis, before, n = x.shape(axis)](auto& g, auto&) {
    return Tensors<T>{slice(g, axis, before, before + n)};
  });
}

/// Tensors concatenated along one axis (negative counts from the last), on the device of the first. Throws ShapeError
/// if there are none, if the axis does not exist, or if other extents differ; ValueError for an undefined tensor.
template <class T>
Tensor<T> concat(const Tensors<T>& parts, int axis = 0) {
  if (parts.empty()) throw ShapeError("[concat] nothing to join");
  const Shape first = parts[0].shape();
  if (axis < 0) axis += first.rank();
  GAN_CHECK_SHAPE(axis >= 0 && axis < first.rank(), "concat", "no such axis", first);
  i64 total = 0;
  for (const auto& p : parts) {
    detail::require_defined("concat", p);
    GAN_CHECK_SHAPE(p.rank() == first.rank() && p.shape().with(axis, first[axis]) == first, "concat",
                    "the other axes must agree", first, p.shape());
    total = checked_add(total, p.shape(axis), "concat");
  }
  const Shape shape = first.with(axis, total, "concat");
  Tensor<T> y(shape, parts[0].device());
  T* to = y.mutable_data();
  i64 inner = 1, outer = 1;
  for (int i = axis + 1; i < shape.rank(); ++i) inner *= shape[i];
  for (int i = 0; i < axis; ++i) outer *= shape[i];
  i64 start = 0;
  std::vector<i64> starts;
  for (const auto& part : parts) {
    starts.push_back(start);
    const Tensor<T> p = part.to(y.device());
    const Strides strides{total * inner, 1};
    kernels<T>(y.device())
        .scatter_strided(Shape{outer, p.shape(axis) * inner}, strides, start * inner, p.data(), to, 0);
    start += p.shape(axis);
  }
  return record<T>("concat", y, parts, save::none, [axis, starts](auto& g, auto& s) {
    Tensors<T> out(starts.size());
    for (std::size_t i = 0; i < starts.size(); ++i)
      if (s.needs(static_cast<int>(i)))
        out[i] = slice(g, axis, starts[i], starts[i] + s.input_shape(static_cast<int>(i))[axis]);
    return out;
  });
}

/// The same for concat({a, b}).
template <class T>
Tensor<T> concat(std::initializer_list<Tensor<T>> parts, int axis = 0) {
  return concat(Tensors<T>(parts), axis);
}

namespace detail {
/// Row indices, on the device where they are used; shared by an op and its derivatives.
using RowIndex = std::shared_ptr<const Storage<i64>>;
/// Copies an index to a device; waits for the device unless it is the CPU.
RowIndex row_index(const std::vector<i64>& index, Device device);

template <class T>
Tensor<T> scatter_add(const Tensor<T>& x, const RowIndex& index, i64 rows);
template <class T>
Tensor<T> gather(const Tensor<T>& x, const RowIndex& index) {
  Tensor<T> y(x.shape().with(0, index->size, "gather"), x.device());
  kernels<T>(x.device()).gather_rows(index->size, x.shape().stride0(), index->data, x.data(), y.mutable_data());
  return record<T>("gather", y, {x}, save::none, [index, rows = x.shape(0)](auto& g, auto&) {
    return Tensors<T>{scatter_add(g, index, rows)};
  });
}
template <class T>
Tensor<T> scatter_add(const Tensor<T>& x, const RowIndex& index, i64 rows) {
  Tensor<T> y(x.shape().with(0, rows, "scatter_add"), x.device());
  kernels<T>(x.device())
      .scatter_add_rows(index->size, x.shape().stride0(), index->data, x.data(), y.mutable_data(), rows);
  return record<T>("scatter_add", y, {x}, save::none,
                   [index](auto& g, auto&) { return Tensors<T>{gather(g, index)}; });
}
}  // namespace detail

/// Copies row index[i] of x to row i: x (R, …) → (index.size(), …). Throws ShapeError for a scalar, ValueError for an
/// index outside [0, R).
template <class T>
Tensor<T> gather(const Tensor<T>& x, const std::vector<i64>& index) {
  GAN_CHECK_SHAPE(x.rank() >= 1, "gather", "a leading axis is needed", x.shape());
  for (const i64 i : index)
    if (i < 0 || i >= x.shape(0))
      throw ValueError("[gather] index " + std::to_string(i) + " outside the rows of " + to_string(x.shape()));
  return detail::gather(x, detail::row_index(index, x.device()));
}

/// Adds row i of x to row index[i] of a zero tensor with `rows` rows: the adjoint of gather. Throws ShapeError
/// unless there is one index per row of x, ValueError for an index outside [0, rows).
template <class T>
Tensor<T> scatter_add(const Tensor<T>& x, const std::vector<i64>& index, i64 rows) {
  GAN_CHECK_SHAPE(x.rank() >= 1 && x.shape(0) == static_cast<i64>(index.size()), "scatter_add",
                  "one index per row is needed", x.shape(), Shape{static_cast<i64>(index.size())});
  for (const i64 i : index)
    if (i < 0 || i >= rows)
      throw ValueError("[scatter_add] index " + std::to_string(i) + " outside " + std::to_string(rows) + " rows");
  return detail::scatter_add(x, detail::row_index(index, x.device()), rows);
}

/// Images (N, H, W, C factor^2) → (N, factor H, factor W, C): channel c factor^2 + i factor + j of a pixel becomes
/// channel c at row i, column j of a square of pixels, in PyTorch's order (Shi et al. 2016). Throws ShapeError.
template <class T>
Tensor<T> pixel_shuffle(const Tensor<T>& x, i64 factor) {
  GAN_CHECK_SHAPE(x.rank() == 4 && factor >= 1 && x.shape(3) % factor == 0 && x.shape(3) / factor % factor == 0 &&
                      (factor == 1 || x.shape(3) > 0),
                  "pixel_shuffle",
                  "images (N, H, W, C) of a multiple of " + std::to_string(factor) + "^2 channels are needed",
                  x.shape());
  const i64 n = x.shape(0), h = x.shape(1), w = x.shape(2), c = x.shape(3) / (factor * factor);
  const Tensor<T> squares = permute(reshape(x, Shape{n, h, w, c, factor, factor}), {0, 1, 4, 2, 5, 3});
  return reshape(squares, Shape{n, h * factor, w * factor, c});
}

namespace detail {
/// one_hot of labels that are not looked at: a row without a class is zeros.
template <class T>
Tensor<T> one_hot(const Tensor<T>& labels, i64 classes) {
  Tensor<T> y(Shape{labels.size(), classes}, labels.device());
  kernels<T>(labels.device()).one_hot(labels.size(), classes, labels.data(), y.mutable_data());
  return y;
}
}  // namespace detail

/// One-hot rows on the CPU: class numbers (N) → (N, classes). Throws ValueError for a class outside [0, classes),
/// ShapeError for a negative number of classes.
template <class T>
Tensor<T> one_hot(const std::vector<i64>& labels, i64 classes);
/// The same for labels (N) that are class numbers as floats, as batches store them; the result is on their device.
/// Throws ShapeError, and ValueError for a label that is not an integer in [0, classes). While a turn is recorded, or
/// traced before that (train/turn_graphs.hpp), the host cannot check labels on a device: an invalid one gives zeros.
template <class V, class T = typename V::value_type>
requires std::same_as<V, Tensor<T>> Tensor<T> one_hot(const V& labels, i64 classes) {
  GAN_CHECK_SHAPE(labels.rank() == 1 && classes >= 1, "one_hot", "labels (N) and at least one class are needed",
                  labels.shape());
  if (labels.device().is_cpu() || detail::call_trace() == nullptr)
    detail::class_numbers(labels.to_vector(), classes, "one_hot");
  return detail::one_hot(labels, classes);
}

#define GAN_SHAPE_OPS(T)                                                                                \
  GAN_EXTERN_OP template Tensor<T> reshape(const Tensor<T>&, Shape);                                    \
  GAN_EXTERN_OP template Tensor<T> reshape(const Tensor<T>&, std::initializer_list<i64>);               \
  GAN_EXTERN_OP template Tensor<T> flatten(const Tensor<T>&);                                           \
  GAN_EXTERN_OP template Tensor<T> permute(const Tensor<T>&, std::vector<int>);                         \
  GAN_EXTERN_OP template Tensor<T> transpose(const Tensor<T>&);                                         \
  GAN_EXTERN_OP template Tensor<T> slice(const Tensor<T>&, int, i64, i64);                              \
  GAN_EXTERN_OP template Tensor<T> rows(const Tensor<T>&, i64, i64);                                    \
  GAN_EXTERN_OP template Tensor<T> pad(const Tensor<T>&, int, i64, i64);                                \
  GAN_EXTERN_OP template Tensor<T> concat(const Tensors<T>&, int);                                      \
  GAN_EXTERN_OP template Tensor<T> detail::gather(const Tensor<T>&, const detail::RowIndex&);           \
  GAN_EXTERN_OP template Tensor<T> detail::scatter_add(const Tensor<T>&, const detail::RowIndex&, i64); \
  GAN_EXTERN_OP template Tensor<T> gather(const Tensor<T>&, const std::vector<i64>&);                   \
  GAN_EXTERN_OP template Tensor<T> scatter_add(const Tensor<T>&, const std::vector<i64>&, i64);         \
  GAN_EXTERN_OP template Tensor<T> pixel_shuffle(const Tensor<T>&, i64);                                \
  GAN_EXTERN_OP template Tensor<T> detail::one_hot(const Tensor<T>&, i64);                              \
  extern template std::vector<i64> detail::class_numbers(const std::vector<T>&, i64, const char*,       \
                                                         const char*);                                  \
  extern template Tensor<T> one_hot(const std::vector<i64>&, i64);
GAN_FOR_SCALARS(GAN_SHAPE_OPS)
#undef GAN_SHAPE_OPS

}  // namespace gan
