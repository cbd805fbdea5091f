// Checks derivatives against finite differences.
#pragma once

#include "gan/tensor/history.hpp"

namespace gan {

struct GradcheckOptions {
  int order = 1;            ///< 1, or 2 for the derivative of the gradient in the inputs and in the cotangent
  double step = 1e-4;       ///< of the five-point stencil
  double tolerance = 1e-7;  ///< on |analytic - numeric| / max(1, largest |numeric|)
  u64 seed = 1;             ///< of the cotangent at order 2
};

struct GradcheckResult {
  bool passed = false;
  double worst = 0;     ///< the largest relative error
  std::string message;  ///< where it occurred, with both values
  explicit operator bool() const { return passed; }
};

/// Compares the whole Jacobian of f (every output element by every input element) with a five-point stencil, once for
/// the fused backwards and once for those written in ops. Keep inputs more than 2 * step away from kinks. Meant for
/// double.
template <class T>
GradcheckResult gradcheck(const std::function<Tensor<T>(const Tensors<T>&)>& f, const Tensors<T>& inputs,
                          GradcheckOptions options = {});

extern template GradcheckResult gradcheck(const std::function<Tensor<double>(const Tensors<double>&)>&,
                                          const Tensors<double>&, GradcheckOptions);
extern template GradcheckResult gradcheck(const std::function<Tensor<float>(const Tensors<float>&)>&,
                                          const Tensors<float>&, GradcheckOptions);

}  // namespace gan
