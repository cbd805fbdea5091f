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
      .conv = cuda::conv<T>,
      .conv_input = cuda::conv_input<T>,
      .conv_weight = cuda::conv_weight<T>,
      .sum_to = [](auto...) { missing("sum_to"); },
      .gather_strided = [](auto...) { missing("gather_strided"); },
      .scatter_strided = [](auto...) { missing("scatter_strided"); },
      .gather_rows = [](auto...) { missing("gather_rows"); },
      .scatter_add_rows = [](auto...) { missing("scatter_add_rows"); },
      .take = [](auto...) { missing("take"); },
      .put_add = [](auto...) { missing("put_add"); },
      .max_rows = [](auto...) { missing("max_rows"); },
      .accumulate = cuda::accumulate<T>,
      .sum_pool = [](auto...) { missing("sum_pool"); },
      .sum_pool_input = [](auto...) { missing("sum_pool_input"); },
      .max_pool_index = [](auto...) { missing("max_pool2d"); },
      .resample = [](auto...) { missing("resize"); },
      .resample_adjoint = [](auto...) { missing("resize_adjoint"); },
      .batch_statistics = [](auto...) { missing("batch_norm"); },
      .scale_shift = [](auto...) { missing("batch_norm"); },
      .batch_norm_backward = [](auto...) { missing("batch_norm_backward"); },
      .epilogue_backward = [](auto...) { missing("epilogue_backward"); },
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
