// For the .cu files only: errors, the current device, its stream, and the launch of elementwise kernels.
#pragma once

#include <cuda_runtime.h>

#include <algorithm>

#include "gan/core/device.hpp"
#include "gan/core/shape.hpp"

namespace gan::cuda {

/// Throws DeviceError("[op] what: CUDA's text") for anything but success, and clears the error, so that the next call
/// does not report it again. (CUDA itself keeps those that ended the context.)
void check(cudaError_t error, const char* op, const char* what = "the device failed");

/// Makes a device current in this thread while it lives. Throws DeviceError.
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
/// The stream of a device in which the library does everything, made at the first call.
cudaStream_t stream(Device device);

/// For each i < n, shared out over the whole grid.
#define GAN_CUDA_FOR(i, n)                                                                              \
  for (::gan::i64 i = static_cast<::gan::i64>(blockIdx.x) * blockDim.x + threadIdx.x; i < (n);          \
       i += static_cast<::gan::i64>(gridDim.x) * blockDim.x)

/// Queues kernel(arguments) on the current device: `blocks` of `threads` each. Throws DeviceError naming `op` when CUDA
/// refuses the launch.
template <class... Parameters, class... Arguments>
void launch(const char* op, dim3 blocks, dim3 threads, void (*kernel)(Parameters...), Arguments... arguments) {
  cudaLaunchConfig_t grid = {};
  grid.gridDim = blocks;
  grid.blockDim = threads;
  grid.stream = stream(current_device());
  check(cudaLaunchKernelEx(&grid, kernel, static_cast<Parameters>(arguments)...), op, "the kernel was not launched");
}

/// The same with a thread for each of n elements, or fewer that walk on with GAN_CUDA_FOR.
template <class... Parameters, class... Arguments>
void launch(const char* op, i64 n, void (*kernel)(Parameters...), Arguments... arguments) {
  if (n <= 0) return;
  constexpr i64 threads = 256, most_blocks = 4096;
  launch(op, dim3(static_cast<unsigned>(std::min((n + threads - 1) / threads, most_blocks))),
         dim3(static_cast<unsigned>(threads)), kernel, arguments...);
}

}  // namespace gan::cuda
