// The second of the two interfaces of the seam (docs/architecture.md): the heavy kernels, as a table of functions on
// raw dense arrays, one table per device and scalar type. Above it are shapes, history and meaning; below it are
// pointers and loops.
// Contracts common to all entries: arrays are dense, row-major and live on the table's device; outputs do not overlap
// inputs unless the entry says so; every output element is written; no entry allocates anything but scratch memory; the
// result of an entry does not depend on the number of threads.
// An entry `name` is a member of Kernels, with its contract, and a line in KernelEntries; function templates of that
// name in src/cpu/ and cuda/, each with a line GAN_KERNEL(name), are what stands behind it (src/backend/entries.hpp).
#pragma once

#include <array>
#include <span>

#include "gan/backend/activation.hpp"
#include "gan/core/device.hpp"
#include "gan/core/math_mode.hpp"
#include "gan/core/rng.hpp"
#include "gan/core/shape.hpp"

namespace gan {

/// y = activation(y + bias), applied while a result is still in registers or cache.
template <class T>
struct Epilogue {
  const T* bias = nullptr;  ///< one value per column (channel), or null
  Activation activation = Activation::none;
  T slope = T(0);  ///< the parameter of an activation that has one, such as leaky_relu's slope
};

/// C(m, n) = op(A)(m, k) * op(B)(k, n); A is stored (k, m) if transpose_a, B is stored (n, k) if transpose_b. With
/// accumulate, the product is added to C, and the epilogue must be empty.
struct GemmShape {
  i64 m = 0, n = 0, k = 0;
  bool transpose_a = false, transpose_b = false;
  bool accumulate = false;
  MathMode math = MathMode::fp32;
};

/// A 2-D convolution (cross-correlation) of images (n, h, w, c) with filters (o, kh, kw, c / groups) to
/// (n, oh, ow, o). Output pixel (p, q) reads input rows p * stride_h - pad_top + i * dilation_h for i < kh.
/// Rows and columns outside the image are zeros; oh and ow imply the padding at the bottom and right.
struct ConvShape {
  i64 n = 0, h = 0, w = 0, c = 0;
  i64 oh = 0, ow = 0, o = 0;
  i64 kh = 1, kw = 1;
  i64 stride_h = 1, stride_w = 1;
  i64 pad_top = 0, pad_left = 0;
  i64 dilation_h = 1, dilation_w = 1;
  i64 groups = 1;
  MathMode math = MathMode::fp32;
};

/// Pooling windows over images (n, h, w, c) -> (n, oh, ow, c), with ConvShape's geometry and no dilation.
struct PoolShape {
  i64 n = 0, h = 0, w = 0, c = 0;
  i64 oh = 0, ow = 0;
  i64 kh = 1, kw = 1;
  i64 stride_h = 1, stride_w = 1;
  i64 pad_top = 0, pad_left = 0;
};

/// Normalisation of x(n, rows, channels), n images of `rows` pixels: each group of channels / groups neighbouring
/// channels of each image has a mean and a variance. Batch normalisation takes the batch as one image, with a group for
/// each channel; instance normalisation has the same groups in n images; layer normalisation has one group.
struct NormShape {
  i64 n = 1, rows = 0, channels = 0, groups = 0;
};

/// One axis of a separable resampling, as a sparse matrix stored by rows: output i is the sum over j < taps of
/// weight[i * taps + j] * input[first[i] + j]. The arrays are on the table's device, like all others.
struct ResampleAxis {
  i64 in = 0, out = 0, taps = 0;
  const i64* first = nullptr;
  const double* weight = nullptr;
  /// All outputs with a nonzero weight for input i lie in [readers[2 i], readers[2 i + 1]), which may contain others.
  const i64* readers = nullptr;
};

/// Steps in memory along the axes of a shape; 0 for the axes that it does not have.
using Strides = std::array<i64, Shape::max_rank>;

/// Adam (Kingma & Ba 2015, algorithm 1), one fused pass: m, v and w are updated in place.
struct AdamStep {
  double learning_rate, beta1, beta2, epsilon, weight_decay;
  double bias_correction1, bias_correction2;  ///< 1 - beta^t

  bool operator==(const AdamStep&) const = default;
};
/// SGD with momentum as in PyTorch: v = momentum * v + (1 - dampening) * g;
/// w -= lr * (nesterov ? g + momentum * v : v).
struct SgdStep {
  double learning_rate, momentum, dampening, weight_decay;
  bool nesterov, first;  ///< first step: v is set to g, not accumulated

  bool operator==(const SgdStep&) const = default;
};
/// RMSProp as in PyTorch: s = alpha s + (1 - alpha) g^2; if centered, a = alpha a + (1 - alpha) g, else a = 0;
/// u = g / (sqrt(s - a^2) + epsilon); w -= lr * (momentum == 0 ? u : v), v = momentum v + u.
struct RmsPropStep {
  double learning_rate, alpha, epsilon, weight_decay, momentum;
  bool centered;

  bool operator==(const RmsPropStep&) const = default;
};

/// One step of a moving average: w = keep w + (1 - keep) g.
struct LerpStep {
  double keep;

