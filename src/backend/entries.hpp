// What the kernels of a device need to enter its table (backend/kernels.hpp).
#pragma once

#include "gan/backend/kernels.hpp"

namespace gan {

template <auto entry>
struct EntryOf;
template <class T, class F, F Kernels<T>::*entry>
struct EntryOf<entry> {
  using Scalar = T;
  using Function = F;
};
/// The type of an entry: EntryFunction<&Kernels<T>::fill> is void (*)(i64, T, T*).
template <auto entry>
using EntryFunction = typename EntryOf<entry>::Function;

// What a device has for an entry. Only GAN_KERNEL defines these functions, so that a table with an entry that nothing
// implements does not link.
namespace cpu {
template <auto entry>
EntryFunction<entry> kernel();
}
namespace cuda {
template <auto entry>
EntryFunction<entry> kernel();
}

/// In namespace gan::cpu or gan::cuda: the function template `name` there, for float and double, is the device's entry
/// Kernels<T>::name.
#define GAN_KERNEL(name) GAN_KERNEL_FOR(name, float) GAN_KERNEL_FOR(name, double)
#define GAN_KERNEL_FOR(name, T)                                  \
  template <>                                                    \
  EntryFunction<&Kernels<T>::name> kernel<&Kernels<T>::name>() { \
    return name<T>;                                              \
  }

}  // namespace gan
