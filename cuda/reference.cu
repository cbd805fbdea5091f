// Plain loops for convolutions of any shape, one thread for each output, with sums in double: the fallback if cuDNN has
// no algorithm, and the reference that the others are tested against. Neighbouring threads have neighbouring channels,
// so that their writes, and their reads of the image or the filters, are contiguous. Every factor is read once for each
// sum that contains it, mostly from the caches.
#include "cuda/convolutions.hpp"
#include "gan/backend/cuda.cuh"
#include "src/backend/conv_index.hpp"
#include "src/cpu/finish.hpp"

namespace gan::cuda {
namespace {

template <class T>
__global__ void conv_kernel(ConvShape s, const T* x, const T* w, T* y, Epilogue<T> epilogue) {
  const i64 c = s.c / s.groups, o = s.o / s.groups;
  GAN_CUDA_FOR(index, s.n * s.oh * s.ow * s.o) {
    const i64 k = index % s.o, pixel = index / s.o;
    const i64 n = pixel / (s.oh * s.ow), p = pixel / s.ow % s.oh, q = pixel % s.ow;
    double sum = 0;
    for (i64 i = 0; i < s.kh; ++i)
      for (i64 j = 0; j < s.kw; ++j) {
        const i64 row = conv_source(p, s.stride_h, s.pad_top, i, s.dilation_h);
        const i64 column = conv_source(q, s.stride_w, s.pad_left, j, s.dilation_w);
        if (row < 0 || row >= s.h || column < 0 || column >= s.w) continue;
        const T* from = x + ((n * s.h + row) * s.w + column) * s.c + k / o * c;
        const T* filter = w + ((k * s.kh + i) * s.kw + j) * c;
        for (i64 ch = 0; ch < c; ++ch) sum += double(from[ch]) * double(filter[ch]);
      }
    y[index] = cpu::finish(static_cast<T>(sum), k, epilogue);
  }
}

template <class T>
__global__ void conv_input_kernel(ConvShape s, const T* y, const T* w, T* x, Epilogue<T> epilogue) {
  const i64 c = s.c / s.groups, o = s.o / s.groups;
  GAN_CUDA_FOR(index, s.n * s.h * s.w * s.c) {
    const i64 ch = index % s.c, pixel = index / s.c, group = ch / c;
    const i64 n = pixel / (s.h * s.w), row = pixel / s.w % s.h, column = pixel % s.w;
    double sum = 0;
    for (i64 i = 0; i < s.kh; ++i)
      for (i64 j = 0; j < s.kw; ++j) {
        const i64 p = conv_target(row, s.stride_h, s.pad_top, i, s.dilation_h, s.oh);
        const i64 q = conv_target(column, s.stride_w, s.pad_left, j, s.dilation_w, s.ow);
        if (p < 0 || q < 0) continue;
        const T* from = y + ((n * s.oh + p) * s.ow + q) * s.o;
        for (i64 k = group * o; k < (group + 1) * o; ++k)
          sum += double(from[k]) * double(w[((k * s.kh + i) * s.kw + j) * c + ch % c]);
      }
    x[index] = cpu::finish(static_cast<T>(sum), ch, epilogue);
  }
}

template <class T>
__global__ void conv_weight_kernel(ConvShape s, const T* y, const T* x, T* w) {
  const i64 c = s.c / s.groups, o = s.o / s.groups;
  GAN_CUDA_FOR(index, s.o * s.kh * s.kw * c) {
    const i64 ch = index % c, j = index / c % s.kw, i = index / c / s.kw % s.kh, k = index / c / s.kw / s.kh;
    double sum = 0;
    for (i64 n = 0; n < s.n; ++n)
      for (i64 p = 0; p < s.oh; ++p) {
        const i64 row = conv_source(p, s.stride_h, s.pad_top, i, s.dilation_h);
        if (row < 0 || row >= s.h) continue;
        for (i64 q = 0; q < s.ow; ++q) {
          const i64 column = conv_source(q, s.stride_w, s.pad_left, j, s.dilation_w);
          if (column < 0 || column >= s.w) continue;
          sum += double(y[((n * s.oh + p) * s.ow + q) * s.o + k]) *
                 double(x[((n * s.h + row) * s.w + column) * s.c + k / o * c + ch]);
        }
      }
    w[index] = static_cast<T>(sum);
  }
}

}  // namespace

template <class T>
void reference_conv(const ConvShape& s, const T* x, const T* w, T* y, const Epilogue<T>& epilogue) {
  launch("conv2d", s.n * s.oh * s.ow * s.o, conv_kernel<T>, s, x, w, y, epilogue);
}

template <class T>
void reference_conv_input(const ConvShape& s, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  launch("conv2d_input", s.n * s.h * s.w * s.c, conv_input_kernel<T>, s, y, w, x, epilogue);
}

template <class T>
void reference_conv_weight(const ConvShape& s, const T* y, const T* x, T* w) {
  launch("conv2d_weight", s.o * s.kh * s.kw * (s.c / s.groups), conv_weight_kernel<T>, s, y, x, w);
}

#define GAN_INSTANTIATE(T)                                                                          \
  template void reference_conv(const ConvShape&, const T*, const T*, T*, const Epilogue<T>&);       \
  template void reference_conv_input(const ConvShape&, const T*, const T*, T*, const Epilogue<T>&); \
  template void reference_conv_weight(const ConvShape&, const T*, const T*, T*);
GAN_INSTANTIATE(float)
GAN_INSTANTIATE(double)

}  // namespace gan::cuda
