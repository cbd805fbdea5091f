// Terms on parameters, for the loss of either player.
#pragma once

#include "gan/nn/module.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/ops/linear.hpp"

namespace gan {

/// strength times the sum over weights W, as matrices (out, rest), of |W W^T ⊙ (1 - I)|^2, the squared inner products
/// of different rows (Brock et al. 2019, equation 3, whose columns are these rows: filters shall be orthogonal, of any
/// length). Biases and other vectors are left out. The authors' program adds half of its gradient. Their strength is
/// 1e-4. For a transposed convolution, whose weight starts with the input channels, these are the rows. Returns an
/// undefined tensor where there are no weights.
template <class T>
Tensor<T> orthogonal_regularization(const Parameters<T>& parameters, double strength = 1e-4) {
  Tensor<T> total;
  for (const Tensor<T>& weight : parameters.tensors) {
    if (weight.rank() < 2) continue;
    const Tensor<T> rows = flatten(weight);
    // |W W^T|^2 without its diagonal, the squared lengths of the rows.
    const Tensor<T> off = sum(square(matmul(rows, rows, {.b = true}))) - sum(square(sum(square(rows), {1})));
    total = total.defined() ? total + off : off;
  }
  return total.defined() ? strength * total : total;
}

/// Historical averaging (Salimans et al. 2016, section 3.3): strength times |theta - (1/t) sum_{i <= t} theta_i|^2 over
/// all parameters, where theta_i are their values at the i-th call, this one included; the mean is a constant. The
/// means and their count are state, on the parameters' device, updated there. Visited under "mean.<name>" and "count".
template <class T>
struct BasicHistoricalAverage {
  double strength = 1;

  /// For these parameters, which it refers to.
  explicit BasicHistoricalAverage(Parameters<T> of, double weight = 1);
  /// Adds the present values to the means and returns the term, with history.
  Tensor<T> operator()();
  void visit(BasicVisitor<T>& v);

 private:
  Parameters<T> parameters_;
  std::vector<Param<T>> means_;
  Param<T> count_{Shape{}, Param<T>::Kind::buffer, initializer::constant(0)};
};
using HistoricalAverage = BasicHistoricalAverage<float>;

extern template struct BasicHistoricalAverage<float>;
extern template struct BasicHistoricalAverage<double>;

}  // namespace gan
