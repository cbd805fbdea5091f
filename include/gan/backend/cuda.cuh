// For .cu files of the library and of programs: launches custom kernels in the library's stream, and applies custom
// functors on a CUDA device. The only public header that needs the CUDA toolkit. See examples/own_op.cu.
#pragma once

#include <cuda_runtime.h>

#include <algorithm>

#include "gan/backend/map.hpp"
#include "gan/core/device.hpp"
#include "gan/core/shape.hpp"

namespace gan::cuda {

/// Throws DeviceError("[op] what: CUDA's text") for anything but success, and clears the error, so that the next call
/// does not report it again. (CUDA itself keeps errors that have destroyed the context.)
void check(cudaError_t error, const char* op, const char* what = "the device failed");

/// Makes a device current in this thread for the lifetime of the object. Throws DeviceError.
class OnDevice {
 public:
  explicit OnDevice(Device device);
  ~OnDevice();
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;

 private:
  int previous_ = 0;
};

/// The thread's current CUDA device.
Device current_device();
/// The stream that the library uses for all its work on a device; created at the first call.
cudaStream_t stream(Device device);

/// Loops over i < n, distributed over the whole grid.
#define GAN_CUDA_FOR(i, n)                                                                              \
  for (::gan::i64 i = static_cast<::gan::i64>(blockIdx.x) * blockDim.x + threadIdx.x; i < (n);          \
       i += static_cast<::gan::i64>(gridDim.x) * blockDim.x)

/// Queues kernel(arguments) on the current device: `blocks` of `threads` each. Throws DeviceError naming `op` if the
/// launch fails.
template <class... Parameters, class... Arguments>
void launch(const char* op, dim3 blocks, dim3 threads, void (*kernel)(Parameters...), Arguments... arguments) {
  cudaLaunchConfig_t grid = {};
  grid.gridDim = blocks;
  grid.blockDim = threads;
  grid.stream = stream(current_device());
  check(cudaLaunchKernelEx(&grid, kernel, static_cast<Parameters>(arguments)...), op, "the kernel was not launched");
}

/// The same with one thread for each of n elements, or with fewer threads that loop with GAN_CUDA_FOR.
template <class... Parameters, class... Arguments>
void launch(const char* op, i64 n, void (*kernel)(Parameters...), Arguments... arguments) {
  if (n <= 0) return;
  constexpr i64 threads = 256, most_blocks = 4096;
  launch(op, dim3(static_cast<unsigned>(std::min((n + threads - 1) / threads, most_blocks))),
         dim3(static_cast<unsigned>(threads)), kernel, arguments...);
}

// ---- functors applied to every element ------------------------------------------------------------------------------

template <class F, class T>
__global__ void map1_kernel(F f, i64 n, const T* x, T* y) {
  GAN_CUDA_FOR(i, n) y[i] = f(x[i]);
}

// Strides are 0 (one value for all) or 1.
template <class F, class T>
__global__ void map2_row_kernel(F f, i64 n, const T* a, i64 stride_a, const T* b, i64 stride_b, T* y) {
  GAN_CUDA_FOR(i, n) y[i] = f(a[i * stride_a], b[i * stride_b]);
}

template <class F, class T>
__global__ void map2_rows_kernel(F f, BroadcastPlan plan, i64 n, const T* a, const T* b, T* y) {
  GAN_CUDA_FOR(i, n) {
    const i64 row = i / plan.inner, column = i % plan.inner;
    i64 at = 0, bt = 0;
    plan.offsets(row, at, bt);
    y[i] = f(a[at + column * plan.inner_a], b[bt + column * plan.inner_b]);
  }
}

template <class F, class T>
void map(const F& f, const char* op, Device device, i64 n, const T* x, T* y) {
  const OnDevice on(device);
  launch(op, n, map1_kernel<F, T>, f, n, x, y);
}

template <class F, class T>
void map(const F& f, const char* op, Device device, const BroadcastPlan& plan, const T* a, const T* b, T* y) {
  const OnDevice on(device);
  const i64 n = plan.rows * plan.inner;
  if (plan.rows == 1)
    launch(op, n, map2_row_kernel<F, T>, f, n, a, plan.inner_a, b, plan.inner_b, y);
  else
    launch(op, n, map2_rows_kernel<F, T>, f, plan, n, a, b, y);
}

}  // namespace gan::cuda

namespace gan {
// For any functor, where this header is included; found by map() of gan/ops/map.hpp. Include the header in all files
// that apply the functor to CUDA tensors, or in none.
template <class F, class T>
GAN_CUDA_MAP1_SIGNATURE(F, T) { cuda::map(f, op, device, n, x, y); }
template <class F, class T>
GAN_CUDA_MAP2_SIGNATURE(F, T) { cuda::map(f, op, device, plan, a, b, y); }
}  // namespace gan
