// Flat loops: fills, in-place sums, one-hot rows; bias and activation on rows.
#include "cuda/rows.hpp"
#include "gan/backend/cuda.cuh"
#include "src/backend/entries.hpp"

namespace gan::cuda {
namespace {

template <class T>
__global__ void fill_kernel(i64 n, T value, T* y) {
  GAN_CUDA_FOR(i, n) y[i] = value;
}

template <class T>
__global__ void accumulate_kernel(i64 n, const T* x, T* y) {
  GAN_CUDA_FOR(i, n) y[i] += x[i];
}

template <class T>
__global__ void one_hot_kernel(i64 n, i64 classes, const T* labels, T* y) {
  GAN_CUDA_FOR(i, n) y[i] = labels[i / classes] == static_cast<T>(i % classes) ? T(1) : T(0);
}

/// y = functor(y + bias[column]); bias may be null.
template <class F, class T>
__global__ void epilogue_kernel(i64 n, i64 columns, const T* bias, F f, T* y) {
  GAN_CUDA_FOR(i, n) y[i] = f(bias == nullptr ? y[i] : y[i] + bias[i % columns]);
}

}  // namespace

template <class T>
void fill(i64 n, T value, T* y) {
  launch("fill", n, fill_kernel<T>, n, value, y);
}

template <class T>
void accumulate(i64 n, const T* x, T* y) {
  launch("accumulate", n, accumulate_kernel<T>, n, x, y);
}

template <class T>
void one_hot(i64 n, i64 classes, const T* labels, T* y) {
  launch("one_hot", n * classes, one_hot_kernel<T>, n * classes, classes, labels, y);
}

template <class T>
void apply_epilogue(i64 rows, i64 columns, T* x, const Epilogue<T>& e) {
  const i64 n = rows * columns;
  if (e.bias == nullptr && e.activation == Activation::none) return;
  with_activation(e.activation, static_cast<double>(e.slope), [&]<class F>(F f, auto) {
    launch("epilogue", n, epilogue_kernel<F, T>, n, columns, e.bias, f, x);
  });
}

GAN_KERNEL(fill)
GAN_KERNEL(accumulate)
GAN_KERNEL(one_hot)
template void apply_epilogue(i64, i64, float*, const Epilogue<float>&);
template void apply_epilogue(i64, i64, double*, const Epilogue<double>&);

}  // namespace gan::cuda
