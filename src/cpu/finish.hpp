// The epilogue for one element, for scalar code on the CPU and on CUDA devices.
#pragma once

#include "gan/backend/kernels.hpp"
#include "gan/core/scalar.hpp"

namespace gan::cpu {

/// activation(y + bias[column]).
template <class T>
GAN_HD T finish(T y, i64 column, const Epilogue<T>& epilogue) {
  if (epilogue.bias) y += epilogue.bias[column];
  switch (epilogue.activation) {
    case Activation::none:
      return y;
    case Activation::relu:
      return y < T(0) ? T(0) : y;
    case Activation::leaky_relu:
      return y < T(0) ? y * epilogue.slope : y;
    case Activation::tanh:
      return math::tanh(y);
    case Activation::sigmoid:
      return T(1) / (T(1) + math::exp(-y));
  }
  return y;
}

}  // namespace gan::cpu
