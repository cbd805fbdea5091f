// Host/device qualifiers, and elementary functions of float and double that vectorise without -ffast-math.
#pragma once

#include <cmath>
#include <cstdint>

#ifdef __CUDACC__
#define GAN_HD __host__ __device__ __forceinline__
#else
#define GAN_HD inline __attribute__((always_inline))
#endif

// Marks a loop whose iterations are independent even though its pointers may be equal.
#if defined(__GNUC__) && !defined(__clang__)
#define GAN_IVDEP _Pragma("GCC ivdep")
#else
#define GAN_IVDEP
#endif

namespace gan::math {

GAN_HD double exp(double x) { return ::exp(x); }
GAN_HD double log(double x) { return ::log(x); }
GAN_HD double log1p(double x) { return ::log1p(x); }
GAN_HD double tanh(double x) { return ::tanh(x); }
GAN_HD double sqrt(double x) { return ::sqrt(x); }
GAN_HD double abs(double x) { return ::fabs(x); }
GAN_HD double floor(double x) { return ::floor(x); }
GAN_HD double sin(double x) { return ::sin(x); }
GAN_HD double cos(double x) { return ::cos(x); }
GAN_HD double pow(double x, double p) { return ::pow(x, p); }

GAN_HD float sqrt(float x) { return ::sqrtf(x); }
GAN_HD float abs(float x) { return ::fabsf(x); }
GAN_HD float floor(float x) { return ::floorf(x); }
GAN_HD float sin(float x) { return ::sinf(x); }
GAN_HD float cos(float x) { return ::cosf(x); }
GAN_HD float pow(float x, float p) { return ::powf(x, p); }

GAN_HD float from_bits(std::uint32_t bits) { return __builtin_bit_cast(float, bits); }
GAN_HD std::uint32_t to_bits(float x) { return __builtin_bit_cast(std::uint32_t, x); }

/// e^x within 2 ulp, without branches or tables, so that loops over it vectorise. The range reduction and the
/// polynomial are Cephes' (Moshier, expf). Overflows to +inf, underflows to 0, keeps NaN.
GAN_HD float exp(float x) {
  const float clamped = x > 89.0f ? 89.0f : (x < -104.0f ? -104.0f : x);
  const float shifter = 12582912.0f;  // 1.5 * 2^23: adding it rounds to the nearest integer
  const float n = (clamped * 1.44269504f + shifter) - shifter;
  const float r = (clamped - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  // 2^n as two factors: n reaches 128 and -150, which one exponent field cannot hold.
  const std::int32_t whole = static_cast<std::int32_t>(n);
  const std::int32_t half = whole >> 1;
  const float y = p * from_bits(static_cast<std::uint32_t>(half + 127) << 23) *
                  from_bits(static_cast<std::uint32_t>(whole - half + 127) << 23);
  return x != x ? x : y;
}

/// log(1 + e) for e in [0, 1], within 2 ulp: the polynomial of Cephes' logf on the reduced argument.
GAN_HD float log1p_unit(float e) {
  const float m = 1.0f + e;                    // in [1, 2]
  const bool high = m > 1.41421356f;
  // The reduced f is m - 1, or m/2 - 1 when m is in the upper half; computed from e so that a small e stays exact.
  const float f = high ? 0.5f * e - 0.5f : e;
  const float z = f * f;
  float p = 7.0376836292e-2f;
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  const float k = high ? 1.0f : 0.0f;
  float y = f * z * p + k * -2.12194440e-4f;
  y = y - 0.5f * z;
  return (f + y) + k * 0.693359375f;
}
GAN_HD double log1p_unit(double e) { return ::log1p(e); }

GAN_HD float log(float x) { return ::logf(x); }

/// tanh within 4 ulp: an odd polynomial (Cephes' tanhf) near zero, otherwise 1 - 2/(e^2x + 1).
GAN_HD float tanh(float x) {
  const float a = abs(x);
  const float z = x * x;
  float p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  const float small = p * z * x + x;
  const float large = 1.0f - 2.0f / (exp(2.0f * (a > 20.0f ? 20.0f : a)) + 1.0f);
  const float y = a < 0.625f ? small : (x < 0.0f ? -large : large);
  return x != x ? x : y;
}

}  // namespace gan::math
