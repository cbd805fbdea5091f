// Contracts: backend/kernels.hpp.
#pragma once

#include "gan/backend/kernels.hpp"

namespace gan::cpu {
template <class T>
void batch_statistics(i64 rows, i64 channels, const T* x, T* mean, T* variance);
template <class T>
void scale_shift(i64 rows, i64 channels, const T* x, const T* scale, const T* shift, T* y, Activation, T slope);
template <class T>
void batch_norm_backward(i64 rows, i64 channels, const T* g, const T* x, const T* y, const T* mean, const T* rstd,
                         const T* gamma, Activation, T slope, T* gx, T* ggamma, T* gbeta);
template <class T>
void epilogue_backward(i64 rows, i64 columns, const T* g, const T* y, Activation, T slope, T* gz, T* bias_gradient);
}  // namespace gan::cpu
