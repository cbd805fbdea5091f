// The CPU's table of heavy kernels.
#include "gan/backend/kernels.hpp"

#include "cuda/runtime.hpp"
#include "gan/backend/capture.hpp"
#include "src/cpu/move.hpp"
#include "src/cpu/normalize.hpp"
#include "src/cpu/optimizers.hpp"
#include "src/cpu/pool.hpp"
#include "src/cpu/products.hpp"
#include "src/cpu/random.hpp"
#include "src/cpu/reduce.hpp"
#include "src/cpu/resample.hpp"
#include "src/cpu/rows.hpp"

namespace gan {

template <class T>
const Kernels<T>& cpu_kernels() {
  static const Kernels<T> table = {
      .gemm = cpu::gemm<T>,
      .conv = cpu::conv<T>,
      .conv_input = cpu::conv_input<T>,
      .conv_weight = cpu::conv_weight<T>,
      .sum_to = cpu::sum_to<T>,
      .gather_strided = cpu::gather_strided<T>,
      .scatter_strided = cpu::scatter_strided<T>,
      .gather_rows = cpu::gather_rows<T>,
      .scatter_add_rows = cpu::scatter_add_rows<T>,
      .max_pool_gather = cpu::max_pool_gather<T>,
      .max_unpool = cpu::max_unpool<T>,
      .one_hot = cpu::one_hot<T>,
      .max_rows = cpu::max_rows<T>,
      .accumulate = cpu::accumulate<T>,
      .sum_pool = cpu::sum_pool<T>,
      .sum_pool_input = cpu::sum_pool_input<T>,
      .max_pool_index = cpu::max_pool_index<T>,
      .resample = cpu::resample<T>,
      .resample_adjoint = cpu::resample_adjoint<T>,
      .batch_statistics = cpu::batch_statistics<T>,
      .scale_shift = cpu::scale_shift<T>,
      .batch_norm_backward = cpu::batch_norm_backward<T>,
      .epilogue_backward = cpu::epilogue_backward<T>,
      .fill = cpu::fill<T>,
      .fill_uniform = cpu::fill_uniform<T>,
      .fill_normal = cpu::fill_normal<T>,
      .fill_dropout = cpu::fill_dropout<T>,
      .adam = cpu::adam<T>,
      .sgd = cpu::sgd<T>,
      .rms_prop = cpu::rms_prop<T>,
      .lerp = cpu::lerp<T>,
  };
  return table;
}

template <class T>
const Kernels<T>& kernels(Device device) {
  if (device.is_cpu()) return cpu_kernels<T>();
  const Kernels<T>& table = cuda_kernels<T>(device);
  return detail::call_trace() == nullptr ? table : detail::noting_kernels(table);
}

template const Kernels<float>& cpu_kernels<float>();
template const Kernels<double>& cpu_kernels<double>();
template const Kernels<float>& kernels<float>(Device);
template const Kernels<double>& kernels<double>(Device);

}  // namespace gan
