// Images sampled at given positions (Jaderberg et al. 2015, spatial transformers). Built of ops: differentiable in the
// images and in the positions, to every order.
#pragma once

#include "gan/ops/conv.hpp"
#include "gan/ops/indexing.hpp"

namespace gan {

/// What grid_sample finds outside an image.
enum class GridPadding {
  zeros,
  border,      ///< the nearest pixel of the image
  reflection,  ///< the image mirrored at its outer edges, again and again
};

namespace detail {
/// Positions in pixels along an axis, moved into the image as the padding says.
template <class T>
Tensor<T> positions_inside(const Tensor<T>& at, i64 extent, GridPadding padding) {
  const double size = static_cast<double>(extent);
  if (padding == GridPadding::zeros) return at;
  if (padding == GridPadding::border) return clamp(at, 0, size - 1);
  const Tensor<T> edge = affine(at, 1, 0.5);  // from the outer edge; repeats after twice the size
  const Tensor<T> repeats = map(affine(edge, 0.5 / size, 0), functor::Floor{}, "grid_sample");
  const Tensor<T> there_and_back = sub(edge, affine(repeats, 2 * size, 0));
  const Tensor<T> mirrored = affine(abs(affine(there_and_back, -1, size)), -1, size);
  return clamp(affine(mirrored, 1, -0.5), 0, size - 1);
}

/// The two pixels along one axis between which each position lies: their numbers, as indices, and their weights.
template <class T>
struct GridNeighbours {
  Tensor<T> index[2], weight[2];

  /// at (…): positions in pixels, 0 is the centre of the first.
  GridNeighbours(const Tensor<T>& at, i64 extent) {
    const Tensor<T> low = map(at, functor::Floor{}, "grid_sample");  // piecewise constant: no history
    const Tensor<T> past = sub(at, low);
    for (const int i : {0, 1}) {
      const Tensor<T> pixel = affine(low, 1, i);
      const Tensor<T> inside = map(pixel, functor::Inside{0, static_cast<double>(extent - 1)}, "grid_sample");
      index[i] = map(pixel, functor::AsIndex{extent}, "grid_sample");
      weight[i] = mul(i == 0 ? affine(past, -1, 1) : past, inside);
    }
  }
};
}  // namespace detail

/// Bilinear samples: images (N, H, W, C), grid (N, P, Q, 2) → (N, P, Q, C). grid[n, p, q] is a position (x, y) in image
/// n, where -1 and 1 are the outer edges of its first and last pixels (PyTorch's align_corners=False). The derivative
/// in the grid is that of the pieces between pixels. Throws ShapeError, also for images without pixels and for more
/// than 2^31 pixels of floats, and DeviceError unless both are on one device.
template <class T>
Tensor<T> grid_sample(const Tensor<T>& images, const Tensor<T>& grid, GridPadding padding = GridPadding::zeros) {
  GAN_CHECK_SHAPE(images.rank() == 4 && grid.rank() == 4 && grid.shape(0) == images.shape(0) && grid.shape(3) == 2,
                  "grid_sample", "images (N, H, W, C) and a grid (N, P, Q, 2) are needed", images.shape(),
                  grid.shape());
  GAN_CHECK_SHAPE(images.shape(1) > 0 && images.shape(2) > 0, "grid_sample", "images without pixels", images.shape());
  detail::require_device_of(images, "grid_sample", grid);
  const i64 n = images.shape(0), h = images.shape(1), w = images.shape(2), c = images.shape(3);
  detail::require_countable(n * h * w, std::max({n, h, w}), sizeof(T), "grid_sample");
  const auto neighbours = [&](int coordinate, i64 extent) {
    const double half = static_cast<double>(extent) / 2;
    const Tensor<T> at = affine(slice(grid, 3, coordinate, coordinate + 1), half, half - 0.5);
    return detail::GridNeighbours<T>(detail::positions_inside(at, extent, padding), extent);
  };
  const auto x = neighbours(0, w), y = neighbours(1, h);
  const Tensor<T> image = map(reshape(arange<T>(n, images.device()), Shape{n, 1, 1, 1}), functor::AsIndex{n});
  const Tensor<T> pixels = reshape(images, Shape{n * h * w, c});
  Tensor<T> total;
  for (const int i : {0, 1})
    for (const int j : {0, 1}) {
      const Tensor<T> in_image = map(y.index[i], x.index[j], functor::FlatIndex{w}, "grid_sample");
      const Tensor<T> pixel = map(image, in_image, functor::FlatIndex{h * w}, "grid_sample");
      const Tensor<T> colours = reshape(detail::gather(pixels, detail::row_index(pixel)), grid.shape().with(3, c));
      const Tensor<T> part = mul(colours, mul(y.weight[i], x.weight[j]));
      total = total.defined() ? add(total, part) : part;
    }
  return total;
}

/// The grid for grid_sample of affine maps: theta (N, 2, 3), size P x Q → (N, P, Q, 2), with the position theta[n] (x,
/// y, 1) for the centre (x, y) of each of the P Q pixels, in [-1, 1] as in grid_sample. The identity is {1, 0, 0, 0, 1,
/// 0}. Throws ShapeError.
template <class T>
Tensor<T> affine_grid(const Tensor<T>& theta, Size2 size) {
  GAN_CHECK_SHAPE(theta.rank() == 3 && theta.shape(1) == 2 && theta.shape(2) == 3, "affine_grid",
                  "maps (N, 2, 3) are needed", theta.shape());
  const i64 n = theta.shape(0), p = size.h, q = size.w;
  const auto centres = [&](i64 extent) {
    const double step = 2 / static_cast<double>(extent);
    return affine(arange<T>(extent, theta.device()), step, step / 2 - 1);
  };
  const Shape plane{p, q, 1};
  const Tensor<T> x = broadcast_to(reshape(centres(q), Shape{1, q, 1}), plane);
  const Tensor<T> y = broadcast_to(reshape(centres(p), Shape{p, 1, 1}), plane);
  const Tensor<T> at = reshape(concat({x, y, Tensor<T>::ones(plane, theta.device())}, 2), Shape{p * q, 3});
  // Positions are no place for the rounding of faster modes.
  const Tensor<T> to = detail::matmul(reshape(theta, Shape{n * 2, 3}), at, {false, true}, MathMode::fp32);
  return permute(reshape(to, Shape{n, 2, p, q}), {0, 2, 3, 1});
}

#define GAN_GRID_SAMPLE(T)                                                                       \
  GAN_EXTERN_OP template Tensor<T> grid_sample(const Tensor<T>&, const Tensor<T>&, GridPadding); \
  GAN_EXTERN_OP template Tensor<T> affine_grid(const Tensor<T>&, Size2);
GAN_FOR_SCALARS(GAN_GRID_SAMPLE)
#undef GAN_GRID_SAMPLE

}  // namespace gan
