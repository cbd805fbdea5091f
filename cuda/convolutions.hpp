// The implementations behind the entries conv, conv_input and conv_weight.
#pragma once

#include "gan/backend/kernels.hpp"
#include "src/cpu/products.hpp"  // ConvOperation, conv_is_gemm

namespace gan::cuda {

using cpu::ConvOperation;

// Plain loops, for any shape.
template <class T>
void reference_conv(const ConvShape&, const T* x, const T* w, T* y, const Epilogue<T>&);
template <class T>
void reference_conv_input(const ConvShape&, const T* y, const T* w, T* x, const Epilogue<T>&);
template <class T>
void reference_conv_weight(const ConvShape&, const T* y, const T* x, T* w);

/// By cuDNN, without an epilogue: reads two of the three arrays and writes the third, the result of the operation.
/// Returns false if cuDNN does not support the shape; the output is then unspecified. No extent may be 0. Throws
/// DeviceError if cuDNN fails.
template <class T>
bool cudnn_convolution(ConvOperation operation, const ConvShape&, T* x, T* w, T* y);

}  // namespace gan::cuda
