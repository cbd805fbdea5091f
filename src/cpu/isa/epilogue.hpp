// The part of an epilogue that the micro-kernel does not do in registers: tanh and others whose polynomials would
// spill its accumulators. They run over a finished piece of the result while it is still in L1.
#pragma once

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

/// The activation alone, on n contiguous values.
template <class T>
void activate_row(T* x, i64 n, Activation activation, T slope) {
  if (activation == Activation::none) return;
  with_activation(activation, static_cast<double>(slope), [&](auto f, auto) {
    for (i64 i = 0; i < n; ++i) x[i] = f(x[i]);
  });
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
