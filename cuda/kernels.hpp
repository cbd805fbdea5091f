// Contracts: backend/kernels.hpp. All of these work on the thread's current CUDA device.
#pragma once

#include "gan/backend/kernels.hpp"

namespace gan::cuda {
template <class T>
void gemm(const GemmShape&, const T* a, const T* b, T* c, const Epilogue<T>&);
template <class T>
void conv(const ConvShape&, const T* x, const T* w, T* y, const Epilogue<T>&);
template <class T>
void conv_input(const ConvShape&, const T* y, const T* w, T* x, const Epilogue<T>&);
template <class T>
void conv_weight(const ConvShape&, const T* y, const T* x, T* w);
template <class T>
void accumulate(i64 n, const T* x, T* y);
template <class T>
void apply_epilogue(i64 rows, i64 columns, T* x, const Epilogue<T>&);
template <class T>
void fill(i64 n, T value, T* y);
template <class T>
void fill_uniform(i64 n, Rng rng, T low, T high, T* y);
template <class T>
void fill_normal(i64 n, Rng rng, T mean, T deviation, T* y);
template <class T>
void fill_dropout(i64 n, Rng rng, T keep, T* y);
template <class T>
void adam(const AdamStep&, i64 count, const UpdateArrays<T>*);
template <class T>
void sgd(const SgdStep&, i64 count, const UpdateArrays<T>*);
template <class T>
void rms_prop(const RmsPropStep&, i64 count, const UpdateArrays<T>*);
template <class T>
void blend(T keep, i64 count, const UpdateArrays<T>*);
}  // namespace gan::cuda
