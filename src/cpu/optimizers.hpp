// Contracts: backend/kernels.hpp.
#pragma once

#include "gan/backend/kernels.hpp"

namespace gan::cpu {
template <class T>
void adam(const AdamStep&, i64 count, const UpdateArrays<T>*);
template <class T>
void sgd(const SgdStep&, i64 count, const UpdateArrays<T>*);
template <class T>
void rms_prop(const RmsPropStep&, i64 count, const UpdateArrays<T>*);
template <class T>
void lerp(T keep, i64 count, const UpdateArrays<T>*);
}  // namespace gan::cpu
