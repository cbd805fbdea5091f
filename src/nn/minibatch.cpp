// See nn/minibatch.hpp.
#include "gan/nn/minibatch.hpp"

#include <algorithm>

#include "gan/ops/elementwise.hpp"
#include "gan/ops/indexing.hpp"
#include "gan/ops/linear.hpp"

namespace gan {

template <class T>
BasicMinibatchDiscrimination<T>::BasicMinibatchDiscrimination(const MinibatchDiscriminationOptions& o)
    : projection(Shape{o.in, o.features, o.kernel}, Param<T>::Kind::weight, o.initializer, static_cast<double>(o.in),
                 static_cast<double>(o.features * o.kernel)),
      bias(Shape{o.features}, Param<T>::Kind::bias, initializer::constant(o.bias)) {
  if (o.in < 1 || o.features < 1 || o.kernel < 1)
    throw ValueError("[MinibatchDiscrimination] in, features and kernel must be at least 1: " + std::to_string(o.in) +
                     ", " + std::to_string(o.features) + ", " + std::to_string(o.kernel));
}

template <class T>
Tensor<T> BasicMinibatchDiscrimination<T>::operator()(const Tensor<T>& x, Pass& p) const {
  projection.require_ready("MinibatchDiscrimination");
  const i64 in = projection.shape(0), features = projection.shape(1), kernel = projection.shape(2);
  GAN_CHECK_SHAPE(x.rank() == 2 && x.shape(1) == in, "MinibatchDiscrimination", "rows (N, in) are needed", x.shape(),
                  projection.shape());
  constexpr double far = 1e6;  // e^-far is 0: no example is near itself
  const i64 n = x.shape(0), width = features * kernel;
  const Tensor<T> m = matmul(x, reshape(projection.tensor(), Shape{in, width}));
  const Tensor<T> apart = abs(reshape(m, Shape{n, 1, width}) - reshape(m, Shape{1, n, width}));
  const Tensor<T> distance = sum(reshape(apart, Shape{n * n, features, kernel}), {2});
  const Tensor<T> itself = reshape(detail::one_hot(arange<T>(n, x.device()), n), Shape{n, n, 1}) * far;
  const Tensor<T> near = exp(-(reshape(distance, Shape{n, n, features}) + itself));
  return traced("MinibatchDiscrimination", concat<T>({x, sum(near, {1}) + bias.tensor()}, 1), p, projection, bias);
}

template <class T>
Tensor<T> MinibatchStdDev::operator()(const Tensor<T>& x, Pass& p) const {
  GAN_CHECK_SHAPE(x.rank() == 4, "MinibatchStdDev", "images (N, H, W, C) are needed", x.shape());
  const i64 n = x.shape(0), size = std::min(group, n);
  GAN_CHECK_SHAPE(size >= 1 && n % size == 0, "MinibatchStdDev",
                  "groups of " + std::to_string(group) + " do not divide the batch", x.shape());
  const Tensor<T> members = reshape(x, Shape{size, n / size, x.size() / n});
  const Tensor<T> variance = mean(square(members - mean(members, {0}, true)), {0}, true);
  const Tensor<T> deviation = mean(sqrt(variance + epsilon), {2}, true);  // (1, groups, 1)
  const Tensor<T> plane = broadcast_to(deviation, Shape{size, n / size, x.shape(1) * x.shape(2)});
  const Tensor<T> y = concat<T>({x, reshape(plane, Shape{n, x.shape(1), x.shape(2), 1})}, 3);
  return traced("MinibatchStdDev", y, p);
}

#define GAN_MINIBATCH(T)                           \
  template struct BasicMinibatchDiscrimination<T>; \
  template Tensor<T> MinibatchStdDev::operator()(const Tensor<T>&, Pass&) const;
GAN_MINIBATCH(float)
GAN_MINIBATCH(double)
#undef GAN_MINIBATCH

}  // namespace gan
