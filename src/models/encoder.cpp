// See models/encoder.hpp.
#include "gan/models/encoder.hpp"

#include "gan/ops/random.hpp"

namespace gan::models {

template <class T>
Tensor<T> BasicEncoder<T>::operator()(const Tensor<T>& x, Pass& p) const {
  const Tensor<T> features = body(x, p), centre = mean(features, p);
  if (!log_variance) return code(centre);
  const Tensor<T> epsilon = randn<T>(centre.shape(), p.rng, centre.device());
  return code(centre + epsilon * exp(0.5 * (*log_variance)(features, p)));
}

template <class T>
BasicParts<T> BasicEncoder<T>::encode(const Tensor<T>& x, Pass& p) const {
  const Tensor<T> features = body(x, p);
  return {{"z", code(mean(features, p))}, {"features", features}};
}

template struct BasicEncoder<float>;
template struct BasicEncoder<double>;

}  // namespace gan::models
