// Contracts: backend/kernels.hpp.
#pragma once

#include "src/cpu/isa/rows.hpp"

namespace gan::cpu {
template <class T>
void fill(i64 n, T value, T* y);
template <class T>
void fill_uniform(i64 n, Rng rng, T low, T high, T* y);
template <class T>
void fill_normal(i64 n, Rng rng, T mean, T deviation, T* y);
template <class T>
void fill_dropout(i64 n, Rng rng, T keep, T* y);
template <class T>
void adam(i64 n, const AdamStep&, const T* g, T* w, T* m, T* v);
template <class T>
void sgd(i64 n, const SgdStep&, const T* g, T* w, T* v);
template <class T>
void rms_prop(i64 n, const RmsPropStep&, const T* g, T* w, T* s, T* a, T* v);
template <class T>
void blend(i64 n, T keep, const T* x, T* y);
}  // namespace gan::cpu
