// Pooling windows. Each thread works on whole images, so that adjoints need no locks.
#include <algorithm>

#include "gan/core/parallel.hpp"
#include "src/backend/entries.hpp"

namespace gan::cpu {
namespace {

/// Calls f(n, row-major index of the output pixel, input row, input column) for every window tap inside the image.
template <class F>
void for_taps(const PoolShape& p, i64 n, F f) {
  for (i64 oy = 0; oy < p.oh; ++oy)
    for (i64 ox = 0; ox < p.ow; ++ox)
      for (i64 ky = 0; ky < p.kh; ++ky) {
        const i64 iy = oy * p.stride_h - p.pad_top + ky;
        if (iy < 0 || iy >= p.h) continue;
        for (i64 kx = 0; kx < p.kw; ++kx) {
          const i64 ix = ox * p.stride_w - p.pad_left + kx;
          if (ix >= 0 && ix < p.w) f((n * p.oh + oy) * p.ow + ox, (n * p.h + iy) * p.w + ix);
        }
      }
}

i64 image_grain(const PoolShape& p) { return 1 + 16384 / (p.h * p.w * p.c + 1); }

}  // namespace

template <class T>
void sum_pool(const PoolShape& p, const T* x, T* y) {
  parallel_for(p.n, image_grain(p), [&](i64 begin, i64 end) {
    const i64 image = p.oh * p.ow * p.c;
    std::fill(y + begin * image, y + end * image, T(0));
    for (i64 n = begin; n < end; ++n)
      for_taps(p, n, [&](i64 out, i64 in) {
        for (i64 c = 0; c < p.c; ++c) y[out * p.c + c] += x[in * p.c + c];
      });
  });
}

template <class T>
void sum_pool_input(const PoolShape& p, const T* y, T* x) {
  parallel_for(p.n, image_grain(p), [&](i64 begin, i64 end) {
    const i64 image = p.h * p.w * p.c;
    std::fill(x + begin * image, x + end * image, T(0));
    for (i64 n = begin; n < end; ++n)
      for_taps(p, n, [&](i64 out, i64 in) {
        for (i64 c = 0; c < p.c; ++c) x[in * p.c + c] += y[out * p.c + c];
      });
  });
}

template <class T>
void max_pool_index(const PoolShape& p, const T* x, i32* index) {
  parallel_for(p.n, image_grain(p), [&](i64 begin, i64 end) {
    for (i64 n = begin; n < end; ++n) {
      const i64 image = n * p.h * p.w;
      std::fill(index + n * p.oh * p.ow * p.c, index + (n + 1) * p.oh * p.ow * p.c, i32(-1));
      for_taps(p, n, [&](i64 out, i64 in) {
        for (i64 c = 0; c < p.c; ++c) {
          i32& best = index[out * p.c + c];
          const i32 here = static_cast<i32>((in - image) * p.c + c);
          if (best < 0 || x[image * p.c + here] > x[image * p.c + best]) best = here;
        }
      });
    }
  });
}

GAN_KERNEL(sum_pool)
GAN_KERNEL(sum_pool_input)
GAN_KERNEL(max_pool_index)

}  // namespace gan::cpu
