// See rows.hpp. Compiled once per instruction set (GAN_ISA); everything but the tables has internal linkage.
#include "src/cpu/isa/rows.hpp"

#include "src/cpu/isa/random.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

template <class T>
void column_sums(i64 rows, i64 channels, const T* x, T* __restrict sum) {
  for (i64 c = 0; c < channels; ++c) sum[c] = T(0);
  for (i64 r = 0; r < rows; ++r) {
    const T* row = x + r * channels;
    GAN_IVDEP for (i64 c = 0; c < channels; ++c) sum[c] += row[c];
  }
}

template <class T>
void column_moments(i64 rows, i64 channels, const T* x, const T* __restrict centre, T* __restrict sum,
                    T* __restrict squares) {
  for (i64 c = 0; c < channels; ++c) sum[c] = squares[c] = T(0);
  for (i64 r = 0; r < rows; ++r) {
    const T* row = x + r * channels;
    GAN_IVDEP for (i64 c = 0; c < channels; ++c) {
      const T d = row[c] - centre[c];
      sum[c] += d;
      squares[c] += d * d;
    }
  }
}

constexpr i64 some_columns = 32;  // whose sums in double are carried along together

template <class T>
void block_totals(i64 blocks, i64 width, i64 begin, i64 end, const T* partial, double* total) {
  for (i64 first = begin; first < end; first += some_columns) {
    const i64 n = end - first < some_columns ? end - first : some_columns;
    double sum[some_columns] = {};
    for (i64 b = 0; b < blocks; ++b) {
      const T* row = partial + b * width + first;
      for (i64 k = 0; k < n; ++k) sum[k] += static_cast<double>(row[k]);
    }
    for (i64 k = 0; k < n; ++k) total[first - begin + k] = sum[k];
  }
}

template <class T>
void combine_moments(i64 rows, i64 size, i64 channels, i64 begin, i64 end, const T* centre, const T* sum,
                     const T* squares, T* mean, T* variance) {
  for (i64 first = begin; first < end; first += some_columns) {
    const i64 n = end - first < some_columns ? end - first : some_columns;
    double m[some_columns] = {}, v[some_columns] = {};
    const auto each_block = [&](auto add) {
      for (i64 row = 0, at = first; row < rows; row += size, at += channels) {
        const double count = static_cast<double>(rows - row < size ? rows - row : size);
        for (i64 k = 0; k < n; ++k) add(k, at + k, count);
      }
    };
    each_block([&](i64 k, i64 at, double count) {
      m[k] += count * static_cast<double>(centre[at]) + static_cast<double>(sum[at]);
    });
    for (i64 k = 0; k < n; ++k) m[k] /= static_cast<double>(rows);
    // The squares about the mean of all, from those about the block's centre.
    each_block([&](i64 k, i64 at, double count) {
      const double d = static_cast<double>(centre[at]) - m[k];
      v[k] += static_cast<double>(squares[at]) + d * (2 * static_cast<double>(sum[at]) + count * d);
    });
    for (i64 k = 0; k < n; ++k) {
      mean[first + k] = static_cast<T>(m[k]);
      variance[first + k] = static_cast<T>(v[k] < 0 ? 0 : v[k] / static_cast<double>(rows));  // a NaN stays one
    }
  }
}

template <class T, class F>
void scale_shift_as(i64 rows, i64 channels, const T* x, const T* scale, const T* shift, T* y, F f) {
  for (i64 r = 0; r < rows; ++r) {
    const T* from = x + r * channels;
    T* to = y + r * channels;
    GAN_IVDEP for (i64 c = 0; c < channels; ++c) to[c] = f(from[c] * scale[c] + shift[c]);
  }
}
template <class T>
void scale_shift(i64 rows, i64 channels, const T* x, const T* scale, const T* shift, T* y, Activation activation,
                 T slope) {
  with_activation(activation, static_cast<double>(slope),
                  [&](auto f, auto) { scale_shift_as(rows, channels, x, scale, shift, y, f); });
}

