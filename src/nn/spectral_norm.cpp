// See nn/spectral_norm.hpp.
#include "gan/nn/spectral_norm.hpp"

#include <cmath>
#include <limits>

#include "gan/ops/elementwise.hpp"
#include "gan/ops/linear.hpp"

namespace gan::detail {
namespace {

/// A weight as a matrix, with outputs along its rows or, where they come last, along its columns.
template <class T>
struct Matrix {
  Tensor<T> values;
  bool outputs_first;

  Matrix(const Tensor<T>& weight, int output_axis)
      : values(reshape(weight, output_axis == 0
                                   ? Shape{weight.shape(0), weight.size() / weight.shape(0)}
                                   : Shape{weight.size() / weight.shape(output_axis), weight.shape(output_axis)})),
        outputs_first(output_axis == 0) {}
  /// W v (outputs) and W^T u (all else), in full precision whatever the math mode is.
  Tensor<T> times(const Tensor<T>& v) const { return product(v, !outputs_first); }
  Tensor<T> transposed_times(const Tensor<T>& u) const { return product(u, outputs_first); }

 private:
  Tensor<T> product(const Tensor<T>& x, bool transposed) const {
    const Tensor<T> y = matmul(values, reshape(x, Shape{x.size(), 1}), {transposed, false}, MathMode::fp32);
    return reshape(y, Shape{y.size()});
  }
};

template <class T>
Tensor<T> normalized(const Tensor<T>& x, double epsilon) {
  return x / clamp(sqrt(sum(square(x))), epsilon, std::numeric_limits<double>::infinity());
}

}  // namespace

template <class T>
Tensor<T> spectral_norm(const Tensor<T>& weight, int output_axis, Param<T>& u, Param<T>& v,
                        const SpectralNormOptions& o, bool update) {
  const Matrix<T> matrix(weight, output_axis);
  // Values of their own, which a gradient may need after the next pass has changed the buffers.
  Tensor<T> left = detach(u.tensor()).clone(), right = detach(v.tensor()).clone(), product;
  for (int i = 0; update && i < o.iterations; ++i) {
    NoGrad constant;
    right = normalized(matrix.transposed_times(left), o.epsilon);
    if (i + 1 < o.iterations) left = normalized(matrix.times(right), o.epsilon);
  }
  product = matrix.times(right);
  if (update && o.iterations > 0) {
    NoGrad constant;
    left = normalized(detach(product), o.epsilon);
    u.set(left);
    v.set(right);
  }
  return sum(left * product);
}

template <class T>
void fit_spectral_vectors(const Tensor<T>& weight, int output_axis, Param<T>& u, Param<T>& v, double epsilon) {
  constexpr int most = 1000, between = 10;  // the host asks for σ once in so many steps
  NoGrad constant;
  if (!u.ready) u.draw(initializer::direction(), 1, "weight_u");
  if (!v.ready) v.draw(initializer::direction(), 1, "weight_v");
  double sigma = 0;
  for (int i = 0; i < most; i += between) {
    const double before = sigma;
    sigma = static_cast<double>(
        spectral_norm(weight, output_axis, u, v, {.iterations = between, .epsilon = epsilon}, true).item());
    if (std::abs(sigma - before) <= static_cast<double>(std::numeric_limits<T>::epsilon()) * sigma) break;
  }
  if (sigma > 0) u.set(affine(u.tensor(), 1 / sigma, 0));
}

#define GAN_SPECTRAL_NORM(T)                                                                                       \
  template Tensor<T> spectral_norm(const Tensor<T>&, int, Param<T>&, Param<T>&, const SpectralNormOptions&, bool); \
  template void fit_spectral_vectors(const Tensor<T>&, int, Param<T>&, Param<T>&, double);
GAN_SPECTRAL_NORM(float)
GAN_SPECTRAL_NORM(double)
#undef GAN_SPECTRAL_NORM

}  // namespace gan::detail
