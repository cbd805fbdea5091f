// Optimizers and moving averages over all arrays of a list at once, with the formulas of src/cpu/isa/rows.cpp.
//
// A network has dozens of small arrays, and one launch for each would take longer than the arithmetic. So one launch
// handles up to 64 arrays: a table of their addresses and sizes is passed in the kernel's arguments, which may have
// 4096 bytes. A block works on a chunk of one array, which it finds from its number with six table look-ups per block
// and none per element. Constants are requested once per list, since a replay provides one value for each
// (capture.hpp).
//
// Values moved per element: Adam reads 4 and writes 3, SGD 2 and 1 (with momentum 3 and 2), RMSProp 3 to 5 and 2 to 4,
// the moving average 2 and 1.
#include "cuda/capture.hpp"
#include "gan/backend/cuda.cuh"
#include "gan/core/scalar.hpp"
#include "src/backend/entries.hpp"

namespace gan::cuda {
namespace {

constexpr int chunk_threads = 256;
constexpr i64 chunk = 8 * chunk_threads;

template <class T>
struct UpdateTable {
  static constexpr int most = 64;
  int count = 0;
  i64 chunks = 0;
  i64 first_chunk[most];  ///< the first chunk of each array; ascending, since no array is empty
  UpdateArrays<T> arrays[most];
};

/// Calls update(array, i), one optimizer's update, for every element of every array. Each block handles one chunk.
template <class T, class Update>
__global__ void update_kernel(Given<Update> given, UpdateTable<T> table) {
  const i64 block = blockIdx.x;
  int low = 0, high = table.count;  // the array is one of [low, high)
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    (table.first_chunk[middle] <= block ? low : high) = middle;
  }
  const UpdateArrays<T> a = table.arrays[low];
  const Update update = given.get();
  const i64 begin = (block - table.first_chunk[low]) * chunk, end = std::min(a.n, begin + chunk);
  for (i64 i = begin + threadIdx.x; i < end; i += chunk_threads) update(a, i);
}

template <class T, class Update>
void update(const char* op, const Given<Update>& given, std::span<const UpdateArrays<T>> arrays) {
  static_assert(sizeof(UpdateTable<T>) + sizeof(Given<Update>) <= 4096, "a kernel's arguments hold at most 4096 bytes");
  UpdateTable<T> table;
  auto flush = [&] {
    if (table.count == 0) return;
    launch(op, dim3(static_cast<unsigned>(table.chunks)), dim3(chunk_threads), update_kernel<T, Update>, given, table);
    table.count = 0;
    table.chunks = 0;
  };
  for (const UpdateArrays<T>& a : arrays) {
    if (a.n == 0) continue;
    if (table.count == UpdateTable<T>::most) flush();
    table.first_chunk[table.count] = table.chunks;
    table.arrays[table.count++] = a;
    table.chunks += (a.n + chunk - 1) / chunk;
  }
  flush();
}

// ---- the updates ---------------------------------------------------------------------------------------------------

template <class T>
struct Adam {
  T b1, b2, c1, c2, step, root, epsilon, decay;
  __device__ void operator()(const UpdateArrays<T>& a, i64 i) const {
    T *const m = a.state[0], *const v = a.state[1];
    const T gi = a.g[i] + decay * a.w[i];
    const T first = b1 * m[i] + c1 * gi, second = b2 * v[i] + c2 * gi * gi;
    m[i] = first;
    v[i] = second;
    a.w[i] -= step * first / (math::sqrt(second) * root + epsilon);
  }
};
template <class T>
Adam<T> adam_update(const AdamStep& s) {
  return {T(s.beta1),
          T(s.beta2),
          T(1 - s.beta1),
          T(1 - s.beta2),
          T(s.learning_rate / s.bias_correction1),
          T(1 / math::sqrt(s.bias_correction2)),
          T(s.epsilon),
          T(s.weight_decay)};
}

template <class T>
struct Sgd {
  T rate, decay, momentum, keep, take;
  bool nesterov;
  __device__ void operator()(const UpdateArrays<T>& a, i64 i) const {
    const T gi = a.g[i] + decay * a.w[i];
    if (momentum == T(0)) {
      a.w[i] -= rate * gi;
      return;
    }
    T* const v = a.state[0];
    const T velocity = (keep == T(0) ? T(0) : keep * v[i]) + take * gi;
    v[i] = velocity;
    a.w[i] -= rate * (nesterov ? gi + momentum * velocity : velocity);
  }
};
template <class T>
Sgd<T> sgd_update(const SgdStep& s) {
  const T momentum = T(s.momentum);
  return {
      T(s.learning_rate), T(s.weight_decay), momentum, s.first ? T(0) : momentum, s.first ? T(1) : T(1 - s.dampening),
      s.nesterov};
}

template <class T>
struct RmsProp {
  T rate, keep, take, epsilon, decay, momentum;
  bool centered;
  __device__ void operator()(const UpdateArrays<T>& arrays, i64 i) const {
    T *const s = arrays.state[0], *const a = arrays.state[1], *const v = arrays.state[2];
    const T gi = arrays.g[i] + decay * arrays.w[i];
    const T second = keep * s[i] + take * gi * gi;
    s[i] = second;
    T variance = second;
    if (centered) {
      const T first = keep * a[i] + take * gi;
      a[i] = first;
      variance = second - first * first;
      variance = variance < T(0) ? T(0) : variance;  // rounding can take it below zero when all gradients are equal
    }
    T u = gi / (math::sqrt(variance) + epsilon);
    if (momentum != T(0)) v[i] = u = momentum * v[i] + u;
    arrays.w[i] -= rate * u;
  }
};
template <class T>
RmsProp<T> rms_prop_update(const RmsPropStep& o) {
  return {T(o.learning_rate), T(o.alpha), T(1 - o.alpha), T(o.epsilon), T(o.weight_decay), T(o.momentum), o.centered};
}

template <class T>
struct Lerp {
  T keep, take;
  __device__ void operator()(const UpdateArrays<T>& a, i64 i) const { a.w[i] = keep * a.w[i] + take * a.g[i]; }
};
template <class T>
Lerp<T> lerp_update(const LerpStep& step) {
  return {T(step.keep), T(1) - T(step.keep)};
}

}  // namespace

template <class T>
void adam(const AdamStep& step, std::span<const UpdateArrays<T>> arrays) {
  update("adam", given<adam_update<T>>(step), arrays);
}
template <class T>
void sgd(const SgdStep& step, std::span<const UpdateArrays<T>> arrays) {
  update("sgd", given<sgd_update<T>>(step), arrays);
}
template <class T>
void rms_prop(const RmsPropStep& step, std::span<const UpdateArrays<T>> arrays) {
  update("rms_prop", given<rms_prop_update<T>>(step), arrays);
}
template <class T>
void lerp(const LerpStep& step, std::span<const UpdateArrays<T>> arrays) {
  update("lerp", given<lerp_update<T>>(step), arrays);
}

GAN_KERNEL(adam)
GAN_KERNEL(sgd)
GAN_KERNEL(rms_prop)
GAN_KERNEL(lerp)

}  // namespace gan::cuda
