// Sums over axes, and broadcasting, which is their adjoint; sums along an axis.
#pragma once

#include "gan/backend/kernels.hpp"
#include "gan/ops/map.hpp"

namespace gan {

template <class T>
Tensor<T> reshape(const Tensor<T>& x, Shape shape);
template <class T>
Tensor<T> affine(const Tensor<T>& x, double scale, double shift);
template <class T>
Tensor<T> broadcast_to(const Tensor<T>& x, Shape shape);

namespace detail {
/// `shape` padded in front with extents of 1 to `rank` axes.
Shape align(const Shape& shape, int rank);
/// `shape` with the extents of `axes` set to 1; negative axes count from the end, and no axes means all. Throws
/// ShapeError naming op.
Shape reduced(const Shape& shape, std::span<const int> axes, const char* op);
/// `shape` without the axes in `axes`.
Shape squeezed(const Shape& shape, std::span<const int> axes);
}  // namespace detail

/// x summed to `shape`, which must broadcast to x's shape: the adjoint of broadcast_to. Returns x if shapes are equal.
template <class T>
Tensor<T> sum_to(const Tensor<T>& x, Shape shape) {
  detail::require_defined("sum_to", x);
  if (x.shape() == shape) return x;
  GAN_CHECK_SHAPE(shape.rank() <= x.rank() && broadcast_shapes(shape, x.shape(), "sum_to") == x.shape(), "sum_to",
                  "the shape does not broadcast to the tensor's", x.shape(), shape);
  Tensor<T> y(shape, x.device());
  kernels<T>(x.device()).sum_to(x.shape(), detail::align(shape, x.rank()), x.data(), y.mutable_data());
  return record<T>("sum_to", y, {x}, save::none,
                   [from = x.shape()](auto& g, auto&) { return Tensors<T>{broadcast_to(g, from)}; });
}

/// x repeated along axes of extent 1 (and new leading axes) to `shape`: the adjoint of sum_to.
template <class T>
Tensor<T> broadcast_to(const Tensor<T>& x, Shape shape) {
  detail::require_defined("broadcast_to", x);
  if (x.shape() == shape) return x;
  GAN_CHECK_SHAPE(x.rank() <= shape.rank() && broadcast_shapes(x.shape(), shape, "broadcast_to") == shape,
                  "broadcast_to", "the tensor does not broadcast to the shape", x.shape(), shape);
  const Shape from = detail::align(x.shape(), shape.rank());
  Strides strides = {};
  i64 run = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides[i] = from[i] == 1 ? 0 : run;
    run *= from[i];
  }
  Tensor<T> y(shape, x.device());
  kernels<T>(x.device()).gather_strided(shape, strides, 0, x.data(), y.mutable_data());
  return record<T>("broadcast_to", y, {x}, save::none,
                   [to = x.shape()](auto& g, auto&) { return Tensors<T>{sum_to(g, to)}; });
}

/// The sum of all elements, shape ().
template <class T>
Tensor<T> sum(const Tensor<T>& x) {
  detail::require_defined("sum", x);
  return sum_to(x, Shape{});
}
/// The mean of all elements, shape ().
template <class T>
Tensor<T> mean(const Tensor<T>& x) {
  detail::require_defined("mean", x);
  return affine(sum_to(x, Shape{}), 1.0 / static_cast<double>(x.size()), 0);
}

/// The sum over the given axes (negative ones count from the end), which are dropped, or kept with extent 1.
template <class T>
Tensor<T> sum(const Tensor<T>& x, std::initializer_list<int> axes, bool keep = false) {
  detail::require_defined("sum", x);
  const std::span<const int> which(axes.begin(), axes.size());
  const Tensor<T> kept = sum_to(x, detail::reduced(x.shape(), which, "sum"));
  return keep ? kept : reshape(kept, detail::squeezed(x.shape(), which));
}
/// The mean over the given axes, as in sum.
template <class T>
Tensor<T> mean(const Tensor<T>& x, std::initializer_list<int> axes, bool keep = false) {
  detail::require_defined("mean", x);
  const Tensor<T> total = sum(x, axes, keep);
  return affine(total, static_cast<double>(total.size()) / static_cast<double>(x.size()), 0);
}

/// The sums along one axis (negative counts from the last) up to each element, itself included; with `reverse`, from
/// each element to the last. Throws ShapeError for an axis that x does not have.
template <class T>
Tensor<T> cumsum(const Tensor<T>& x, int axis, bool reverse = false) {
  detail::require_defined("cumsum", x);
  if (axis < 0) axis += x.rank();
  GAN_CHECK_SHAPE(axis >= 0 && axis < x.rank(), "cumsum", "there is no such axis", x.shape());
  i64 outer = 1, inner = 1;
  for (int i = 0; i < x.rank(); ++i) (i < axis ? outer : inner) *= i == axis ? 1 : x.shape(i);
  Tensor<T> y(x.shape(), x.device());
  kernels<T>(x.device()).cumsum(outer, x.shape(axis), inner, reverse, x.data(), y.mutable_data());
  return record<T>("cumsum", y, {x}, save::none,
                   [axis, reverse](auto& g, auto&) { return Tensors<T>{cumsum(g, axis, !reverse)}; });
}

#define GAN_REDUCE(T)                                                                        \
  GAN_EXTERN_OP template Tensor<T> cumsum(const Tensor<T>&, int, bool);                      \
  GAN_EXTERN_OP template Tensor<T> sum_to(const Tensor<T>&, Shape);                          \
  GAN_EXTERN_OP template Tensor<T> broadcast_to(const Tensor<T>&, Shape);                    \
  GAN_EXTERN_OP template Tensor<T> sum(const Tensor<T>&);                                    \
  GAN_EXTERN_OP template Tensor<T> mean(const Tensor<T>&);                                   \
  GAN_EXTERN_OP template Tensor<T> sum(const Tensor<T>&, std::initializer_list<int>, bool);  \
  GAN_EXTERN_OP template Tensor<T> mean(const Tensor<T>&, std::initializer_list<int>, bool);
GAN_FOR_SCALARS(GAN_REDUCE)
#undef GAN_REDUCE

}  // namespace gan
