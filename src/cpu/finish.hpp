// The epilogue for one element, for scalar code on the CPU and on CUDA devices.
#pragma once

#include "gan/backend/kernels.hpp"

namespace gan::cpu {

/// activation(y + bias[column]).
template <class T>
GAN_HD T finish(T y, i64 column, const Epilogue<T>& epilogue) {
  if (epilogue.bias) y += epilogue.bias[column];
  with_activation(epilogue.activation, static_cast<double>(epilogue.slope), [&](auto f, auto) { y = f(y); });
  return y;
}

}  // namespace gan::cpu
