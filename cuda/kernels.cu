// The table of heavy kernels for CUDA devices.
#include "cuda/runtime.hpp"
#include "gan/backend/cuda.cuh"
#include "src/backend/entries.hpp"

namespace gan {
namespace {
template <class T, auto... entries>
Kernels<T> make_table(EntryList<entries...>) {
  Kernels<T> table;
  ((table.*entries = cuda::kernel<entries>()), ...);
  return table;
}
}  // namespace

template <class T>
const Kernels<T>& cuda_kernels(Device device) {
  static const Kernels<T> table = make_table<T>(KernelEntries<T>{});
  cuda::stream(device);  // throws if there is no such device
  cuda::check(cudaSetDevice(device.index), "kernels", "the device cannot be made current");
  return table;
}

template const Kernels<float>& cuda_kernels<float>(Device);
template const Kernels<double>& cuda_kernels<double>(Device);

}  // namespace gan
