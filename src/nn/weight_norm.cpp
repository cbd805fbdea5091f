// See nn/weight_norm.hpp.
#include "gan/nn/weight_norm.hpp"

namespace gan::detail {

Shape only_axis(const Shape& shape, int axis) {
  Shape only = shape;
  for (int i = 0; i < shape.rank(); ++i)
    if (i != axis) only = only.with(i, 1);
  return only;
}

template <class T>
Tensor<T> directions(const Tensor<T>& v, int axis) {
  return v / sqrt(sum_to(square(v), only_axis(v.shape(), axis)));
}

template <class T>
void normalize_outputs(const Tensor<T>& t, const Tensor<T>& gain, const Tensor<T>& bias) {
  constexpr double least_variance = 1e-10;
  const Tensor<T> rows = reshape(t, Shape{t.size() / t.shape(-1), t.shape(-1)});
  const Tensor<T> centre = mean(rows, {0});
  const Tensor<T> scale = rsqrt(mean(square(rows - centre), {0}) + least_variance);
  Tensor<T> g = gain, b = bias;
  g.copy_from(reshape(scale, gain.shape()));
  if (b.defined()) b.copy_from(-(centre * scale));
}

#define GAN_WEIGHT_NORM(T)                              \
  template Tensor<T> directions(const Tensor<T>&, int); \
  template void normalize_outputs(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&);
GAN_WEIGHT_NORM(float)
GAN_WEIGHT_NORM(double)
#undef GAN_WEIGHT_NORM

}  // namespace gan::detail
