// Normalisation, and the bias and activation after products.
#include <algorithm>

#include "src/backend/entries.hpp"
#include "src/cpu/blocks.hpp"
#include "src/cpu/isa/rows.hpp"

namespace gan::cpu {
namespace {

std::size_t bytes_of(i64 elements, std::size_t each) { return static_cast<std::size_t>(elements) * each; }

/// Mean and variance of each channel of one image. Each block of rows has its moments about its own mean, taken while
/// it is in cache: one pass over memory.
template <class T>
void channel_statistics(i64 rows, i64 channels, const T* x, T* mean, T* variance) {
  const auto& isa = row_kernels<T>();
  const RowBlocks blocks(rows, channels);
  const i64 places = blocks.count * channels;
  T* const centre = static_cast<T*>(scratch(4, bytes_of(3 * places, sizeof(T))));
  parallel_for(blocks.count, blocks.grain(channels), [&](i64 begin, i64 end) {
    for (i64 b = begin; b < end; ++b) {
      const T* const from = x + blocks.begin(b) * channels;
      T* const c = centre + b * channels;
      isa.column_sums(blocks.length(b), channels, from, c);
      for (i64 k = 0; k < channels; ++k) c[k] /= static_cast<T>(blocks.length(b));
      isa.column_moments(blocks.length(b), channels, from, c, c + places, c + 2 * places);
    }
  });
  parallel_for(channels, 128, [&](i64 begin, i64 end) {
    isa.combine_moments(rows, blocks.size, channels, begin, end, centre, centre + places, centre + 2 * places, mean,
                        variance);
  });
}

/// Mean and variance of each group of one image, from those of its channels.
template <class T>
void group_statistics(i64 rows, i64 channels, i64 groups, const T* x, T* mean, T* variance) {
  if (groups == channels) return channel_statistics(rows, channels, x, mean, variance);
  T* const means = static_cast<T*>(scratch(5, bytes_of(2 * channels, sizeof(T))));
  T* const variances = means + channels;
  channel_statistics(rows, channels, x, means, variances);
  const i64 width = channels / groups;
  for (i64 g = 0; g < groups; ++g) {
    double m = 0, v = 0;
    for (i64 c = g * width; c < (g + 1) * width; ++c) m += static_cast<double>(means[c]);
    m /= static_cast<double>(width);
    for (i64 c = g * width; c < (g + 1) * width; ++c) {
      const double d = static_cast<double>(means[c]) - m;
      v += static_cast<double>(variances[c]) + d * d;
    }
    mean[g] = static_cast<T>(m);
    variance[g] = static_cast<T>(v / static_cast<double>(width));
  }
}

/// The largest divisor of n up to 64.
i64 divisor(i64 n) {
  i64 d = std::min<i64>(n, 64);
  while (n % d != 0) --d;
  return d;
}

/// The sum of a[i] * b[i], as eight sums side by side.
template <class T>
double dot(i64 n, const T* a, const T* b) {
  constexpr i64 some = 8;
  double sums[some] = {}, total = 0;
  i64 i = 0;
  for (; i + some <= n; i += some)
    for (i64 k = 0; k < some; ++k) sums[k] += static_cast<double>(a[i + k]) * static_cast<double>(b[i + k]);
  for (const double sum : sums) total += sum;
  for (; i < n; ++i) total += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return total;
}

/// Sums over the rows of an image for each channel: of gz, and of gz (x - mean), then of gz xhat.
template <class T>
struct NormSums {
  T *gz, *gz_xhat;
};

/// gx = rstd (gz gamma - mean(gz gamma) - xhat mean(gz gamma xhat)), as a gz + b (x - mean) + d with three numbers for
/// each channel of one image.
template <class T>
void norm_coefficients(const NormShape& s, const T* rstd, const T* gamma, const NormSums<T>& sums, T* a, T* b, T* d) {
  const i64 width = s.channels / s.groups;
  const double n = static_cast<double>(s.rows * width);
  for (i64 g = 0; g < s.groups; ++g) {
    const i64 first = g * width;
    const T r = rstd[g];
    for (i64 c = first; c < first + width; ++c) {
      sums.gz_xhat[c] *= r;
      a[c] = gamma[c] * r;
    }
    const double of_mean = -static_cast<double>(r) / n;
    const double sum = dot(width, gamma + first, sums.gz + first);
    const double product = dot(width, gamma + first, sums.gz_xhat + first);
    std::fill(b + first, b + first + width, static_cast<T>(of_mean * static_cast<double>(r) * product));
    std::fill(d + first, d + first + width, static_cast<T>(of_mean * sum));
  }
}

/// The backward of one image: gx and the sums.
template <class T>
void image_backward(const NormShape& s, const T* g, const T* x, const T* y, const T* mean, const T* rstd,
                    const T* gamma, Activation activation, T slope, T* gx, const NormSums<T>& sums) {
  const auto& isa = row_kernels<T>();
  const i64 channels = s.channels, width = channels / s.groups;
  const RowBlocks blocks(s.rows, channels);
  T* const coefficients = static_cast<T*>(scratch(5, bytes_of(4 * channels, sizeof(T))));
  if (width > 1) {  // a mean for each channel
    T* const means = coefficients + 3 * channels;
    for (i64 k = 0; k < s.groups; ++k) std::fill(means + k * width, means + (k + 1) * width, mean[k]);
    mean = means;
  }
  if (blocks.count == 1) {
    isa.norm_sums(s.rows, channels, g, x, y, mean, activation, slope, sums.gz, sums.gz_xhat);
  } else {
    T* const partial = static_cast<T*>(scratch(4, bytes_of(2 * blocks.count * channels, sizeof(T))));
    parallel_for(blocks.count, blocks.grain(channels), [&](i64 begin, i64 end) {
      for (i64 k = begin; k < end; ++k) {
        const i64 at = blocks.begin(k) * channels;
        T* const to = partial + 2 * k * channels;
        isa.norm_sums(blocks.length(k), channels, g + at, x + at, y ? y + at : nullptr, mean, activation, slope, to,
                      to + channels);
      }
    });
    combine_blocks(blocks.count, 2 * channels, partial, [=](i64 k, double total) {
      (k < channels ? sums.gz + k : sums.gz_xhat + (k - channels))[0] = static_cast<T>(total);
    });
  }
  T *const a = coefficients, *const b = a + channels, *const d = b + channels;
  norm_coefficients(s, rstd, gamma, sums, a, b, d);
  parallel_for(s.rows, 1 + 16384 / channels, [&](i64 begin, i64 end) {
    const i64 at = begin * channels;
    isa.norm_apply(end - begin, channels, g + at, x + at, y ? y + at : nullptr, mean, a, b, d, activation, slope,
                   gx + at);
  });
}
}  // namespace

template <class T>
void norm_statistics(const NormShape& s, const T* x, T* mean, T* variance) {
  if (s.rows * s.channels == 0) return;
  NormShape v = s;
  if (v.rows == 1) v = {s.n * s.groups, 1, s.channels / s.groups, 1};  // the groups lie one after the other
  if (v.groups == 1) {  // a group is one run: in rows of a width that vectorises
    const i64 size = v.rows * v.channels, width = divisor(size);
    v = {v.n, size / width, width, 1};
  }
  for_each_of(v.n, v.rows * v.channels, [&](i64 i) {
    group_statistics(v.rows, v.channels, v.groups, x + i * v.rows * v.channels, mean + i * v.groups,
                     variance + i * v.groups);
  });
}

template <class T>
void normalize(const NormShape& s, const T* x, const T* mean, const T* rstd, const T* gamma, const T* beta, T* y,
               Activation activation, T slope) {
  const i64 channels = s.channels, image = s.rows * channels;
  if (image == 0) return;
  const i64 width = channels / s.groups;
  for_each_of(s.n, image, [&](i64 i) {
    T* const scale = static_cast<T*>(scratch(5, bytes_of(2 * channels, sizeof(T))));
    T* const shift = scale + channels;
    for (i64 g = 0; g < s.groups; ++g) {
      const T m = mean[i * s.groups + g], r = rstd[i * s.groups + g];
      for (i64 c = g * width; c < (g + 1) * width; ++c) {
        scale[c] = gamma[c] * r;
        shift[c] = beta[c] - m * scale[c];
      }
    }
    parallel_for(s.rows, 1 + 16384 / channels, [&](i64 begin, i64 end) {
      const i64 at = i * image + begin * channels;
      row_kernels<T>().scale_shift(end - begin, channels, x + at, scale, shift, y + at, activation, slope);
    });
  });
}

template <class T>
void norm_backward(const NormShape& s, const T* g, const T* x, const T* y, const T* mean, const T* rstd, const T* gamma,
                   Activation activation, T slope, T* gx, T* ggamma, T* gbeta) {
  const i64 channels = s.channels, image = s.rows * channels;
  if (s.n * image == 0) {
    std::fill(ggamma, ggamma + channels, T(0));
    std::fill(gbeta, gbeta + channels, T(0));
    return;
  }
  const auto backward = [&](i64 i, const NormSums<T>& sums) {
    const i64 at = i * image;
    image_backward(s, g + at, x + at, y ? y + at : nullptr, mean + i * s.groups, rstd + i * s.groups, gamma, activation,
                   slope, gx + at, sums);
  };
  if (s.n == 1) return backward(0, {gbeta, ggamma});
  T* const all = static_cast<T*>(scratch(6, bytes_of(2 * s.n * channels, sizeof(T))));
  for_each_of(s.n, image, [&](i64 i) {
    T* const own = all + 2 * i * channels;
    backward(i, {own, own + channels});
  });
  combine_blocks(s.n, 2 * channels, all, [=](i64 k, double total) {
    (k < channels ? gbeta + k : ggamma + (k - channels))[0] = static_cast<T>(total);
  });
}

template <class T>
void epilogue_backward(i64 rows, i64 columns, const T* g, const T* y, Activation activation, T slope, T* gz,
                       T* bias_gradient) {
  const auto& isa = row_kernels<T>();
  if (bias_gradient == nullptr) {
    parallel_for(rows, 1 + 16384 / columns, [&](i64 begin, i64 end) {
      const i64 at = begin * columns;
      isa.epilogue_backward(end - begin, columns, g + at, y + at, activation, slope, gz + at, nullptr);
    });
    return;
  }
  const i64 fold = fold_rows(rows, columns), width = columns * fold;
  const RowBlocks blocks(rows / fold, width);
  T* partial = static_cast<T*>(scratch(4, static_cast<std::size_t>(blocks.count * width) * sizeof(T)));
  parallel_for(blocks.count, blocks.grain(width), [&](i64 begin, i64 end) {
    for (i64 b = begin; b < end; ++b) {
      const i64 at = blocks.begin(b) * width;
      isa.epilogue_backward(blocks.length(b), width, g + at, y ? y + at : nullptr, activation, slope,
                            gz ? gz + at : nullptr, partial + b * width);
    }
  });
  combine_blocks(blocks.count * fold, columns, partial,
                 [=](i64 c, double total) { bias_gradient[c] = static_cast<T>(total); });
}

GAN_KERNEL(norm_statistics)
GAN_KERNEL(normalize)
GAN_KERNEL(norm_backward)
GAN_KERNEL(epilogue_backward)

}  // namespace gan::cpu
