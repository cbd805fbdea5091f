// See nn/norm.hpp.
#include "gan/nn/norm.hpp"

namespace gan {

void detail::require_coupling_allowed(const Pass& pass, const char* layer) {
  if (!pass.per_example) return;
  throw ValueError("[" + std::string(layer) +
                   "] a penalty on the gradient of each example needs scores that do not depend on the other examples "
                   "of the batch, as they do through batch statistics: use LayerNorm, GroupNorm, SpectralNorm or no "
                   "normalisation in the discriminator, or set the penalty's allow_batch_norm");
}

template <class T>
void detail::update_statistics(Param<T>& running_mean, Param<T>& running_var, const BatchNormResult<T>& batch, i64 rows,
                               double momentum) {
  NoGrad constant;
  const double n = static_cast<double>(rows);
  running_mean.set(add(affine(running_mean.tensor(), 1 - momentum, 0), affine(batch.mean, momentum, 0)));
  running_var.set(
      add(affine(running_var.tensor(), 1 - momentum, 0), affine(batch.variance, momentum * n / (n - 1), 0)));
}

template <class T>
BasicBatchNorm<T>::BasicBatchNorm(i64 channels, BatchNormOptions o)
    : weight(Shape{channels}, o.train_gamma ? Param<T>::Kind::weight : Param<T>::Kind::buffer, o.gamma),
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
    const Tensor<T> y = batch_norm_inference(x, weight.tensor(), bias.tensor(), running_mean.tensor(),
                                             running_var.tensor(), epsilon, activation);
    return traced("BatchNorm", y, p, weight, bias, running_mean, running_var);
  }
  detail::require_coupling_allowed(p, "BatchNorm");
  const BatchNormResult<T> result = batch_norm(x, weight.tensor(), bias.tensor(), epsilon, activation);
  if (p.update_stats) detail::update_statistics(running_mean, running_var, result, x.size() / x.shape(-1), momentum);
  return traced("BatchNorm", result.y, p, weight, bias, running_mean, running_var);
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
  const Tensor<T> gamma = weight.defined() ? weight.tensor() : Tensor<T>::ones({channels}, x.device());
  const Tensor<T> beta = bias.defined() ? bias.tensor() : Tensor<T>::zeros({channels}, x.device());
  return traced("InstanceNorm", instance_norm(x, gamma, beta, epsilon, activation), p, weight, bias);
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
  const Shape channels{normalized[-1]};
  const Tensor<T> gamma = weight.defined() ? weight.tensor() : Tensor<T>::ones(channels, x.device());
  const Tensor<T> beta = bias.defined() ? bias.tensor() : Tensor<T>::zeros(channels, x.device());
  return traced("LayerNorm", layer_norm(x, axes, gamma, beta, epsilon, activation), p, weight, bias);
}

template <class T>
BasicGroupNorm<T>::BasicGroupNorm(GroupNormOptions o)
    : groups(o.groups), channels(o.channels), epsilon(o.epsilon), activation(o.activation) {
  if (groups < 1 || channels < 1 || channels % groups != 0)
    throw ValueError("[GroupNorm] " + std::to_string(channels) + " channels are no multiple of " +
                     std::to_string(groups) + " groups");
  if (!o.affine) return;
  weight = Param<T>(Shape{channels}, Param<T>::Kind::weight, initializer::constant(1));
  bias = Param<T>(Shape{channels}, Param<T>::Kind::bias, initializer::constant(0));
}

template <class T>
Tensor<T> BasicGroupNorm<T>::operator()(const Tensor<T>& x, Pass& p) const {
  const Tensor<T> gamma = weight.defined() ? weight.tensor() : Tensor<T>::ones({channels}, x.device());
  const Tensor<T> beta = bias.defined() ? bias.tensor() : Tensor<T>::zeros({channels}, x.device());
  return traced("GroupNorm", group_norm(x, groups, gamma, beta, epsilon, activation), p, weight, bias);
}

template void detail::update_statistics(Param<float>&, Param<float>&, const BatchNormResult<float>&, i64, double);
template void detail::update_statistics(Param<double>&, Param<double>&, const BatchNormResult<double>&, i64, double);
template struct BasicBatchNorm<float>;
template struct BasicBatchNorm<double>;
template struct BasicInstanceNorm<float>;
template struct BasicInstanceNorm<double>;
template struct BasicLayerNorm<float>;
template struct BasicLayerNorm<double>;
template struct BasicGroupNorm<float>;
template struct BasicGroupNorm<double>;

}  // namespace gan
