// See nn/residual.hpp.
#include "gan/nn/residual.hpp"

namespace gan {

template <class T>
Tensor<T> BasicResidual<T>::operator()(const Tensor<T>& x, Pass& p) const {
  const Tensor<T> y = body_(x, p), around = shortcut_(x, p);
  GAN_CHECK_SHAPE(y.shape() == around.shape(), "Residual", "body and shortcut end in different shapes", y.shape(),
                  around.shape());
  const Tensor<T> sum = activate(add(around, y), activation_.activation, activation_.slope);
  return traced("Residual", sum, p);  // its line counts no parameters: the layers inside count theirs
}

template class BasicResidual<float>;
template class BasicResidual<double>;

}  // namespace gan
