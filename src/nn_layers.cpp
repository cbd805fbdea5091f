// Layers other than Dense, convolutions and batch norm.
#include "gan/nn/embedding.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/residual.hpp"

namespace gan {

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

template <class T>
BasicEmbedding<T>::BasicEmbedding(const EmbeddingOptions& o)
    : weight(Shape{o.classes, o.width}, Param<T>::Kind::weight, o.initializer, static_cast<double>(o.classes),
             static_cast<double>(o.width)) {
  if (o.classes < 1 || o.width < 1)
    throw ValueError("[Embedding] classes and width must be at least 1: " + std::to_string(o.classes) + ", " +
                     std::to_string(o.width));
}

template <class T>
Tensor<T> BasicResidual<T>::operator()(const Tensor<T>& x, Pass& p) const {
  const Tensor<T> y = body_(x, p), around = shortcut_(x, p);
  GAN_CHECK_SHAPE(y.shape() == around.shape(), "Residual", "body and shortcut end in different shapes", y.shape(),
                  around.shape());
  const Tensor<T> sum = activate(add(around, y), activation_.activation, activation_.slope);
  return traced("Residual", activation_, sum, p);  // its line counts no parameters: those inside have theirs
}

template struct BasicPReLU<float>;
template struct BasicPReLU<double>;
template struct BasicInstanceNorm<float>;
template struct BasicInstanceNorm<double>;
template struct BasicLayerNorm<float>;
template struct BasicLayerNorm<double>;
template struct BasicEmbedding<float>;
template struct BasicEmbedding<double>;
template class BasicResidual<float>;
template class BasicResidual<double>;

}  // namespace gan