  bool operator==(const LerpStep&) const = default;
};

/// One parameter in an optimizer step, as arrays of n elements: the gradient, the weights and the optimizer's state.
/// The state of Adam is m and v; of SGD, the velocity if there is momentum; of RMSProp, the mean square, the average
/// gradient if centered, and the velocity if there is momentum. Unused entries are null.
template <class T>
struct UpdateArrays {
  i64 n = 0;
  const T* g = nullptr;
  T* w = nullptr;
  T* state[3] = {};
};

template <class T>
struct Kernels {
  // ---- products ----------------------------------------------------------------------------------------------
  /// c(m, n) = epilogue(op(a) * op(b)); the epilogue's bias has n values.
  void (*gemm)(const GemmShape&, const T* a, const T* b, T* c, const Epilogue<T>&);
  /// y(n, oh, ow, o) = epilogue(convolution of x(n, h, w, c) with w(o, kh, kw, c/groups)); bias has o values.
  void (*conv)(const ConvShape&, const T* x, const T* w, T* y, const Epilogue<T>&);
  /// x(n, h, w, c) = epilogue(adjoint of conv in x, applied to y): the transposed convolution; bias has c values.
  void (*conv_input)(const ConvShape&, const T* y, const T* w, T* x, const Epilogue<T>&);
  /// w(o, kh, kw, c/groups) = adjoint of conv in w, applied to y(n, oh, ow, o) at x(n, h, w, c).
  void (*conv_weight)(const ConvShape&, const T* y, const T* x, T* w);

  // ---- reductions and moves ----------------------------------------------------------------------------------
  /// y = x summed over the axes where `to` (same rank as `from`) has extent 1.
  void (*sum_to)(const Shape& from, const Shape& to, const T* x, T* y);
  /// y(outer, n, inner) = the sum of x along the middle axis up to each element, itself included; with `reverse`, from
  /// each element to the last.
  void (*cumsum)(i64 outer, i64 n, i64 inner, bool reverse, const T* x, T* y);
  /// y[i] = x[offset + sum of index_k * stride_k] over the indices of `shape`: permute, slice, broadcast.
  void (*gather_strided)(const Shape& shape, const Strides& strides, i64 offset, const T* x, T* y);
  /// y[offset + sum of index_k * stride_k] = x[i], all at different positions. The other elements of y, which has
  /// y_size elements, become zero; if y_size is 0 they keep their values. Adjoint of a slice.
  void (*scatter_strided)(const Shape& shape, const Strides& strides, i64 offset, const T* x, T* y, i64 y_size);
  /// y(rows, width) = x[index[i], :]; the caller checks that every index is a row of x.
  void (*gather_rows)(i64 rows, i64 width, const i64* index, const T* x, T* y);
  /// y(y_rows, width): row i of x is added to row index[i] of y, from zero; adjoint of gather_rows.
  void (*scatter_add_rows)(i64 rows, i64 width, const i64* index, const T* x, T* y, i64 y_rows);
  /// y[b, j] = x[b, index[b, j]] for b < batch, j < n, x of width x_width: the values that max pooling selected.
  void (*max_pool_gather)(i64 batch, i64 n, i64 x_width, const i32* index, const T* x, T* y);
  /// y(n, h, w, c) = adjoint of max_pool_gather for an index from max_pool_index, applied to x(n, oh, ow, c): the x of
  /// every window is added to the element that its index names, which lies in the window; elsewhere y is zero.
  void (*max_unpool)(const PoolShape&, const i32* index, const T* x, T* y);
  /// y(n, h, w, c) = images x moved by whole pixels, with a rectangle cut out: place[b] = (down, right, top, left,
  /// bottom, right end), six whole numbers as T, of which fractions are dropped; y[b, i, j] = x[b, i - down, j -
  /// right], but 0 where that lies outside the image, and for top <= i < bottom and left <= j < right end. Any numbers
  /// are allowed.
  void (*translate_cutout)(i64 n, i64 h, i64 w, i64 c, const T* place, const T* x, T* y);
  /// y(n, classes) = 1 where labels[i] is the class, 0 elsewhere; the caller checks the labels.
  void (*one_hot)(i64 n, i64 classes, const T* labels, T* y);
  /// y[r] = maximum of x[r, :].
  void (*max_rows)(i64 rows, i64 columns, const T* x, T* y);
  /// y += x, n elements.
  void (*accumulate)(i64 n, const T* x, T* y);

