// For the .cu files only: the matrix product, for convolutions that are one.
#pragma once

#include "gan/backend/kernels.hpp"

namespace gan::cuda {
/// The entry of the kernel table.
template <class T>
void gemm(const GemmShape&, const T* a, const T* b, T* c, const Epilogue<T>&);
}  // namespace gan::cuda
