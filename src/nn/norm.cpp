// See nn/norm.hpp.
#include "gan/nn/norm.hpp"

namespace gan {

template <class T>
BasicBatchNorm<T>::BasicBatchNorm(i64 channels, BatchNormOptions o)
    : weight(Shape{channels}, Param<T>::Kind::weight, o.gamma),
      bias(Shape{channels}, Param<T>::Kind::bias, initializer::constant(0)),
      running_mean(Shape{channels}, Param<T>::Kind::buffer, initializer::constant(0)),
      running_var(Shape{channels}, Param<T>::Kind::buffer, initializer::constant(1)),
      momentum(o.momentum),
      epsilon(o.epsilon),
      activation(o.activation) {}

template <class T>
Tensor<T> BasicBatchNorm<T>::operator()(const Tensor<T>& x, Pass& p) const {
  weight.require_ready("BatchNorm");
  if (!p.batch_stats) {
    const Tensor<T> y =
        batch_norm_inference<T>(x, weight, bias, running_mean, running_var, epsilon, activation);
    return traced("BatchNorm", *this, y, p);
  }
  const BatchNormResult<T> result = batch_norm<T>(x, weight, bias, epsilon, activation);
  if (p.update_stats) {
    NoGrad constant;
    const double rows = static_cast<double>(x.size() / x.shape(-1));
    Tensor<T> mean = running_mean, variance = running_var;  // handles on the buffers
    mean.copy_from(add(affine(mean, 1 - momentum, 0), affine(result.mean, momentum, 0)));
    variance.copy_from(
        add(affine(variance, 1 - momentum, 0), affine(result.variance, momentum * rows / (rows - 1), 0)));
  }
  return traced("BatchNorm", *this, result.y, p);
}

template <class T>
BasicInstanceNorm<T>::BasicInstanceNorm(i64 width, InstanceNormOptions o)
    : channels(width), epsilon(o.epsilon), activation(o.activation) {
  if (!o.affine) return;
  weight = Param<T>(Shape{channels}, Param<T>::Kind::weight, initializer::constant(1));
  bias = Param<T>(Shape{channels}, Param<T>::Kind::bias, initializer::constant(0));
}

template <class T>
Tensor<T> BasicInstanceNorm<T>::operator()(const Tensor<T>& x, Pass& p) const {
  const Tensor<T> gamma = weight.defined() ? Tensor<T>(weight) : Tensor<T>::ones({channels}, x.device());
  const Tensor<T> beta = bias.defined() ? Tensor<T>(bias) : Tensor<T>::zeros({channels}, x.device());
  return traced("InstanceNorm", *this, instance_norm(x, gamma, beta, epsilon, activation), p);
}

template <class T>
BasicLayerNorm<T>::BasicLayerNorm(Shape trailing, LayerNormOptions o)
    : normalized(trailing), epsilon(o.epsilon), activation(o.activation) {
  if (trailing.rank() < 1 || trailing.size() < 1)
    throw ValueError("[LayerNorm] the shape to normalise needs at least one axis and no empty one: " +
                     to_string(trailing));
  if (!o.affine) return;
  const Shape shape = o.per_channel ? Shape{trailing[-1]} : trailing;
  weight = Param<T>(shape, Param<T>::Kind::weight, initializer::constant(1));
  bias = Param<T>(shape, Param<T>::Kind::bias, initializer::constant(0));
  weight.file.image = bias.file.image = shape.rank() == 3;
}

template <class T>
Tensor<T> BasicLayerNorm<T>::operator()(const Tensor<T>& x, Pass& p) const {
  const int axes = normalized.rank();
  bool ends_so = x.rank() >= axes;
  for (int i = 1; ends_so && i <= axes; ++i) ends_so = x.shape(-i) == normalized[-i];
  GAN_CHECK_SHAPE(ends_so, "LayerNorm", "x does not end in the normalised shape", x.shape(), normalized);
  const Tensor<T> gamma = weight.defined() ? Tensor<T>(weight) : Tensor<T>::scalar(1, x.device());
  const Tensor<T> beta = bias.defined() ? Tensor<T>(bias) : Tensor<T>::scalar(0, x.device());
  const Tensor<T> y = layer_norm(x, axes, gamma, beta, epsilon);
  return traced("LayerNorm", *this, activate(y, activation.activation, activation.slope), p);
}

template struct BasicBatchNorm<float>;
template struct BasicBatchNorm<double>;
template struct BasicInstanceNorm<float>;
template struct BasicInstanceNorm<double>;
template struct BasicLayerNorm<float>;
template struct BasicLayerNorm<double>;

}  // namespace gan
