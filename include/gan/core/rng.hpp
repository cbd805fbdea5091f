// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
// Element i of draw t of stream s is a pure function of (seed, s, t, i): the same for every thread count, launch
// shape and device. The resumable state is three integers. Uniforms and normals use only correctly rounded
// operations, so that their bits are the same everywhere; translation units that call them are compiled with
// -ffp-contract=off.
#pragma once

#include <cstdint>

#include "gan/core/scalar.hpp"
#include "gan/core/shape.hpp"

namespace gan {

/// A position in the random numbers: seed, stream and draw. Passed by value to fills.
struct Rng {
  u64 seed = 1;
  u64 stream = 0;
  u64 draw = 0;

  /// Returns the current position and advances to the next draw.
  Rng next() {
    Rng now = *this;
    ++draw;
    return now;
  }
  bool operator==(const Rng&) const = default;
};

/// FNV-1a hash of a name: the stream of a parameter's initial values, so that adding a layer does not change those of
/// other layers.
constexpr u64 name_stream(const char* name) {
  u64 hash = 14695981039346656037ull;
  for (; *name != '\0'; ++name) hash = (hash ^ static_cast<unsigned char>(*name)) * 1099511628211ull;
  return hash;
}

namespace philox {

struct Block {
  u32 v[4];
};

inline constexpr int rounds = 10;

/// The key of a Philox round; each round adds two constants to the previous key.
struct Key {
  u32 k0, k1;

  explicit GAN_HD Key(u64 key) : k0(static_cast<u32>(key)), k1(static_cast<u32>(key >> 32)) {}
  GAN_HD void next() {
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
};

/// One round applied to the four words of a counter.
GAN_HD void mix(Key key, u32& c0, u32& c1, u32& c2, u32& c3) {
  const u64 p0 = static_cast<u64>(0xD2511F53u) * c0;
  const u64 p1 = static_cast<u64>(0xCD9E8D57u) * c2;
  c0 = static_cast<u32>(p1 >> 32) ^ c1 ^ key.k0;
  c1 = static_cast<u32>(p1);
  c2 = static_cast<u32>(p0 >> 32) ^ c3 ^ key.k1;
  c3 = static_cast<u32>(p0);
}

/// Ten rounds applied to the 128-bit counter (low, high) with a 64-bit key.
GAN_HD Block block(u64 key, u64 low, u64 high) {
  Block b{{static_cast<u32>(low), static_cast<u32>(low >> 32), static_cast<u32>(high), static_cast<u32>(high >> 32)}};
  Key round_key(key);
  for (int round = 0; round < rounds; ++round, round_key.next()) mix(round_key, b.v[0], b.v[1], b.v[2], b.v[3]);
  return b;
}

/// The key of a stream. The counter of a block is (quad, draw), so that streams and draws have 64 bits each. Compute it
/// once per fill.
GAN_HD u64 stream_key(Rng rng) {
  const Block mixed = block(rng.seed, rng.stream, 0x6C69626761ull);
  return static_cast<u64>(mixed.v[0]) | (static_cast<u64>(mixed.v[1]) << 32);
}

/// The four words of elements 4 quad … 4 quad + 3 of a draw.
GAN_HD Block at(Rng rng, u64 quad) { return block(stream_key(rng), quad, rng.draw); }

/// [0, 1) in steps of 2^-24.
GAN_HD float uniform(u32 word) { return static_cast<float>(word >> 8) * 5.9604644775390625e-8f; }

#ifdef __CUDA_ARCH__
GAN_HD float fma(float a, float b, float c) { return __fmaf_rn(a, b, c); }
GAN_HD float mul(float a, float b) { return __fmul_rn(a, b); }
GAN_HD float root(float a) { return __fsqrt_rn(a); }
#else
GAN_HD float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
GAN_HD float mul(float a, float b) { return a * b; }
GAN_HD float root(float a) { return __builtin_sqrtf(a); }
#endif

/// Logarithm of a uniform in (0, 1], about log((word + 1) / 2^32). Exponent and mantissa are extracted with integer
/// operations; the logarithm of the mantissa is Cephes' degree-8 polynomial in fused multiply-adds.
GAN_HD float log_uniform(u32 word) {
  u32 x = word | 1u;
  int shift = 0;
  // Normalise to the top bit without a library call: five conditional shifts.
  if (!(x & 0xFFFF0000u)) { x <<= 16; shift += 16; }
  if (!(x & 0xFF000000u)) { x <<= 8; shift += 8; }
  if (!(x & 0xF0000000u)) { x <<= 4; shift += 4; }
  if (!(x & 0xC0000000u)) { x <<= 2; shift += 2; }
  if (!(x & 0x80000000u)) { x <<= 1; shift += 1; }
  float m = math::from_bits(0x3F000000u | ((x >> 8) & 0x7FFFFFu));  // [0.5, 1)
  int exponent = -shift;
  if (m < 0.70710678f) {
    m = m + m;
    --exponent;
  }
  const float f = m - 1.0f;
  const float z = mul(f, f);
  float y = 7.0376836292e-2f;
  y = fma(y, f, -1.1514610310e-1f);
  y = fma(y, f, 1.1676998740e-1f);
  y = fma(y, f, -1.2420140846e-1f);
  y = fma(y, f, 1.4249322787e-1f);
  y = fma(y, f, -1.6668057665e-1f);
  y = fma(y, f, 2.0000714765e-1f);
  y = fma(y, f, -2.4999993993e-1f);
  y = fma(y, f, 3.3333331174e-1f);
  y = mul(mul(y, f), z);
  const float e = static_cast<float>(exponent);
  y = fma(e, -2.12194440e-4f, y);
  y = fma(-0.5f, z, y);
  return fma(e, 0.693359375f, f + y);
}

/// Sine and cosine of 2 pi word / 2^32: exact octant reduction in integers, polynomials of Cephes' sinf and cosf.
GAN_HD void sin_cos(u32 word, float& sine, float& cosine) {
  const u32 octant = word >> 29;
  u32 fraction = word & 0x1FFFFFFFu;
  if (octant & 1u) fraction = 0x20000000u - fraction;
  const float t = mul(static_cast<float>(fraction >> 6), 9.36266780e-8f);  // pi / 4 / 2^23
  const float z = mul(t, t);
  float s = fma(fma(-1.9515295891e-4f, z, 8.3321608736e-3f), z, -1.6666654611e-1f);
  s = fma(mul(s, z), t, t);
  float c = fma(fma(2.443315711809948e-5f, z, -1.388731625493765e-3f), z, 4.166664568298827e-2f);
  c = fma(mul(z, z), c, fma(-0.5f, z, 1.0f));
  const bool swap = ((octant + 1u) >> 1) & 1u;
  sine = swap ? c : s;
  cosine = swap ? s : c;
  if (octant >= 4u) sine = -sine;
  if (octant >= 2u && octant < 6u) cosine = -cosine;
}

/// Two standard normals from two words (Box & Muller 1958).
GAN_HD void normal_pair(u32 a, u32 b, float& first, float& second) {
  const float radius = root(mul(-2.0f, log_uniform(a)));
  float s, c;
  sin_cos(b, s, c);
  first = mul(radius, c);
  second = mul(radius, s);
}

}  // namespace philox
}  // namespace gan