  // ---- pooling and resampling --------------------------------------------------------------------------------
  /// y = sum over each window.
  void (*sum_pool)(const PoolShape&, const T* x, T* y);
  /// x = adjoint of sum_pool applied to y: nearest-neighbour upsampling if windows tile the image.
  void (*sum_pool_input)(const PoolShape&, const T* y, T* x);
  /// index[n, oh, ow, c] = position of each window's maximum in its image (row-major h, w, c); the first in case of a
  /// tie.
  void (*max_pool_index)(const PoolShape&, const T* x, i32* index);
  /// y(outer, out, inner) = the axis's matrix applied along the middle axis of x(outer, in, inner).
  void (*resample)(const ResampleAxis&, i64 outer, i64 inner, const T* x, T* y);
  /// x(outer, in, inner) = adjoint of resample applied to y(outer, out, inner).
  void (*resample_adjoint)(const ResampleAxis&, i64 outer, i64 inner, const T* y, T* x);
  /// y(n, oh, ow, c) = images x(n, h, w, c) sampled bilinearly at affine maps of the pixels: pixel (p, q) of image b in
  /// y lies at column m[0] q + m[1] p + m[2] and row m[3] q + m[4] p + m[5] of image b in x, m = map[6 b …]; outside of
  /// x are zeros.
  void (*affine_sample)(i64 n, i64 h, i64 w, i64 c, i64 oh, i64 ow, const T* map, const T* x, T* y);
  /// x(n, h, w, c) = adjoint of affine_sample applied to y(n, oh, ow, c).
  void (*affine_sample_input)(i64 n, i64 h, i64 w, i64 c, i64 oh, i64 ow, const T* map, const T* y, T* x);

  // ---- normalisation -----------------------------------------------------------------------------------------
  /// mean(n, groups) and biased variance(n, groups) of x(n, rows, channels); two passes, the second about the mean.
  void (*norm_statistics)(const NormShape&, const T* x, T* mean, T* variance);
  /// y = activation(gamma[c] * (x - mean) * rstd + beta[c]), with mean and rstd(n, groups) of x's group.
  void (*normalize)(const NormShape&, const T* x, const T* mean, const T* rstd, const T* gamma, const T* beta, T* y,
                    Activation, T slope);
  /// Fused backward of normalize with the mean and rstd of x itself: gx(n, rows, channels), ggamma and gbeta(channels)
  /// from g, x and (unless activation is none) y.
  void (*norm_backward)(const NormShape&, const T* g, const T* x, const T* y, const T* mean, const T* rstd,
                        const T* gamma, Activation, T slope, T* gx, T* ggamma, T* gbeta);

  // ---- bias and activation -----------------------------------------------------------------------------------
  /// gz = g * activation'(y), the derivative as a function of the output y(rows, columns); bias_gradient[columns], if
  /// not null, is the sum of gz over rows. gz may be g.
  void (*epilogue_backward)(i64 rows, i64 columns, const T* g, const T* y, Activation, T slope, T* gz,
                            T* bias_gradient);

  // ---- random fills: element i is a pure function of (rng, i) ------------------------------------------------
  void (*fill)(i64 n, T value, T* y);
  /// y[i] = low + (high - low) * u, u uniform on [0, 1) in steps of 2^-24.
  void (*fill_uniform)(i64 n, Rng rng, T low, T high, T* y);
  /// y[i] = mean + deviation * z, z standard normal.
  void (*fill_normal)(i64 n, Rng rng, T mean, T deviation, T* y);
  /// y[i] = 1 / keep with probability keep, else 0: a dropout mask. keep in (0, 1].
  void (*fill_dropout)(i64 n, Rng rng, T keep, T* y);

  // ---- optimizers and averages ---------------------------------------------------------------------------------
  // Each entry updates all arrays of a list at once.
  void (*adam)(const AdamStep&, std::span<const UpdateArrays<T>>);
  void (*sgd)(const SgdStep&, std::span<const UpdateArrays<T>>);
  void (*rms_prop)(const RmsPropStep&, std::span<const UpdateArrays<T>>);
  void (*lerp)(const LerpStep&, std::span<const UpdateArrays<T>>);
};

/// Members of Kernels, as template arguments.
template <auto... entries>
struct EntryList {};

/// Every entry, once: the devices' tables and the traces of calls are made from this list, and a build whose list is
/// not complete, or whose CPU or CUDA kernels lack an entry of it, fails.
template <class T, class K = Kernels<T>>
using KernelEntries = EntryList<
    &K::gemm, &K::conv, &K::conv_input, &K::conv_weight,                                          //
    &K::sum_to, &K::cumsum, &K::gather_strided, &K::scatter_strided, &K::gather_rows,             //
    &K::scatter_add_rows,                                                                         //
    &K::max_pool_gather, &K::max_unpool, &K::translate_cutout, &K::one_hot, &K::max_rows,         //
    &K::accumulate,                                                                               //
    &K::sum_pool, &K::sum_pool_input, &K::max_pool_index, &K::resample, &K::resample_adjoint,     //
    &K::affine_sample, &K::affine_sample_input,                                                   //
    &K::norm_statistics, &K::normalize, &K::norm_backward, &K::epilogue_backward,                  //
    &K::fill, &K::fill_uniform, &K::fill_normal, &K::fill_dropout,                                //
    &K::adam, &K::sgd, &K::rms_prop, &K::lerp>;

/// The CPU's table.
template <class T>
const Kernels<T>& cpu_kernels();

/// The table of a device. Throws DeviceError if this build or machine does not have the device.
template <class T>
const Kernels<T>& kernels(Device device);

extern template const Kernels<float>& kernels<float>(Device);
extern template const Kernels<double>& kernels<double>(Device);

}  // namespace gan
