// Contracts: backend/kernels.hpp.
#pragma once

#include "gan/backend/kernels.hpp"

namespace gan::cpu {
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
}  // namespace gan::cpu
