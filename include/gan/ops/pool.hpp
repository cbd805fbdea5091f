// Pooling over images (N, H, W, C), maxout, and nearest-neighbour upsampling, which is the adjoint of summing tiles.
#pragma once

#include "gan/ops/conv.hpp"

namespace gan {

struct PoolGeometry {
  Size2 kernel = 2;
  Size2 stride = 2;
  Padding padding = 0;  ///< explicit; average pooling counts the padding, max pooling never selects it
};

namespace detail {
/// Throws ShapeError naming op.
PoolShape pool_shape(const Shape& x, const PoolGeometry& geometry, const char* op);
/// Which element of its image each window selects (Kernels::max_pool_index), on the images' device.
using PoolIndex = std::shared_ptr<const Storage<i32>>;

template <class T>
Tensor<T> max_unpool(const Tensor<T>& y, const PoolIndex& index, const PoolShape& p);

/// The elements of the images x (N, H, W, C) that `index` names → (N, OH, OW, C).
template <class T>
Tensor<T> max_pool_gather(const Tensor<T>& x, const PoolIndex& index, const PoolShape& p) {
  Tensor<T> y(Shape{p.n, p.oh, p.ow, p.c}, x.device());
  kernels<T>(x.device())
      .max_pool_gather(p.n, p.oh * p.ow * p.c, p.h * p.w * p.c, index->data, x.data(), y.mutable_data());
  return record<T>("max_pool_gather", y, {x}, save::none,
                   [index, p](auto& g, auto&) { return Tensors<T>{max_unpool(g, index, p)}; });
}
/// The adjoint of max_pool_gather.
template <class T>
Tensor<T> max_unpool(const Tensor<T>& y, const PoolIndex& index, const PoolShape& p) {
  Tensor<T> x(Shape{p.n, p.h, p.w, p.c}, y.device());
  kernels<T>(y.device()).max_unpool(p, index->data, y.data(), x.mutable_data());
  return record<T>("max_unpool", x, {y}, save::none,
                   [index, p](auto& g, auto&) { return Tensors<T>{max_pool_gather(g, index, p)}; });
}

template <class T>
Tensor<T> sum_pool_input(const Tensor<T>& y, const PoolShape& p);
template <class T>
Tensor<T> sum_pool(const Tensor<T>& x, const PoolShape& p) {
  Tensor<T> y(Shape{p.n, p.oh, p.ow, p.c}, x.device());
  kernels<T>(x.device()).sum_pool(p, x.data(), y.mutable_data());
  return record<T>("sum_pool", y, {x}, save::none,
                   [p](auto& g, auto&) { return Tensors<T>{sum_pool_input(g, p)}; });
}
template <class T>
Tensor<T> sum_pool_input(const Tensor<T>& y, const PoolShape& p) {
  Tensor<T> x(Shape{p.n, p.h, p.w, p.c}, y.device());
  kernels<T>(y.device()).sum_pool_input(p, y.data(), x.mutable_data());
  return record<T>("sum_pool_input", x, {y}, save::none,
                   [p](auto& g, auto&) { return Tensors<T>{sum_pool(g, p)}; });
}
}  // namespace detail

/// The maximum of each window: (N, H, W, C) → (N, OH, OW, C). The first element in a tie gets the gradient.
template <class T>
Tensor<T> max_pool2d(const Tensor<T>& x, const PoolGeometry& geometry = {}) {
  const PoolShape p = detail::pool_shape(x.shape(), geometry, "max_pool2d");
  const auto index = std::make_shared<const detail::Storage<i32>>(Shape{p.n, p.oh, p.ow, p.c}, x.device());
  kernels<T>(x.device()).max_pool_index(p, x.data(), index->data);
  return detail::max_pool_gather<T>(x, index, p);
}

/// The mean of each window, padding included: (N, H, W, C) → (N, OH, OW, C).
template <class T>
Tensor<T> avg_pool2d(const Tensor<T>& x, const PoolGeometry& geometry = {}) {
  const PoolShape p = detail::pool_shape(x.shape(), geometry, "avg_pool2d");
  return affine(detail::sum_pool(x, p), 1.0 / static_cast<double>(p.kh * p.kw), 0);
}

/// The maximum of each group of `pieces` neighbours (Goodfellow et al. 2013): (…, units * pieces) → (…, units). The
/// first element in a tie gets the gradient. Throws ShapeError if pieces does not divide the last axis.
template <class T>
Tensor<T> maxout(const Tensor<T>& x, i64 pieces) {
  GAN_CHECK_SHAPE(x.rank() >= 1 && x.size() > 0 && pieces >= 1 && x.shape(-1) % pieces == 0, "maxout",
                  "the last axis must hold whole groups of " + std::to_string(pieces), x.shape());
  const i64 n = x.rank() == 1 ? 1 : x.shape(0);
  const Tensor<T> groups = reshape(x, Shape{n, x.size() / (n * pieces), pieces, 1});
  return reshape(max_pool2d(groups, {.kernel = {1, pieces}, .stride = {1, pieces}}),
                 x.shape().with(-1, x.shape(-1) / pieces));
}

/// Nearest-neighbour upsampling, which repeats every pixel: (N, H, W, C) → (N, f H, f W, C).
template <class T>
Tensor<T> upsample_nearest(const Tensor<T>& x, Size2 factor) {
  GAN_CHECK_SHAPE(x.rank() == 4 && factor.h >= 1 && factor.w >= 1, "upsample_nearest",
                  "an image (N, H, W, C) and factors of at least 1 are needed", x.shape());
  const Shape out = x.shape()
                        .with(1, checked_multiply(x.shape(1), factor.h, "upsample_nearest"), "upsample_nearest")
                        .with(2, checked_multiply(x.shape(2), factor.w, "upsample_nearest"), "upsample_nearest");
  const PoolShape p{out[0], out[1], out[2], out[3], x.shape(1), x.shape(2), factor.h, factor.w, factor.h, factor.w};
  return detail::sum_pool_input(x, p);
}

#define GAN_POOL(T)                                                                                                  \
  GAN_EXTERN_OP template Tensor<T> detail::max_pool_gather(const Tensor<T>&, const detail::PoolIndex&,               \
                                                           const PoolShape&);                                        \
  GAN_EXTERN_OP template Tensor<T> detail::max_unpool(const Tensor<T>&, const detail::PoolIndex&, const PoolShape&); \
  GAN_EXTERN_OP template Tensor<T> detail::sum_pool(const Tensor<T>&, const PoolShape&);                             \
  GAN_EXTERN_OP template Tensor<T> detail::sum_pool_input(const Tensor<T>&, const PoolShape&);                       \
  GAN_EXTERN_OP template Tensor<T> max_pool2d(const Tensor<T>&, const PoolGeometry&);                                \
  GAN_EXTERN_OP template Tensor<T> avg_pool2d(const Tensor<T>&, const PoolGeometry&);                                \
  GAN_EXTERN_OP template Tensor<T> maxout(const Tensor<T>&, i64);                                                    \
  GAN_EXTERN_OP template Tensor<T> upsample_nearest(const Tensor<T>&, Size2);
GAN_FOR_SCALARS(GAN_POOL)
#undef GAN_POOL

}  // namespace gan
