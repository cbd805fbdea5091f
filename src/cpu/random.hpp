// Contracts: backend/kernels.hpp.
#pragma once

#include "gan/backend/kernels.hpp"

namespace gan::cpu {
template <class T>
void fill_uniform(i64 n, Rng rng, T low, T high, T* y);
template <class T>
void fill_normal(i64 n, Rng rng, T mean, T deviation, T* y);
template <class T>
void fill_dropout(i64 n, Rng rng, T keep, T* y);
}  // namespace gan::cpu
