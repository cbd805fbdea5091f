// Pooling windows and separable resampling. Threads split whole images (or planes), so adjoints need no locks.
#include "src/cpu/pool.hpp"

#include <algorithm>

#include "gan/core/parallel.hpp"

namespace gan::cpu {
namespace {

/// Calls f(n, output row-major pixel index, input row, input column) for every window tap inside the image.
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

template <class T>
void resample(const ResampleAxis& axis, i64 outer, i64 inner, const T* x, T* y) {
  parallel_for(outer, 1 + 16384 / (axis.out * inner + 1), [&](i64 begin, i64 end) {
    for (i64 o = begin; o < end; ++o)
      for (i64 i = 0; i < axis.out; ++i) {
        T* to = y + (o * axis.out + i) * inner;
        std::fill(to, to + inner, T(0));
        for (i64 j = 0; j < axis.taps; ++j) {
          const T weight = static_cast<T>(axis.weight[i * axis.taps + j]);
          if (weight == T(0)) continue;
          const T* from = x + (o * axis.in + axis.first[i] + j) * inner;
          for (i64 k = 0; k < inner; ++k) to[k] += weight * from[k];
        }
      }
  });
}

template <class T>
void resample_adjoint(const ResampleAxis& axis, i64 outer, i64 inner, const T* y, T* x) {
  parallel_for(outer, 1 + 16384 / (axis.out * inner + 1), [&](i64 begin, i64 end) {
    for (i64 o = begin; o < end; ++o) {
      std::fill(x + o * axis.in * inner, x + (o + 1) * axis.in * inner, T(0));
      for (i64 i = 0; i < axis.out; ++i)
        for (i64 j = 0; j < axis.taps; ++j) {
          const T weight = static_cast<T>(axis.weight[i * axis.taps + j]);
          if (weight == T(0)) continue;
          const T* from = y + (o * axis.out + i) * inner;
          T* to = x + (o * axis.in + axis.first[i] + j) * inner;
          for (i64 k = 0; k < inner; ++k) to[k] += weight * from[k];
        }
    }
  });
}

#define GAN_INSTANTIATE(T)                                                        \
  template void sum_pool(const PoolShape&, const T*, T*);                         \
  template void sum_pool_input(const PoolShape&, const T*, T*);                   \
  template void max_pool_index(const PoolShape&, const T*, i32*);                 \
  template void resample(const ResampleAxis&, i64, i64, const T*, T*);            \
  template void resample_adjoint(const ResampleAxis&, i64, i64, const T*, T*);
GAN_INSTANTIATE(float)
GAN_INSTANTIATE(double)

}  // namespace gan::cpu
