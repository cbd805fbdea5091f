// See nn/virtual_batch_norm.hpp.
#include "gan/nn/virtual_batch_norm.hpp"

#include "gan/ops/elementwise.hpp"

namespace gan {

template <class T>
BasicVirtualBatchNorm<T>::BasicVirtualBatchNorm(i64 channels, VirtualBatchNormOptions o)
    : weight(Shape{channels}, Param<T>::Kind::weight, o.gamma),
      bias(Shape{channels}, Param<T>::Kind::bias, initializer::constant(0)),
      epsilon(o.epsilon),
      activation(o.activation) {}

template <class T>
Tensor<T> BasicVirtualBatchNorm<T>::operator()(const Tensor<T>& x, Pass& p) const {
  weight.require_ready("VirtualBatchNorm");
  const i64 n = p.reference_rows;
  if (n < 1) throw ValueError("[VirtualBatchNorm] the pass has no reference batch; call it within a VirtualBatch");
  GAN_CHECK_SHAPE((x.rank() == 2 || x.rank() == 4) && x.shape(-1) == weight.size() && x.shape(0) >= n,
                  "VirtualBatchNorm", "the reference and further rows, (N, C) or (N, H, W, C), are needed", x.shape(),
                  weight.shape());
  const i64 channels = x.shape(-1), all = x.shape(0);
  const Tensor<T> pixels = reshape(x, Shape{all, x.size() / (all * channels), channels});
  // Mean and variance of each example, (N, 1, C), and of the reference, (1, 1, C).
  const Tensor<T> own = mean(pixels, {1}, true), spread = mean(square(pixels - own), {1}, true);
  const Tensor<T> centres = rows(own, 0, n), centre = mean(centres, {0}, true);
  const Tensor<T> variance = mean(rows(spread, 0, n) + square(centres - centre), {0}, true);
  // The mean of squares less the square of the mean, of a mixture of the two: written with differences of means, it
  // loses no digits where means are large.
  const double share = 1 / static_cast<double>(n + 1);
  const Tensor<T> away = rows(own, n, all) - centre;
  const Tensor<T> live_mean = centre + away * share;
  const Tensor<T> live_variance =
      rows(spread, n, all) * share + variance * (1 - share) + square(away) * (share * (1 - share));
  const Shape each{n, 1, channels};
  const Tensor<T> means = concat<T>({broadcast_to(centre, each), live_mean});
  const Tensor<T> variances = concat<T>({broadcast_to(variance, each), live_variance});
  const Tensor<T> normal = (pixels - means) * rsqrt(variances + epsilon);
  const Tensor<T> y = activate(normal * weight.tensor() + bias.tensor(), activation.activation, activation.slope);
  return traced("VirtualBatchNorm", reshape(y, x.shape()), p, weight, bias);
}

template struct BasicVirtualBatchNorm<float>;
template struct BasicVirtualBatchNorm<double>;

}  // namespace gan
