// The functors of ops/indexing.hpp: whole numbers, which tensors hold as T, become indices without the host. Until they
// are copied into an index, these are integers as wide as T, in the memory of a tensor of T.
#pragma once

#include "gan/ops/elementwise.hpp"

namespace gan {

namespace functor {
template <class T>
struct IndexOf;
template <>
struct IndexOf<float> {
  using type = i32;
};
template <>
struct IndexOf<double> {
  using type = i64;
};

struct AsIndex {  // the nearest index in [0, extent); 0 for NaN
  i64 extent;
  template <class T>
  GAN_HD T operator()(T x) const {
    const T last = T(extent - 1);
    const T inside = x > T(0) ? (x < last ? x : last) : T(0);
    return __builtin_bit_cast(T, static_cast<typename IndexOf<T>::type>(inside));
  }
};
struct FlatIndex {  // of entry b in row a, of rows of this extent
  i64 extent;
  template <class T>
  GAN_HD T operator()(T a, T b) const {
    using Index = typename IndexOf<T>::type;
    const Index row = __builtin_bit_cast(Index, a), entry = __builtin_bit_cast(Index, b);
    return __builtin_bit_cast(T, static_cast<Index>(row * static_cast<Index>(extent) + entry));
  }
};
struct NanUnlessIndex {  // 0 for a whole number in [0, extent)
  i64 extent;
  template <class T>
  GAN_HD T operator()(T x) const {
    return x >= T(0) && x < T(extent) && x == math::floor(x) ? T(0) : T(__builtin_nan(""));
  }
};
GAN_MAP1(AsIndex)
GAN_MAP2(FlatIndex)
GAN_MAP1(NanUnlessIndex)
}  // namespace functor

}  // namespace gan
