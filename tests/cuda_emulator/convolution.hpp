// What the files of the emulated cuDNN share (see cudnn.h): cudnn.cpp and convolution.cpp.
#pragma once

#include "cudnn.h"

using i64 = std::int64_t;

struct Strided {
  bool set = false;
  cudnnTensorFormat_t format = CUDNN_TENSOR_NCHW;
  cudnnDataType_t type = CUDNN_DATA_FLOAT;
  i64 n = 0, c = 0, h = 0, w = 0, stride_n = 0, stride_c = 0, stride_h = 0, stride_w = 0;
  i64 size() const { return n * c * h * w; }
};
struct cudnnTensorStruct : Strided {};
struct cudnnFilterStruct : Strided {};
struct cudnnConvolutionStruct {
  bool set = false;
  i64 pad_h = 0, pad_w = 0, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1, groups = 1;
  cudnnConvolutionMode_t mode = CUDNN_CROSS_CORRELATION;
  cudnnDataType_t compute = CUDNN_DATA_FLOAT;
  cudnnMathType_t math = CUDNN_DEFAULT_MATH;
};

enum class Output { x, w, y };

/// out = alpha * (the sum over all that meets in the convolution x * w = y) + beta * out, an array like x, w or y.
void convolve(Output output, const Strided& x, const Strided& w, const Strided& y, const cudnnConvolutionStruct& c,
              const void* x_data, const void* w_data, const void* y_data, void* out, double alpha, double beta);
