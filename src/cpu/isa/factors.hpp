// How the factors of a product lie in memory, and how they are multiplied: as they are, or as bf16 in pairs. A pair is
// one 32-bit element, and one instruction adds the products of both halves to a float.
#pragma once

#include "src/cpu/isa/vector.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

/// What the micro-kernel does with elements of type E: `all`, an element in every lane; `panel`, a vector of elements;
/// sum += a * b.
template <class T, class E>
struct Multiply;

template <class T>
struct Multiply<T, T> {
  static GAN_INLINE Vec<T> all(T a) { return broadcast(a); }
  static GAN_INLINE Vec<T> panel(const T* b) { return load(b); }
  static GAN_INLINE void add(Vec<T>& sum, Vec<T> a, Vec<T> b) { sum += a * b; }
};

/// Numbers of type T as they are.
template <class T>
struct Plain {
  using Value = T;
  using Element = T;
  static constexpr i64 channels = 1, tiles = 1;  ///< that share an element
  static constexpr i64 granule = 1;              ///< channels are cut at multiples of this

  /// The first n lanes of v to channels [channel, channel + n) of a tile's row.
  static GAN_INLINE void put(T* row, i64 channel, i64, Vec<T> v, int n) {
    if (n == lanes<T>)
      store(row + channel, v);
    else
      store_partial(row + channel, v, n);
  }
  /// v to columns [column, column + lanes) of a channel, in rows of `width`.
  static GAN_INLINE void put_filter(T* panel, i64 width, i64 channel, i64 column, Vec<T> v) {
    store(panel + channel * width + column, v);
  }
};

#if defined(__AVX512BF16__)
using Pair = u32;

template <>
struct Multiply<float, Pair> {
  using Pairs = __m512bh;
  static GAN_INLINE Pairs all(Pair a) { return reinterpret_cast<Pairs>(_mm512_set1_epi32(static_cast<int>(a))); }
  static GAN_INLINE Pairs panel(const Pair* b) { return reinterpret_cast<Pairs>(_mm512_loadu_si512(b)); }
  static GAN_INLINE void add(Vec<float>& sum, Pairs a, Pairs b) {
    sum = reinterpret_cast<Vec<float>>(_mm512_dpbf16_ps(reinterpret_cast<__m512>(sum), a, b));
  }
};

/// The first n lanes of v, rounded to bf16, as the low halves of as many elements, zeros above; or as the high halves,
/// with the low ones kept.
GAN_INLINE void put_halves(Pair* to, Vec<float> v, bool high, int n = lanes<float>) {
  const __mmask16 which = mask16(n);
  const __m512i halves =
      _mm512_maskz_cvtepu16_epi32(which, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(reinterpret_cast<__m512>(v))));
  const __m512i both =
      high ? _mm512_or_si512(_mm512_maskz_loadu_epi32(which, to), _mm512_maskz_slli_epi32(which, halves, 16)) : halves;
  _mm512_mask_storeu_epi32(to, which, both);
}

/// Two neighbouring channels in an element, for sums over channels.
struct ChannelPairs {
  using Value = float;
  using Element = Pair;
  static constexpr i64 channels = 2, tiles = 1, granule = 16;

  static GAN_INLINE void put(Pair* row, i64 channel, i64, Vec<float> v, int) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(row + channel / 2),
                        reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(reinterpret_cast<__m512>(v))));
  }
  static GAN_INLINE void put_filter(Pair* panel, i64 width, i64 channel, i64 column, Vec<float> v) {
    put_halves(panel + channel / 2 * width + column, v, channel % 2 != 0);
  }
};

/// The same channel of two neighbouring tiles in an element, for sums over tiles. The even tile is to be put first.
struct TilePairs {
  using Value = float;
  using Element = Pair;
  static constexpr i64 channels = 1, tiles = 2, granule = 16;

  static GAN_INLINE void put(Pair* row, i64 channel, i64 tile, Vec<float> v, int n) {
    put_halves(row + channel, v, tile % 2 != 0, n);
  }
};
#endif

}  // namespace
}  // namespace gan::cpu::GAN_ISA
