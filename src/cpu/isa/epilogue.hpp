// The part of an epilogue that the micro-kernel does not do in registers: tanh and sigmoid, whose polynomials would
// spill its accumulators. They run over a finished piece of the result while it is still in L1.
#pragma once

#include "gan/core/scalar.hpp"
#include "src/cpu/isa/tile.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

GAN_INLINE bool in_registers(Activation activation) {
  return activation == Activation::none || activation == Activation::relu || activation == Activation::leaky_relu;
}

/// Sets what the micro-kernel applies at the last block of k.
template <class T, class E>
GAN_INLINE void set_epilogue(TileJob<T, E>& job, const Epilogue<T>& epilogue, i64 first_column) {
  job.finish = true;
  job.bias = epilogue.bias ? epilogue.bias + first_column : nullptr;
  job.activation = in_registers(epilogue.activation) ? epilogue.activation : Activation::none;
  job.slope = epilogue.slope;
}

template <class T>
GAN_INLINE T sigmoid(T x) {
  return T(1) / (T(1) + math::exp(-x));
}

/// The activation alone, on n contiguous values.
template <class T>
void activate_row(T* x, i64 n, Activation activation, T slope) {
  switch (activation) {
    case Activation::none:
      return;
    case Activation::relu:
      for (i64 i = 0; i < n; ++i) x[i] = x[i] < T(0) ? T(0) : x[i];
      return;
    case Activation::leaky_relu:
      for (i64 i = 0; i < n; ++i) x[i] = x[i] < T(0) ? x[i] * slope : x[i];
      return;
    case Activation::tanh:
      for (i64 i = 0; i < n; ++i) x[i] = math::tanh(x[i]);
      return;
    case Activation::sigmoid:
      for (i64 i = 0; i < n; ++i) x[i] = sigmoid(x[i]);
      return;
  }
}

/// What the micro-kernel left undone on rows of n values, `pitch` apart.
template <class T>
GAN_INLINE void finish_rows(T* c, i64 rows, i64 pitch, i64 n, const Epilogue<T>& epilogue) {
  if (in_registers(epilogue.activation)) return;
  for (i64 i = 0; i < rows; ++i) activate_row(c + i * pitch, n, epilogue.activation, epilogue.slope);
}

/// Bias and activation on rows of `channels` contiguous values.
template <class T>
void apply_rows(T* c, i64 rows, i64 channels, const Epilogue<T>& epilogue) {
  if (epilogue.bias)
    for (i64 i = 0; i < rows; ++i)
      for (i64 j = 0; j < channels; ++j) c[i * channels + j] += epilogue.bias[j];
  activate_row(c, rows * channels, epilogue.activation, epilogue.slope);
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