template <class T, class D>
void epilogue_backward_as(i64 rows, i64 channels, const T* g, const T* y, D gradient, T* gz, T* sum) {
  if (sum == nullptr) {
    GAN_IVDEP for (i64 i = 0; i < rows * channels; ++i) gz[i] = gradient(g[i], y[i]);
    return;
  }
  for (i64 c = 0; c < channels; ++c) sum[c] = T(0);
  for (i64 r = 0; r < rows; ++r) {
    const i64 at = r * channels;
    GAN_IVDEP for (i64 c = 0; c < channels; ++c) {
      const T z = gradient(g[at + c], y[at + c]);
      gz[at + c] = z;
      sum[c] += z;
    }
  }
}
template <class T>
void epilogue_backward(i64 rows, i64 channels, const T* g, const T* y, Activation activation, T slope, T* gz, T* sum) {
  if (gz == nullptr) return column_sums(rows, channels, g, sum);
  if (activation == Activation::none) y = g;  // not read, but must be a valid address
  with_activation(activation, static_cast<double>(slope),
                  [&](auto, auto gradient) { epilogue_backward_as(rows, channels, g, y, gradient, gz, sum); });
}

template <class T, class D>
void norm_sums_as(i64 rows, i64 channels, const T* g, const T* x, const T* y, const T* mean, D gradient,
                  T* __restrict sum_g, T* __restrict sum_gx) {
  for (i64 c = 0; c < channels; ++c) sum_g[c] = sum_gx[c] = T(0);
  for (i64 r = 0; r < rows; ++r) {
    const i64 at = r * channels;
    GAN_IVDEP for (i64 c = 0; c < channels; ++c) {
      const T z = gradient(g[at + c], y[at + c]);
      sum_g[c] += z;
      sum_gx[c] += z * (x[at + c] - mean[c]);
    }
  }
}
template <class T>
void norm_sums(i64 rows, i64 channels, const T* g, const T* x, const T* y, const T* mean, Activation activation,
               T slope, T* sum_g, T* sum_gx) {
  if (activation == Activation::none) y = g;
  with_activation(activation, static_cast<double>(slope), [&](auto, auto gradient) {
    norm_sums_as(rows, channels, g, x, y, mean, gradient, sum_g, sum_gx);
  });
}

template <class T, class D>
void norm_apply_as(i64 rows, i64 channels, const T* g, const T* x, const T* y, const T* mean, const T* a, const T* b,
                   const T* d, D gradient, T* gx) {
  for (i64 r = 0; r < rows; ++r) {
    const i64 at = r * channels;
    GAN_IVDEP for (i64 c = 0; c < channels; ++c) {
      const T z = gradient(g[at + c], y[at + c]);
      gx[at + c] = a[c] * z + b[c] * (x[at + c] - mean[c]) + d[c];
    }
  }
}
template <class T>
void norm_apply(i64 rows, i64 channels, const T* g, const T* x, const T* y, const T* mean, const T* a, const T* b,
                const T* d, Activation activation, T slope, T* gx) {
  if (activation == Activation::none) y = g;
  with_activation(activation, static_cast<double>(slope), [&](auto, auto gradient) {
    norm_apply_as(rows, channels, g, x, y, mean, a, b, d, gradient, gx);
  });
}

template <class T>
void add(i64 n, const T* x, T* y) {
  GAN_IVDEP for (i64 i = 0; i < n; ++i) y[i] += x[i];
}

