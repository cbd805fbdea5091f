// Contracts: backend/kernels.hpp.
#pragma once

#include "gan/backend/kernels.hpp"

namespace gan::cpu {
template <class T>
void resample(const ResampleAxis&, i64 outer, i64 inner, const T* x, T* y);
template <class T>
void resample_adjoint(const ResampleAxis&, i64 outer, i64 inner, const T* y, T* x);
}  // namespace gan::cpu
