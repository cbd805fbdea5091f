// For the .cu files only: what other kernels need of rows.cu, on the thread's current device.
#pragma once

#include "gan/backend/kernels.hpp"

namespace gan::cuda {
/// The entry of the kernel table.
template <class T>
void fill(i64 n, T value, T* y);
/// x(rows, columns) = epilogue(x).
template <class T>
void apply_epilogue(i64 rows, i64 columns, T* x, const Epilogue<T>&);
}  // namespace gan::cuda
