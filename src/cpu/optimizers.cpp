// Optimizers: one flat loop over the elements of all parameters.
#include <algorithm>

#include "gan/core/parallel.hpp"
#include "src/backend/entries.hpp"
#include "src/cpu/isa/rows.hpp"

namespace gan::cpu {
namespace {
/// Calls body(array, begin, end) for pieces of the arrays of a list. A thread's share is the same part of every array,
/// as in the matrix products that made the gradients and will use the weights.
template <class T, class Body>
void for_arrays(std::span<const UpdateArrays<T>> arrays, Body body) {
  constexpr i64 piece = 8192;
  const i64 shares = threads();
  i64 total = 0;
  for (const UpdateArrays<T>& a : arrays) total += (a.n + piece - 1) / piece;
  parallel_for(total, 2, [&](i64 begin, i64 end) {
    i64 passed = 0;  // pieces before the current ones
    for (i64 share = 0; share < shares && passed < end; ++share)
      for (const UpdateArrays<T>& a : arrays) {
        if (passed >= end) break;
        const i64 pieces = (a.n + piece - 1) / piece, first = pieces * share / shares,
                  size = pieces * (share + 1) / shares - first;
        const i64 from = first + std::max<i64>(0, begin - passed), to = first + std::min(size, end - passed);
        if (from < to) body(a, from * piece, std::min(a.n, to * piece));
        passed += size;
      }
  });
}
template <class T>
T* at(T* array, i64 i) {
  return array ? array + i : nullptr;
}
}  // namespace

template <class T>
void adam(const AdamStep& step, std::span<const UpdateArrays<T>> arrays) {
  for_arrays(arrays, [&](const UpdateArrays<T>& a, i64 i, i64 end) {
    row_kernels<T>().adam(end - i, step, a.g + i, a.w + i, a.state[0] + i, a.state[1] + i);
  });
}
template <class T>
void sgd(const SgdStep& step, std::span<const UpdateArrays<T>> arrays) {
  for_arrays(arrays, [&](const UpdateArrays<T>& a, i64 i, i64 end) {
    row_kernels<T>().sgd(end - i, step, a.g + i, a.w + i, at(a.state[0], i));
  });
}
template <class T>
void rms_prop(const RmsPropStep& step, std::span<const UpdateArrays<T>> arrays) {
  for_arrays(arrays, [&](const UpdateArrays<T>& a, i64 i, i64 end) {
    row_kernels<T>().rms_prop(end - i, step, a.g + i, a.w + i, a.state[0] + i, at(a.state[1], i), at(a.state[2], i));
  });
}
template <class T>
void lerp(const LerpStep& step, std::span<const UpdateArrays<T>> arrays) {
  for_arrays(arrays, [&](const UpdateArrays<T>& a, i64 i, i64 end) {
    row_kernels<T>().lerp(end - i, static_cast<T>(step.keep), a.g + i, a.w + i);
  });
}

GAN_KERNEL(adam)
GAN_KERNEL(sgd)
GAN_KERNEL(rms_prop)
GAN_KERNEL(lerp)

}  // namespace gan::cpu