template <class T>
void adam(i64 n, const AdamStep& s, const T* __restrict g, T* __restrict w, T* __restrict m, T* __restrict v) {
  const T b1 = T(s.beta1), b2 = T(s.beta2), c1 = T(1 - s.beta1), c2 = T(1 - s.beta2);
  const T step = T(s.learning_rate / s.bias_correction1), root = T(1 / math::sqrt(s.bias_correction2));
  const T epsilon = T(s.epsilon), decay = T(s.weight_decay);
  GAN_IVDEP for (i64 i = 0; i < n; ++i) {
    const T gi = g[i] + decay * w[i];
    m[i] = b1 * m[i] + c1 * gi;
    v[i] = b2 * v[i] + c2 * gi * gi;
    w[i] -= step * m[i] / (math::sqrt(v[i]) * root + epsilon);
  }
}

template <class T>
void sgd(i64 n, const SgdStep& s, const T* __restrict g, T* __restrict w, T* __restrict v) {
  const T rate = T(s.learning_rate), momentum = T(s.momentum), decay = T(s.weight_decay);
  if (s.momentum == 0) {
    GAN_IVDEP for (i64 i = 0; i < n; ++i) w[i] -= rate * (g[i] + decay * w[i]);
    return;
  }
  const T keep = s.first ? T(0) : momentum, take = s.first ? T(1) : T(1 - s.dampening);
  const T nesterov = s.nesterov ? T(1) : T(0);
  GAN_IVDEP for (i64 i = 0; i < n; ++i) {
    const T gi = g[i] + decay * w[i];
    v[i] = keep * v[i] + take * gi;
    const T ahead = gi + momentum * v[i];
    w[i] -= rate * (nesterov != T(0) ? ahead : v[i]);
  }
}

template <class T, bool centered, bool momentum>
void rms_prop_as(i64 n, const RmsPropStep& o, const T* __restrict g, T* __restrict w, T* __restrict s, T* __restrict a,
                 T* __restrict v) {
  const T rate = T(o.learning_rate), keep = T(o.alpha), take = T(1 - o.alpha), epsilon = T(o.epsilon);
  const T decay = T(o.weight_decay), inertia = T(o.momentum);
  GAN_IVDEP for (i64 i = 0; i < n; ++i) {
    const T gi = g[i] + decay * w[i];
    s[i] = keep * s[i] + take * gi * gi;
    T variance = s[i];
    if (centered) {
      a[i] = keep * a[i] + take * gi;
      variance = s[i] - a[i] * a[i];
      variance = variance < T(0) ? T(0) : variance;  // rounding can take it below zero when all gradients are equal
    }
    const T u = gi / (math::sqrt(variance) + epsilon);
    if (momentum) v[i] = inertia * v[i] + u;
    w[i] -= rate * (momentum ? v[i] : u);
  }
}
template <class T>
void rms_prop(i64 n, const RmsPropStep& o, const T* g, T* w, T* s, T* a, T* v) {
  if (o.centered) return o.momentum != 0 ? rms_prop_as<T, true, true>(n, o, g, w, s, a, v)
                                         : rms_prop_as<T, true, false>(n, o, g, w, s, a, v);
  return o.momentum != 0 ? rms_prop_as<T, false, true>(n, o, g, w, s, a, v)
                         : rms_prop_as<T, false, false>(n, o, g, w, s, a, v);
}

template <class T>
void lerp(i64 n, T keep, const T* x, T* y) {
  GAN_IVDEP for (i64 i = 0; i < n; ++i) y[i] = keep * y[i] + (T(1) - keep) * x[i];
}

template <class T>
constexpr RowKernels<T> table() {
  return {column_sums<T>, column_moments<T>, block_totals<T>, combine_moments<T>, scale_shift<T>,
          epilogue_backward<T>, norm_sums<T>, norm_apply<T>, add<T>, adam<T>, sgd<T>, rms_prop<T>,
          lerp<T>, nullptr, nullptr, nullptr};
}

}  // namespace

RowKernels<float> rows_f32() {
  RowKernels<float> t = table<float>();
  add_random(t);
  return t;
}
RowKernels<double> rows_f64() {
  RowKernels<double> t = table<double>();
  add_random(t);
  return t;
}

}  // namespace gan::cpu::GAN_ISA
