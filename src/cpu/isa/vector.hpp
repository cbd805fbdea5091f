// Vectors of the instruction set that this file is compiled for, as GCC vector extensions: 64 bytes with AVX-512,
// 32 with AVX2, else 16 (SSE2, NEON). Intrinsics appear only where partial loads and stores need masks.
//
// Everything under src/cpu/isa is compiled once per instruction set. A function that the linker could merge across
// those objects would carry AVX-512 code into the baseline, so all of it lives in anonymous namespaces, and inline
// functions of the standard library stay out (hence the little min, max and ceil_div below).
#pragma once

#include <cstddef>
#include <utility>

#include "gan/core/shape.hpp"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#ifndef GAN_ISA
#define GAN_ISA base
#endif

#define GAN_INLINE inline __attribute__((always_inline))
// Loops over register tiles must unroll completely: one variable index into the accumulators puts them on the stack.
#if defined(__clang__)
#define GAN_UNROLL _Pragma("clang loop unroll(full)")
#else
#define GAN_UNROLL _Pragma("GCC unroll 32")
#endif

namespace gan::cpu::GAN_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int vector_bytes = 64;
#elif defined(__AVX2__)
constexpr int vector_bytes = 32;
#else
constexpr int vector_bytes = 16;
#endif

template <class T>
struct VectorTypes;

template <>
struct VectorTypes<float> {
  typedef float Vec __attribute__((vector_size(vector_bytes)));
  typedef float Unaligned __attribute__((vector_size(vector_bytes), aligned(4), may_alias));
  typedef i32 Ints __attribute__((vector_size(vector_bytes)));
};
template <>
struct VectorTypes<double> {
  typedef double Vec __attribute__((vector_size(vector_bytes)));
  typedef double Unaligned __attribute__((vector_size(vector_bytes), aligned(8), may_alias));
  typedef i64 Ints __attribute__((vector_size(vector_bytes)));
};

template <class T>
using Vec = typename VectorTypes<T>::Vec;

/// Elements of a vector.
template <class T>
constexpr int lanes = vector_bytes / static_cast<int>(sizeof(T));

template <class I>
GAN_INLINE constexpr I min(I a, I b) {
  return b < a ? b : a;
}
template <class I>
GAN_INLINE constexpr I max(I a, I b) {
  return a < b ? b : a;
}
GAN_INLINE constexpr i64 ceil_div(i64 a, i64 b) { return (a + b - 1) / b; }
GAN_INLINE constexpr i64 round_up(i64 a, i64 b) { return ceil_div(a, b) * b; }

template <class T>
GAN_INLINE Vec<T> load(const T* p) {
  return *reinterpret_cast<const typename VectorTypes<T>::Unaligned*>(p);
}
template <class T>
GAN_INLINE void store(T* p, Vec<T> v) {
  *reinterpret_cast<typename VectorTypes<T>::Unaligned*>(p) = v;
}
/// x in every lane. (x - 0 is x for every x, so the compiler keeps only the broadcast; 0 + x is not, for x = -0.)
template <class T>
GAN_INLINE Vec<T> broadcast(T x) {
  return x - Vec<T>{};
}

// load_partial: the first n lanes from p, zeros above; store_partial writes the first n lanes. 0 <= n <= lanes.
#if defined(__AVX512F__)
GAN_INLINE __mmask16 mask16(int n) { return static_cast<__mmask16>((1u << n) - 1u); }
GAN_INLINE __mmask8 mask8(int n) { return static_cast<__mmask8>((1u << n) - 1u); }
GAN_INLINE Vec<float> load_partial(const float* p, int n) {
  return reinterpret_cast<Vec<float>>(_mm512_maskz_loadu_ps(mask16(n), p));
}
GAN_INLINE Vec<double> load_partial(const double* p, int n) {
  return reinterpret_cast<Vec<double>>(_mm512_maskz_loadu_pd(mask8(n), p));
}
GAN_INLINE void store_partial(float* p, Vec<float> v, int n) {
  _mm512_mask_storeu_ps(p, mask16(n), reinterpret_cast<__m512>(v));
}
GAN_INLINE void store_partial(double* p, Vec<double> v, int n) {
  _mm512_mask_storeu_pd(p, mask8(n), reinterpret_cast<__m512d>(v));
}
#elif defined(__AVX2__)
GAN_INLINE __m256i mask_float(int n) {
  const VectorTypes<float>::Ints lane = {0, 1, 2, 3, 4, 5, 6, 7};
  return reinterpret_cast<__m256i>(lane < n);
}
GAN_INLINE __m256i mask_double(int n) {
  const VectorTypes<double>::Ints lane = {0, 1, 2, 3};
  return reinterpret_cast<__m256i>(lane < n);
}
GAN_INLINE Vec<float> load_partial(const float* p, int n) {
  return reinterpret_cast<Vec<float>>(_mm256_maskload_ps(p, mask_float(n)));
}
GAN_INLINE Vec<double> load_partial(const double* p, int n) {
  return reinterpret_cast<Vec<double>>(_mm256_maskload_pd(p, mask_double(n)));
}
GAN_INLINE void store_partial(float* p, Vec<float> v, int n) {
  _mm256_maskstore_ps(p, mask_float(n), reinterpret_cast<__m256>(v));
}
GAN_INLINE void store_partial(double* p, Vec<double> v, int n) {
  _mm256_maskstore_pd(p, mask_double(n), reinterpret_cast<__m256d>(v));
}
#else
template <class T>
GAN_INLINE Vec<T> load_partial(const T* p, int n) {
  Vec<T> v{};
  GAN_UNROLL
  for (int i = 0; i < lanes<T>; ++i) v[i] = i < n ? p[i] : T(0);
  return v;
}
template <class T>
GAN_INLINE void store_partial(T* p, Vec<T> v, int n) {
  GAN_UNROLL
  for (int i = 0; i < lanes<T>; ++i)
    if (i < n) p[i] = v[i];
}
#endif

