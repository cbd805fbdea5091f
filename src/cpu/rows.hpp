// Contracts: backend/kernels.hpp.
#pragma once

#include "src/cpu/isa/rows.hpp"

namespace gan::cpu {
template <class T>
void fill(i64 n, T value, T* y);
template <class T>
void one_hot(i64 n, i64 classes, const T* labels, T* y);
}  // namespace gan::cpu
