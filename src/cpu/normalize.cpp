// Batch normalisation, and the bias and activation after products.
#include "src/backend/entries.hpp"
#include "src/cpu/blocks.hpp"
#include "src/cpu/isa/rows.hpp"

namespace gan::cpu {

template <class T>
void batch_statistics(i64 rows, i64 channels, const T* x, T* mean, T* variance) {
  const auto& isa = row_kernels<T>();
  const RowBlocks blocks(rows, channels);
  const i64 places = blocks.count * channels;
  T* const centre = static_cast<T*>(scratch(4, static_cast<std::size_t>(3 * places) * sizeof(T)));
  // Each block's moments about the block's mean, while the block is in cache: one pass over memory.
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

template <class T>
void scale_shift(i64 rows, i64 channels, const T* x, const T* scale, const T* shift, T* y, Activation activation,
                 T slope) {
  parallel_for(rows, 1 + 16384 / channels, [&](i64 begin, i64 end) {
    row_kernels<T>().scale_shift(end - begin, channels, x + begin * channels, scale, shift, y + begin * channels,
                                 activation, slope);
  });
}

template <class T>
void batch_norm_backward(i64 rows, i64 channels, const T* g, const T* x, const T* y, const T* mean, const T* rstd,
                         const T* gamma, Activation activation, T slope, T* gx, T* ggamma, T* gbeta) {
  const auto& isa = row_kernels<T>();
  const RowBlocks blocks(rows, channels);
  const auto bytes = [](i64 n) { return static_cast<std::size_t>(n) * sizeof(T); };
  T* partial = static_cast<T*>(scratch(4, bytes(2 * blocks.count * channels)));
  parallel_for(blocks.count, blocks.grain(channels), [&](i64 begin, i64 end) {
    for (i64 b = begin; b < end; ++b) {
      const i64 at = blocks.begin(b) * channels;
      T* sums = partial + 2 * b * channels;
      isa.norm_sums(blocks.length(b), channels, g + at, x + at, y ? y + at : nullptr, mean, activation, slope, sums,
                    sums + channels);
    }
  });
  T* coefficients = static_cast<T*>(scratch(5, bytes(3 * channels)));
  const double n = static_cast<double>(rows);
  combine_blocks(blocks.count, 2 * channels, partial, [=](i64 k, double total) {
    if (k < channels)
      gbeta[k] = static_cast<T>(total);
    else
      ggamma[k - channels] = static_cast<T>(total * static_cast<double>(rstd[k - channels]));
  });
  // gx = gamma rstd (gz - mean(gz) - xhat mean(gz xhat)), as a gz + b (x - mean) + d with three numbers per channel.
  for (i64 c = 0; c < channels; ++c) {
    const double a = static_cast<double>(gamma[c]) * static_cast<double>(rstd[c]);
    coefficients[c] = static_cast<T>(a);
    coefficients[channels + c] = static_cast<T>(-a * static_cast<double>(rstd[c]) * static_cast<double>(ggamma[c]) / n);
    coefficients[2 * channels + c] = static_cast<T>(-a * static_cast<double>(gbeta[c]) / n);
  }
  parallel_for(rows, 1 + 16384 / channels, [&](i64 begin, i64 end) {
    const i64 at = begin * channels;
    isa.norm_apply(end - begin, channels, g + at, x + at, y ? y + at : nullptr, mean, coefficients,
                   coefficients + channels, coefficients + 2 * channels, activation, slope, gx + at);
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

GAN_KERNEL(batch_statistics)
GAN_KERNEL(scale_shift)
GAN_KERNEL(batch_norm_backward)
GAN_KERNEL(epilogue_backward)

}  // namespace gan::cpu
