// The table of heavy kernels for CUDA devices.
#include "cuda/kernels.hpp"

#include "cuda/runtime.hpp"
#include "gan/backend/cuda.cuh"

namespace gan {
template <class T>
const Kernels<T>& cuda_kernels(Device device) {
  static_assert(sizeof(Kernels<T>) == 31 * sizeof(void (*)()), "the table has a new entry: name it here too");
  static const Kernels<T> table = {
      .gemm = cuda::gemm<T>,
      .conv = cuda::conv<T>,
      .conv_input = cuda::conv_input<T>,
      .conv_weight = cuda::conv_weight<T>,
      .sum_to = cuda::sum_to<T>,
      .gather_strided = cuda::gather_strided<T>,
      .scatter_strided = cuda::scatter_strided<T>,
      .gather_rows = cuda::gather_rows<T>,
      .scatter_add_rows = cuda::scatter_add_rows<T>,
      .max_pool_gather = cuda::max_pool_gather<T>,
      .max_unpool = cuda::max_unpool<T>,
      .one_hot = cuda::one_hot<T>,
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
      .lerp = cuda::lerp<T>,
  };
  cuda::stream(device);  // throws if there is no such device
  cuda::check(cudaSetDevice(device.index), "kernels", "the device cannot be made current");
  return table;
}

template const Kernels<float>& cuda_kernels<float>(Device);
template const Kernels<double>& cuda_kernels<double>(Device);

}  // namespace gan
