// For the .cu files only: division by numbers that the host knows before a launch. Kernels compute the indices of an
// element from its position with one division per axis. A 64-bit division takes about a hundred instructions on a GPU,
// and a few of them would cost more than the kernels' memory traffic.
#pragma once

#include <algorithm>
#include <limits>

#include "gan/core/scalar.hpp"
#include "gan/core/shape.hpp"

namespace gan::cuda {

/// n / by, rounded down, for n >= 0 and by >= 1.
template <class Index>
struct Divider;

template <>
struct Divider<i64> {
  i64 by = 1;
  explicit Divider(i64 divisor = 1) : by(std::max<i64>(1, divisor)) {}
  GAN_HD i64 operator()(i64 n) const { return n / by; }
};

/// For n < 2^31 - 1: a product and a shift (Granlund & Montgomery 1994, "Division by invariant integers using
/// multiplication", figure 4.1). With l = ceil(log2 by) and m = floor(2^32 (2^l - by) / by) + 1, the quotient is
/// (floor(m n / 2^32) + n) / 2^l.
template <>
struct Divider<u32> {
  u32 by = 1, multiplier = 1, shift = 0;
  explicit Divider(i64 divisor = 1) {
    by =
        static_cast<u32>(std::clamp<i64>(divisor, 1, std::numeric_limits<i32>::max()));  // larger ones: quotient 0, too
    while ((u64{1} << shift) < by) ++shift;
    multiplier = static_cast<u32>((u64{1} << 32) * ((u64{1} << shift) - by) / by + 1);
  }
  GAN_HD u32 operator()(u32 n) const { return (static_cast<u32>(static_cast<u64>(n) * multiplier >> 32) + n) >> shift; }
  GAN_HD i64 operator()(i64 n) const { return static_cast<i64>((*this)(static_cast<u32>(n))); }
};

/// Calls f with a u32, or with an i64 if `largest`, the largest dividend, is too large for a Divider<u32>.
template <class F>
void with_index(i64 largest, F f) {
  largest < std::numeric_limits<i32>::max() ? f(u32{}) : f(i64{});
}

}  // namespace gan::cuda
