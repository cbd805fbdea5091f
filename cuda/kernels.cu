// The table of heavy kernels of CUDA devices. What has no kernel yet throws and says so.
#include "cuda/kernels.hpp"

#include <string>

#include "cuda/launch.hpp"
#include "cuda/runtime.hpp"
#include "gan/core/error.hpp"

namespace gan {
namespace {

[[noreturn]] void missing(const char* op) {
  throw DeviceError("[" + std::string(op) + "] has no CUDA kernel yet; use --device cpu");
}

}  // namespace

template <class T>
const Kernels<T>& cuda_kernels(Device device) {
  static_assert(sizeof(Kernels<T>) == 30 * sizeof(void (*)()), "the table has a new entry: name it here too");
  static const Kernels<T> table = {
      .gemm = cuda::gemm<T>,
      .conv = [](auto...) { missing("conv2d"); },
      .conv_input = [](auto...) { missing("conv2d_input"); },
      .conv_weight = [](auto...) { missing("conv2d_weight"); },
      .sum_to = cuda::sum_to<T>,
      .gather_strided = cuda::gather_strided<T>,
      .scatter_strided = cuda::scatter_strided<T>,
      .gather_rows = cuda::gather_rows<T>,
      .scatter_add_rows = cuda::scatter_add_rows<T>,
      .take = cuda::take<T>,
      .put_add = cuda::put_add<T>,
      .max_rows = cuda::max_rows<T>,
      .accumulate = cuda::accumulate<T>,
      .sum_pool = cuda::sum_pool<T>,
      .sum_pool_input = cuda::sum_pool_input<T>,
      .max_pool_index = cuda::max_pool_index<T>,
      .resample = cuda::resample<T>,
      .resample_adjoint = cuda::resample_adjoint<T>,
      .batch_statistics = cuda::batch_statistics<T>,
      .scale_shift = cuda::scale_shift<T>,
      .batch_norm_backward = cuda::batch_norm_backward<T>,
      .epilogue_backward = cuda::epilogue_backward<T>,
      .fill = cuda::fill<T>,
      .fill_uniform = cuda::fill_uniform<T>,
      .fill_normal = cuda::fill_normal<T>,
      .fill_dropout = cuda::fill_dropout<T>,
      .adam = cuda::adam<T>,
      .sgd = cuda::sgd<T>,
      .rms_prop = cuda::rms_prop<T>,
      .blend = cuda::blend<T>,
  };
  cuda::stream(device);  // throws where there is no such device
  cuda::check(cudaSetDevice(device.index), "kernels", "the device cannot be made current");
  return table;
}

template const Kernels<float>& cuda_kernels<float>(Device);
template const Kernels<double>& cuda_kernels<double>(Device);

}  // namespace gan
