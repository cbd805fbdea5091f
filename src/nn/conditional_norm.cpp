// See nn/conditional_norm.hpp.
#include "gan/nn/conditional_norm.hpp"

#include "gan/ops/activation.hpp"

namespace gan {

// Both are of Kind::bias, so that an initializer that is given to init for all weights leaves gamma at 1.
template <class T>
BasicConditionalBatchNorm<T>::BasicConditionalBatchNorm(ConditionalBatchNormOptions o)
    : weight(Shape{o.classes, o.channels}, Param<T>::Kind::bias, initializer::constant(1)),
      bias(Shape{o.classes, o.channels}, Param<T>::Kind::bias, initializer::constant(0)),
      running_mean(Shape{o.channels}, Param<T>::Kind::buffer, initializer::constant(0)),
      running_var(Shape{o.channels}, Param<T>::Kind::buffer, initializer::constant(1)),
      momentum(o.momentum),
      epsilon(o.epsilon),
      activation(o.activation) {
  if (o.classes < 1 || o.channels < 1)
    throw ValueError("[ConditionalBatchNorm] classes and channels must be at least 1: " + std::to_string(o.classes) +
                     ", " + std::to_string(o.channels));
}

template <class T>
Tensor<T> BasicConditionalBatchNorm<T>::operator()(const Tensor<T>& x, const Tensor<T>& labels, Pass& p) const {
  const i64 channels = weight.shape(1);
  GAN_CHECK_SHAPE((x.rank() == 2 || x.rank() == 4) && x.shape(-1) == channels && labels.shape() == Shape{x.shape(0)},
                  "ConditionalBatchNorm", "x (N, C) or (N, H, W, C) and labels (N) are needed", x.shape(),
                  labels.shape(), running_mean.shape());
  const Tensor<T> one = Tensor<T>::ones({channels}, x.device()), zero = Tensor<T>::zeros({channels}, x.device());
  Tensor<T> normal;
  if (p.batch_stats) {
    detail::require_coupling_allowed(p, "ConditionalBatchNorm");
    const BatchNormResult<T> result = batch_norm(x, one, zero, epsilon);
    if (p.update_stats) detail::update_statistics(running_mean, running_var, result, x.size() / channels, momentum);
    normal = result.y;
  } else {
    normal = batch_norm_inference(x, one, zero, running_mean.tensor(), running_var.tensor(), epsilon);
  }
  const Shape each = x.rank() == 2 ? x.shape() : Shape{x.shape(0), 1, 1, channels};
  const auto of_class = [&](const Param<T>& table) { return reshape(embedding(table.tensor(), labels), each); };
  const Tensor<T> y = activate(normal * of_class(weight) + of_class(bias), activation.activation, activation.slope);
  return traced("ConditionalBatchNorm", y, p, weight, bias, running_mean, running_var);
}

template struct BasicConditionalBatchNorm<float>;
template struct BasicConditionalBatchNorm<double>;

}  // namespace gan
