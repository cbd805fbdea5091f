// The loops of the emulated cuDNN.
#include "convolution.hpp"

#include <type_traits>
#include <vector>

namespace {

double load(double x, bool) { return x; }
double load(__nv_bfloat16 x, bool) { return double(__bfloat162float(x)); }
/// With tensor cores factors have ten bits of mantissa, rounded to nearest even.
double load(float x, bool tf32) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, 4);
  if (tf32 && (bits & 0x7f800000u) != 0x7f800000u) bits = (bits + 0xfffu + ((bits >> 13) & 1u)) & ~0x1fffu;
  std::memcpy(&x, &bits, 4);
  return double(x);
}
void store(double value, double* to) { *to = value; }
void store(double value, float* to) { *to = static_cast<float>(value); }
void store(double value, __nv_bfloat16* to) { *to = __float2bfloat16(static_cast<float>(value)); }

template <class T>
void convolve_as(Output output, const Strided& x, const Strided& w, const Strided& y, const cudnnConvolutionStruct& c,
                 const void* x_data, const void* w_data, const void* y_data, void* out_data, double alpha,
                 double beta) {
  const bool tf32 = std::is_same_v<T, float> && c.math != CUDNN_FMA_MATH;
  const auto *xs = static_cast<const T*>(x_data), *ws = static_cast<const T*>(w_data),
             *ys = static_cast<const T*>(y_data);
  const Strided& of = output == Output::x ? x : (output == Output::w ? w : y);
  std::vector<double> sums(static_cast<std::size_t>(of.size()));
  const i64 outputs = w.n / c.groups;
  for (i64 n = 0; n < x.n; ++n)
    for (i64 p = 0; p < y.h; ++p)
      for (i64 q = 0; q < y.w; ++q)
        for (i64 i = 0; i < w.h; ++i)
          for (i64 j = 0; j < w.w; ++j) {
            const i64 ii = c.mode == CUDNN_CONVOLUTION ? w.h - 1 - i : i,
                      jj = c.mode == CUDNN_CONVOLUTION ? w.w - 1 - j : j;
            const i64 r = p * c.stride_h - c.pad_h + i * c.dilation_h, s = q * c.stride_w - c.pad_w + j * c.dilation_w;
            if (r < 0 || r >= x.h || s < 0 || s >= x.w) continue;
            for (i64 k = 0; k < w.n; ++k) {
              const i64 at_y = n * y.stride_n + k * y.stride_c + p * y.stride_h + q * y.stride_w;
              const i64 at_w = k * w.stride_n + ii * w.stride_h + jj * w.stride_w;
              const i64 at_x = n * x.stride_n + r * x.stride_h + s * x.stride_w + k / outputs * w.c * x.stride_c;
              if (output == Output::y) {
                double sum = 0;
                for (i64 ch = 0; ch < w.c; ++ch)
                  sum += load(xs[at_x + ch * x.stride_c], tf32) * load(ws[at_w + ch * w.stride_c], tf32);
                sums[static_cast<std::size_t>(at_y)] += sum;
              } else {
                const double from = load(ys[at_y], tf32);
                for (i64 ch = 0; ch < w.c; ++ch) {
                  const i64 in_x = at_x + ch * x.stride_c, in_w = at_w + ch * w.stride_c;
                  if (output == Output::x)
                    sums[static_cast<std::size_t>(in_x)] += from * load(ws[in_w], tf32);
                  else
                    sums[static_cast<std::size_t>(in_w)] += from * load(xs[in_x], tf32);
                }
              }
            }
          }
  auto* out = static_cast<T*>(out_data);
  for (std::size_t i = 0; i < sums.size(); ++i)
    store(alpha * sums[i] + (beta == 0 ? 0 : beta * load(out[i], false)), out + i);
}

}  // namespace

void convolve(Output output, const Strided& x, const Strided& w, const Strided& y, const cudnnConvolutionStruct& c,
              const void* x_data, const void* w_data, const void* y_data, void* out, double alpha, double beta) {
  const auto with = [&](auto type) {
    convolve_as<decltype(type)>(output, x, w, y, c, x_data, w_data, y_data, out, alpha, beta);
  };
  if (x.type == CUDNN_DATA_DOUBLE)
    with(double());
  else if (x.type == CUDNN_DATA_FLOAT)
    with(float());
  else
    with(__nv_bfloat16());
}
