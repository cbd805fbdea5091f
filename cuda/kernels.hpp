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
void sum_to(const Shape& from, const Shape& to, const T* x, T* y);
template <class T>
void max_rows(i64 rows, i64 columns, const T* x, T* y);
template <class T>
void accumulate(i64 n, const T* x, T* y);
template <class T>
void one_hot(i64 n, i64 classes, const T* labels, T* y);
template <class T>
void gather_strided(const Shape& shape, const i64* strides, i64 offset, const T* x, T* y);
template <class T>
void scatter_strided(const Shape& shape, const i64* strides, i64 offset, const T* x, T* y, i64 y_size);
template <class T>
void gather_rows(i64 rows, i64 width, const i64* index, const T* x, T* y);
template <class T>
void scatter_add_rows(i64 rows, i64 width, const i64* index, const T* x, T* y, i64 y_rows);
template <class T>
void max_pool_gather(i64 batch, i64 n, i64 x_width, const i32* index, const T* x, T* y);
template <class T>
void max_unpool(const PoolShape&, const i32* index, const T* x, T* y);
template <class T>
void sum_pool(const PoolShape&, const T* x, T* y);
template <class T>
void sum_pool_input(const PoolShape&, const T* y, T* x);
template <class T>
void max_pool_index(const PoolShape&, const T* x, i32* index);
template <class T>
void resample(const ResampleAxis&, i64 outer, i64 inner, const T* x, T* y);
template <class T>
void resample_adjoint(const ResampleAxis&, i64 outer, i64 inner, const T* y, T* x);
template <class T>
void apply_epilogue(i64 rows, i64 columns, T* x, const Epilogue<T>&);
template <class T>
void batch_statistics(i64 rows, i64 channels, const T* x, T* mean, T* variance);
template <class T>
void scale_shift(i64 rows, i64 channels, const T* x, const T* scale, const T* shift, T* y, Activation, T slope);
template <class T>
void batch_norm_backward(i64 rows, i64 channels, const T* g, const T* x, const T* y, const T* mean, const T* rstd,
                         const T* gamma, Activation, T slope, T* gx, T* ggamma, T* gbeta);
template <class T>
void epilogue_backward(i64 rows, i64 columns, const T* g, const T* y, Activation, T slope, T* gz, T* bias_gradient);
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
void lerp(T keep, i64 count, const UpdateArrays<T>*);
}  // namespace gan::cuda
