// The CPU's table of heavy kernels.
#include "gan/backend/kernels.hpp"

#include "cuda/runtime.hpp"
#include "gan/backend/capture.hpp"
#include "src/backend/entries.hpp"

namespace gan {
namespace {
template <class T, auto... entries>
Kernels<T> make_table(EntryList<entries...>) {
  Kernels<T> table;
  ((table.*entries = cpu::kernel<entries>()), ...);
  return table;
}
}  // namespace

template <class T>
const Kernels<T>& cpu_kernels() {
  static const Kernels<T> table = make_table<T>(KernelEntries<T>{});
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
