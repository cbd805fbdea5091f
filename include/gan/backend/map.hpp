// The first of the two interfaces of the seam (docs/architecture.md): a functor applied to every element. A functor is
// written once, as
//   struct Name { double option; template <class T> GAN_HD T operator()(T x) const { … } };
// followed by one line GAN_MAP1(Name) (or GAN_MAP2 for two arguments), whose meaning depends on the file that includes
// the header: "instantiate for this instruction set" (src/cpu/isa/maps.cpp), "dispatch to the best instruction set"
// (src/cpu/maps.cpp), "instantiate for CUDA" (cuda/maps.cu, or its stand-in src/cuda/absent.cpp; both define their own
// GAN_CUDA_MAP1 and GAN_CUDA_MAP2), or "exists in the library" (every other file).
// A user's functor needs no such line on the CPU: the generic map_row below is compiled with the user's flags.
#pragma once

#include "gan/core/device.hpp"
#include "gan/core/parallel.hpp"
#include "gan/core/scalar.hpp"
#include "gan/core/shape.hpp"

// One loop for all cases: strides are 0 (one value for the whole row) or 1. y may be a or b.
#define GAN_MAP1_LOOP(T)                                  \
  {                                                       \
    const auto g = f;                                     \
    GAN_IVDEP for (i64 i = 0; i < n; ++i) y[i] = g(x[i]); \
  }
#define GAN_MAP2_LOOP(T)                                               \
  {                                                                    \
    const auto g = f;                                                  \
    if (sa != 0 && sb != 0) {                                          \
      GAN_IVDEP for (i64 i = 0; i < n; ++i) y[i] = g(a[i], b[i]);      \
    } else if (sa != 0) {                                              \
      const T right = b[0];                                            \
      GAN_IVDEP for (i64 i = 0; i < n; ++i) y[i] = g(a[i], right);     \
    } else {                                                           \
      const T left = a[0];                                             \
      GAN_IVDEP for (i64 i = 0; i < n; ++i) y[i] = g(left, b[sb * i]); \
    }                                                                  \
  }

#define GAN_MAP1_SIGNATURE(F, T) void map_row(const F& f, i64 n, const T* x, T* y)
#define GAN_MAP2_SIGNATURE(F, T) void map_row(const F& f, i64 n, const T* a, i64 sa, const T* b, i64 sb, T* y)
// The same for whole tensors on a CUDA device; `op` is for error messages.
#define GAN_CUDA_MAP1_SIGNATURE(F, T) void cuda_map(const F& f, const char* op, Device device, i64 n, const T* x, T* y)
#define GAN_CUDA_MAP2_SIGNATURE(F, T) \
  void cuda_map(const F& f, const char* op, Device device, const BroadcastPlan& plan, const T* a, const T* b, T* y)

#if defined(GAN_MAPS_FOR_ISA)
#define GAN_MAP1(F)                                                                                     \
  namespace cpu::GAN_ISA {                                                                              \
  GAN_MAP1_SIGNATURE(F, float) GAN_MAP1_LOOP(float) GAN_MAP1_SIGNATURE(F, double) GAN_MAP1_LOOP(double) \
  }
#define GAN_MAP2(F)                                                                                     \
  namespace cpu::GAN_ISA {                                                                              \
  GAN_MAP2_SIGNATURE(F, float) GAN_MAP2_LOOP(float) GAN_MAP2_SIGNATURE(F, double) GAN_MAP2_LOOP(double) \
  }
#elif defined(GAN_MAPS_DISPATCH)
#define GAN_MAP1_DISPATCH(F, T)                 \
  GAN_CPU_ISA_DECLARE(GAN_MAP1_SIGNATURE(F, T)) \
  GAN_MAP1_SIGNATURE(F, T) { GAN_CPU_ISA_CALL(map_row(f, n, x, y)) }
#define GAN_MAP2_DISPATCH(F, T)                 \
  GAN_CPU_ISA_DECLARE(GAN_MAP2_SIGNATURE(F, T)) \
  GAN_MAP2_SIGNATURE(F, T) { GAN_CPU_ISA_CALL(map_row(f, n, a, sa, b, sb, y)) }
#define GAN_MAP1(F) GAN_MAP1_DISPATCH(F, float) GAN_MAP1_DISPATCH(F, double)
#define GAN_MAP2(F) GAN_MAP2_DISPATCH(F, float) GAN_MAP2_DISPATCH(F, double)
#elif defined(GAN_MAPS_FOR_CUDA)
#define GAN_MAP1(F) GAN_CUDA_MAP1(F)
#define GAN_MAP2(F) GAN_CUDA_MAP2(F)
#else
#define GAN_MAP1(F)                  \
  GAN_MAP1_SIGNATURE(F, float);      \
  GAN_MAP1_SIGNATURE(F, double);     \
  GAN_CUDA_MAP1_SIGNATURE(F, float); \
  GAN_CUDA_MAP1_SIGNATURE(F, double);
#define GAN_MAP2(F)                  \
  GAN_MAP2_SIGNATURE(F, float);      \
  GAN_MAP2_SIGNATURE(F, double);     \
  GAN_CUDA_MAP2_SIGNATURE(F, float); \
  GAN_CUDA_MAP2_SIGNATURE(F, double);
#endif

namespace gan {

// The flags of the translation unit are part of the name, so that two units of one program that were compiled for
// different instruction sets do not share an instantiation.
#if defined(__AVX512F__)
inline namespace maps_avx512 {
#elif defined(__AVX2__)
inline namespace maps_avx2 {
#else
inline namespace maps_baseline {
#endif
template <class F, class T>
GAN_MAP1_SIGNATURE(F, T)
GAN_MAP1_LOOP(T) template <class F, class T>
GAN_MAP2_SIGNATURE(F, T)
GAN_MAP2_LOOP(T)
}

/// How to iterate over two operands that broadcast to one shape: `rows` rows of `inner` elements, in which each operand
/// is contiguous or constant. Axes are merged where possible.
struct BroadcastPlan {
  int axes = 0;  ///< outer axes
  i64 extent[Shape::max_rank] = {};
  i64 stride_a[Shape::max_rank] = {}, stride_b[Shape::max_rank] = {};
  i64 rows = 1, inner = 1;
  i64 inner_a = 1, inner_b = 1;  ///< 0 or 1

  BroadcastPlan(const Shape& out, const Shape& a, const Shape& b);
  /// Adds a row's offsets in the operands to a and b.
  GAN_HD void offsets(i64 row, i64& a, i64& b) const {
    for (int i = 0; i < axes; ++i) {  // axis 0 is the innermost of the outer ones
      const i64 at = row % extent[i];
      row /= extent[i];
      a += at * stride_a[i];
      b += at * stride_b[i];
    }
  }
};

/// Functors that a GAN_MAP line has declared for CUDA, whether or not this build has CUDA.
template <class F, class T>
concept CudaMap1 = requires(const F& f, Device device, i64 n, const T* x, T* y) {
  cuda_map(f, "", device, n, x, y);
};
template <class F, class T>
concept CudaMap2 = requires(const F& f, Device device, const BroadcastPlan& plan, const T* x, T* y) {
  cuda_map(f, "", device, plan, x, x, y);
};

/// The minimum number of elements per thread for which a loop over memory is split.
inline constexpr i64 map_grain = 16384;

}  // namespace gan
