// Contracts: backend/kernels.hpp.
#pragma once

#include "gan/backend/kernels.hpp"

namespace gan::cpu {
template <class T>
void sum_to(const Shape& from, const Shape& to, const T* x, T* y);
template <class T>
void max_rows(i64 rows, i64 columns, const T* x, T* y);
template <class T>
void accumulate(i64 n, const T* x, T* y);
}  // namespace gan::cpu
