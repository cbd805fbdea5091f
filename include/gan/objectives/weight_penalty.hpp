// The penalty on weights that Keras calls l1_l2, a term of a player's loss.
#pragma once

#include "gan/nn/module.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/ops/reduce.hpp"

namespace gan {

/// l1 times the sum of |w| plus l2 times the sum of w^2 over all weights w of two or more axes: matrices and filters,
/// but no biases and no gains of norms. Returns an undefined tensor where there are none.
template <class T>
Tensor<T> weight_penalty(const Parameters<T>& parameters, double l1, double l2) {
  Tensor<T> total;
  for (const Tensor<T>& w : parameters.tensors) {
    if (w.rank() < 2) continue;
    Tensor<T> term;
    if (l1 != 0) term = l1 * sum(abs(w));
    if (l2 != 0) term = term.defined() ? term + l2 * sum(square(w)) : l2 * sum(square(w));
    if (term.defined()) total = total.defined() ? total + term : term;
  }
  return total;
}

}  // namespace gan
