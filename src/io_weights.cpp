// Layouts of weights in files.
#include "gan/io/weights.hpp"

#include "gan/ops/shape.hpp"

namespace gan::io::detail {

template <class T>
Tensor<T> filters_to_file(const Tensor<T>& w) {
  NoRecord constant;
  return permute<T>(w.to(Device::cpu()), {0, 3, 1, 2});
}
template <class T>
Tensor<T> filters_from_file(const Tensor<T>& w) {
  NoRecord constant;
  return permute<T>(w, {0, 2, 3, 1});
}

template Tensor<float> filters_to_file(const Tensor<float>&);
template Tensor<double> filters_to_file(const Tensor<double>&);
template Tensor<float> filters_from_file(const Tensor<float>&);
template Tensor<double> filters_from_file(const Tensor<double>&);

}  // namespace gan::io::detail
