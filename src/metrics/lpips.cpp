// See metrics/lpips.hpp.
#include "gan/metrics/lpips.hpp"

#include "gan/ops/elementwise.hpp"
#include "gan/ops/reduce.hpp"

namespace gan::metrics {

template <class T>
BasicLpipsWeights<T>::BasicLpipsWeights() {
  for (const i64 channels : {64, 128, 256, 384, 384, 512, 512})
    levels.push_back(BasicConv2D<T>({.in = channels, .out = 1, .kernel = 1, .bias = false}));
}

template <class T>
Tensor<T> BasicLpips<T>::operator()(const Tensor<T>& a, const Tensor<T>& b, Pass& p) const {
  GAN_CHECK_SHAPE(a.shape() == b.shape(), "lpips", "two sets of images of one shape are needed", a.shape(), b.shape());
  const std::vector<Tensor<T>> x = net.levels(a, p), y = net.levels(b, p);
  // Normalises the channels of each pixel to length 1; where all are 0 they stay 0, and the gradient is finite.
  const auto unit = [](const Tensor<T>& f) { return f / (sqrt(sum(square(f), {3}, true) + 1e-20) + 1e-10); };
  Tensor<T> total;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Tensor<T> d = mean(weights.levels[i](square(unit(x[i]) - unit(y[i])), p), {1, 2, 3});
    total = total.defined() ? total + d : d;
  }
  return total;
}

template struct BasicLpipsWeights<float>;
template struct BasicLpipsWeights<double>;
template struct BasicLpips<float>;
template struct BasicLpips<double>;

}  // namespace gan::metrics