/// Stores to an address that is a multiple of vector_bytes without fetching its cache line, where the instruction set
/// can; to be followed by await_stores() before another thread reads it.
#if defined(__AVX512F__)
GAN_INLINE void store_past_caches(float* p, Vec<float> v) { _mm512_stream_ps(p, reinterpret_cast<__m512>(v)); }
GAN_INLINE void store_past_caches(double* p, Vec<double> v) { _mm512_stream_pd(p, reinterpret_cast<__m512d>(v)); }
GAN_INLINE void await_stores() { _mm_sfence(); }
#elif defined(__AVX2__)
GAN_INLINE void store_past_caches(float* p, Vec<float> v) { _mm256_stream_ps(p, reinterpret_cast<__m256>(v)); }
GAN_INLINE void store_past_caches(double* p, Vec<double> v) { _mm256_stream_pd(p, reinterpret_cast<__m256d>(v)); }
GAN_INLINE void await_stores() { _mm_sfence(); }
#else
template <class T>
GAN_INLINE void store_past_caches(T* p, Vec<T> v) { store(p, v); }
GAN_INLINE void await_stores() {}
#endif

/// Sum of the lanes, always in the same order.
template <class T>
GAN_INLINE T sum_lanes(Vec<T> v) {
  T sum = v[0];
  GAN_UNROLL
  for (int i = 1; i < lanes<T>; ++i) sum += v[i];
  return sum;
}

// ---- transposition of a square block of lanes x lanes elements ------------------------------------------------

/// Lane j of the result is a[j] where bit `half` of j is clear and b[j - half] where it is set (upper = false),
/// or a[j + half] and b[j] (upper = true).
template <class T, int half, bool upper, std::size_t... j>
GAN_INLINE Vec<T> exchange(Vec<T> a, Vec<T> b, std::index_sequence<j...>) {
  constexpr int n = lanes<T>;
  return __builtin_shufflevector(a, b,
                                 ((static_cast<int>(j) & half) ? n + static_cast<int>(j) - (upper ? 0 : half)
                                                               : static_cast<int>(j) + (upper ? half : 0))...);
}

/// Swaps the off-diagonal halves of every 2 half x 2 half block, then goes on with the next size.
template <class T, int half>
GAN_INLINE void transpose_blocks(Vec<T> (&rows)[lanes<T>]) {
  if constexpr (half < lanes<T>) {
    constexpr auto all = std::make_index_sequence<lanes<T>>{};
    GAN_UNROLL
    for (int i = 0; i < lanes<T>; ++i)
      if (!(i & half)) {
        const Vec<T> a = rows[i], b = rows[i + half];
        rows[i] = exchange<T, half, false>(a, b, all);
        rows[i + half] = exchange<T, half, true>(a, b, all);
      }
    transpose_blocks<T, half * 2>(rows);
  }
}

/// to[j * to_pitch + i] = from[i * from_pitch + j] for i, j < lanes.
template <class T>
GAN_INLINE void transpose(const T* from, i64 from_pitch, T* to, i64 to_pitch) {
  Vec<T> rows[lanes<T>];
  GAN_UNROLL
  for (int i = 0; i < lanes<T>; ++i) rows[i] = load(from + i * from_pitch);
  transpose_blocks<T, 1>(rows);
  GAN_UNROLL
  for (int i = 0; i < lanes<T>; ++i) store(to + i * to_pitch, rows[i]);
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
