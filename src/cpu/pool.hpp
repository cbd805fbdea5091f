// Contracts: backend/kernels.hpp.
#pragma once

#include "gan/backend/kernels.hpp"

namespace gan::cpu {
template <class T>
void sum_pool(const PoolShape&, const T* x, T* y);
template <class T>
void sum_pool_input(const PoolShape&, const T* y, T* x);
template <class T>
void max_pool_index(const PoolShape&, const T* x, i32* index);
}  // namespace gan::cpu
