// Plain loops for the four products, with sums in double: slow, short and evidently correct.
#include "gan/core/parallel.hpp"
#include "src/backend/conv_index.hpp"
#include "src/cpu/finish.hpp"
#include "src/cpu/products.hpp"

namespace gan::cpu {

template <class T>
void reference_gemm(const GemmShape& s, const T* a, const T* b, T* c, const Epilogue<T>& epilogue) {
  parallel_for(s.m, 1, [&](i64 begin, i64 end) {
    for (i64 i = begin; i < end; ++i)
      for (i64 j = 0; j < s.n; ++j) {
        double sum = 0;
        for (i64 k = 0; k < s.k; ++k)
          sum += double(s.transpose_a ? a[k * s.m + i] : a[i * s.k + k]) *
                 double(s.transpose_b ? b[j * s.k + k] : b[k * s.n + j]);
        const T before = s.accumulate ? c[i * s.n + j] : T(0);
        c[i * s.n + j] = finish(before + static_cast<T>(sum), j, epilogue);
      }
  });
}

template <class T>
void reference_conv(const ConvShape& s, const T* x, const T* w, T* y, const Epilogue<T>& epilogue) {
  const i64 c = s.c / s.groups, o = s.o / s.groups;
  parallel_for(s.n * s.oh * s.ow, 1, [&](i64 begin, i64 end) {
    for (i64 pixel = begin; pixel < end; ++pixel) {
      const i64 n = pixel / (s.oh * s.ow), p = pixel / s.ow % s.oh, q = pixel % s.ow;
      for (i64 k = 0; k < s.o; ++k) {
        double sum = 0;
        for (i64 i = 0; i < s.kh; ++i)
          for (i64 j = 0; j < s.kw; ++j) {
            const i64 row = conv_source(p, s.stride_h, s.pad_top, i, s.dilation_h);
            const i64 column = conv_source(q, s.stride_w, s.pad_left, j, s.dilation_w);
            if (row < 0 || row >= s.h || column < 0 || column >= s.w) continue;
            const T* from = x + ((n * s.h + row) * s.w + column) * s.c + k / o * c;
            const T* filter = w + ((k * s.kh + i) * s.kw + j) * c;
            for (i64 ch = 0; ch < c; ++ch) sum += double(from[ch]) * double(filter[ch]);
          }
        y[pixel * s.o + k] = finish(static_cast<T>(sum), k, epilogue);
      }
    }
  });
}

template <class T>
void reference_conv_input(const ConvShape& s, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  const i64 c = s.c / s.groups, o = s.o / s.groups;
  parallel_for(s.n * s.h * s.w, 1, [&](i64 begin, i64 end) {
    for (i64 pixel = begin; pixel < end; ++pixel) {
      const i64 n = pixel / (s.h * s.w), row = pixel / s.w % s.h, column = pixel % s.w;
      for (i64 ch = 0; ch < s.c; ++ch) {
        const i64 group = ch / c;
        double sum = 0;
        for (i64 i = 0; i < s.kh; ++i)
          for (i64 j = 0; j < s.kw; ++j) {
            const i64 p = conv_target(row, s.stride_h, s.pad_top, i, s.dilation_h, s.oh);
            const i64 q = conv_target(column, s.stride_w, s.pad_left, j, s.dilation_w, s.ow);
            if (p < 0 || q < 0) continue;
            const T* from = y + ((n * s.oh + p) * s.ow + q) * s.o;
            for (i64 k = group * o; k < (group + 1) * o; ++k)
              sum += double(from[k]) * double(w[((k * s.kh + i) * s.kw + j) * c + ch % c]);
          }
        x[pixel * s.c + ch] = finish(static_cast<T>(sum), ch, epilogue);
      }
    }
  });
}

template <class T>
void reference_conv_weight(const ConvShape& s, const T* y, const T* x, T* w) {
  const i64 c = s.c / s.groups, o = s.o / s.groups;
  parallel_for(s.o * s.kh * s.kw * c, 1, [&](i64 begin, i64 end) {
    for (i64 index = begin; index < end; ++index) {
      const i64 ch = index % c, j = index / c % s.kw, i = index / c / s.kw % s.kh, k = index / c / s.kw / s.kh;
      double sum = 0;
      for (i64 pixel = 0; pixel < s.n * s.oh * s.ow; ++pixel) {
        const i64 n = pixel / (s.oh * s.ow);
        const i64 row = conv_source(pixel / s.ow % s.oh, s.stride_h, s.pad_top, i, s.dilation_h);
        const i64 column = conv_source(pixel % s.ow, s.stride_w, s.pad_left, j, s.dilation_w);
        if (row < 0 || row >= s.h || column < 0 || column >= s.w) continue;
        sum += double(y[pixel * s.o + k]) * double(x[((n * s.h + row) * s.w + column) * s.c + k / o * c + ch]);
      }
      w[index] = static_cast<T>(sum);
    }
  });
}

#define GAN_INSTANTIATE(T)                                                                             \
  template void reference_gemm<T>(const GemmShape&, const T*, const T*, T*, const Epilogue<T>&);       \
  template void reference_conv<T>(const ConvShape&, const T*, const T*, T*, const Epilogue<T>&);       \
  template void reference_conv_input<T>(const ConvShape&, const T*, const T*, T*, const Epilogue<T>&); \
  template void reference_conv_weight<T>(const ConvShape&, const T*, const T*, T*);
GAN_INSTANTIATE(float)
GAN_INSTANTIATE(double)
#undef GAN_INSTANTIATE

}  // namespace gan::cpu
