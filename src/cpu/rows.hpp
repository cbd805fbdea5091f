// Contracts: backend/kernels.hpp.
#pragma once

#include "src/cpu/isa/rows.hpp"

namespace gan::cpu {
template <class T>
void fill(i64 n, T value, T* y);
template <class T>
void fill_uniform(i64 n, Rng rng, T low, T high, T* y);
template <class T>
void one_hot(i64 n, i64 classes, const T* labels, T* y);
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
}  // namespace gan::cpu
