// Matrix products.
#pragma once

#include "gan/ops/activation.hpp"
#include "gan/ops/shape.hpp"

namespace gan {

/// Which operands of matmul are used transposed.
struct Transpose {
  bool a = false, b = false;
};

namespace detail {
template <class T>
Tensor<T> matmul(const Tensor<T>& a, const Tensor<T>& b, Transpose t, MathMode math) {
  GAN_CHECK_SHAPE(a.rank() == 2 && b.rank() == 2, "matmul", "two matrices are needed", a.shape(), b.shape());
  const i64 m = a.shape(t.a ? 1 : 0), k = a.shape(t.a ? 0 : 1), n = b.shape(t.b ? 0 : 1);
  GAN_CHECK_SHAPE(k == b.shape(t.b ? 1 : 0), "matmul", "inner extents differ", a.shape(), b.shape());
  require_device_of(a, "matmul", b);
  Tensor<T> y(Shape{m, n}, a.device());
  kernels<T>(a.device()).gemm({m, n, k, t.a, t.b, false, math}, a.data(), b.data(), y.mutable_data(), {});
  return record<T>("matmul", y, {a, b}, save::inputs, [t, math](auto& g, auto& s) {
    Tensors<T> out(2);
    if (s.needs(0))
      out[0] = t.a ? matmul(s.input(1), g, {t.b, true}, math) : matmul(g, s.input(1), {false, !t.b}, math);
    if (s.needs(1))
      out[1] = t.b ? matmul(g, s.input(0), {true, t.a}, math) : matmul(s.input(0), g, {!t.a, false}, math);
    return out;
  });
}

/// matmul of each of B pairs: op(a) (B, M, K) times op(b) (B, K, N) → (B, M, N).
template <class T>
Tensor<T> batch_matmul(const Tensor<T>& a, const Tensor<T>& b, Transpose t, MathMode math) {
  const i64 batch = a.shape(0), m = a.shape(t.a ? 2 : 1), k = a.shape(t.a ? 1 : 2), n = b.shape(t.b ? 1 : 2);
  require_device_of(a, "matmul", b);
  Tensor<T> y(Shape{batch, m, n}, a.device());
  const T *from_a = a.data(), *from_b = b.data();
  T* const to = y.mutable_data();
  const auto products = [&, gemm = kernels<T>(a.device()).gemm](i64 begin, i64 end) {
    for (i64 i = begin; i < end; ++i)
      gemm({m, n, k, t.a, t.b, false, math}, from_a + i * m * k, from_b + i * k * n, to + i * m * n, {});
  };
  if (a.device().is_cpu() && batch >= threads())
    parallel_for(batch, 1, products);
  else
    products(0, batch);
  return record<T>("batch_matmul", y, {a, b}, save::inputs, [t, math](auto& g, auto& s) {
    Tensors<T> out(2);
    if (s.needs(0))
      out[0] = t.a ? batch_matmul(s.input(1), g, {t.b, true}, math) : batch_matmul(g, s.input(1), {false, !t.b}, math);
    if (s.needs(1))
      out[1] = t.b ? batch_matmul(g, s.input(0), {true, t.a}, math) : batch_matmul(s.input(0), g, {!t.a, false}, math);
    return out;
  });
}

/// The axes before the last two of a tensor that has them.
inline Shape leading(const Shape& shape) { return {shape.begin(), shape.rank() - 2}; }
/// `leading` with a matrix's extents behind.
Shape matrices(const Shape& leading, i64 rows, i64 columns);
}  // namespace detail

/// op(a) (…, M, K) times op(b) (…, K, N) → (…, M, N): the product of two matrices, or one for each index of the leading
/// axes, which broadcast (by copies, unless b is one matrix and a is not transposed: that is one product). Many
/// products are one call of the device for each. Throws ShapeError, and DeviceError unless both are on one device.
template <class T>
Tensor<T> matmul(const Tensor<T>& a, const Tensor<T>& b, Transpose t = {}) {
  const MathMode math = math_mode();
  if (a.rank() <= 2 && b.rank() <= 2) return detail::matmul(a, b, t, math);
  GAN_CHECK_SHAPE(a.rank() >= 2 && b.rank() >= 2, "matmul", "two matrices are needed", a.shape(), b.shape());
  const i64 m = a.shape(t.a ? -1 : -2), k = a.shape(t.a ? -2 : -1), n = b.shape(t.b ? -2 : -1);
  GAN_CHECK_SHAPE(k == b.shape(t.b ? -1 : -2), "matmul", "inner extents differ", a.shape(), b.shape());
  const Shape lead = broadcast_shapes(detail::leading(a.shape()), detail::leading(b.shape()), "matmul");
  const Shape result = detail::matrices(lead, m, n);
  const i64 batch = lead.size();
  if (b.rank() == 2 && !t.a) return reshape(detail::matmul(reshape(a, Shape{batch * m, k}), b, t, math), result);
  const auto all = [&](const Tensor<T>& x) {
    const i64 rows = x.shape(-2), columns = x.shape(-1);
    return reshape(broadcast_to(x, detail::matrices(lead, rows, columns)), Shape{batch, rows, columns});
  };
  return reshape(detail::batch_matmul(all(a), all(b), t, math), result);
}

/// x (N, in) → activation(x weight^T + bias) (N, out), weight (out, in), bias (out) or undefined. Throws ShapeError.
template <class T>
Tensor<T> linear(const Tensor<T>& x, const Tensor<T>& weight, const Tensor<T>& bias = {}, FusedActivation e = {}) {
  GAN_CHECK_SHAPE(x.rank() == 2 && weight.rank() == 2 && x.shape(1) == weight.shape(1), "linear",
                  "input (N, in) and weight (out, in) do not fit", x.shape(), weight.shape());
  const i64 n = x.shape(0), width = x.shape(1), out = weight.shape(0);
  detail::require_device_of(x, "linear", weight, bias);
  e = detail::without_zero_slope(e);
  const MathMode math = math_mode();
  Tensor<T> y(Shape{n, out}, x.device());
  kernels<T>(x.device())
      .gemm({n, out, width, false, true, false, math}, x.data(), weight.data(), y.mutable_data(),
            detail::make_epilogue(bias, e, out, "linear"));
  const unsigned saves = save::input(0) | save::input(1) | (e.activation != Activation::none ? save::output : 0u);
  return record<T>("linear", y, {x, weight, bias}, saves, [e, math](auto& g, auto& s) {
    auto [gz, gb] = detail::epilogue_backward<T>(g, s, e, s.needs(2));
    Tensors<T> parts{s.needs(0) ? detail::matmul(gz, s.input(1), {}, math) : Tensor<T>{}, {}, gb};
    if (Tensor<T>* const sum = s.sum(1)) {
      const Tensor<T> in = s.input(0);
      kernels<T>(gz.device())
          .gemm({gz.shape(1), in.shape(1), gz.shape(0), true, false, true, math}, gz.data(), in.data(),
                sum->mutable_data(), {});
    } else if (s.needs(1)) {
      parts[1] = detail::matmul(gz, s.input(0), {true, false}, math);
    }
    return parts;
  });
}

/// Looks up row labels[i] of a table: table (classes, width), labels (N) → (N, width). Labels are class numbers as
/// floats, the form in which batches store them. Throws ShapeError, and, as one_hot does, ValueError for a label that
/// is not an integer in [0, classes).
template <class T>
Tensor<T> embedding(const Tensor<T>& table, const Tensor<T>& labels) {
  GAN_CHECK_SHAPE(table.rank() == 2 && labels.rank() == 1, "embedding",
                  "a table (classes, width) and labels (N) are needed", table.shape(), labels.shape());
  if (labels.device().is_cpu() || labels.device() != table.device())
    return gather(table, detail::class_numbers(labels.to_vector(), table.shape(0), "embedding"));
  // Keeps the labels on the device: products with ones and zeros, exact in fp32.
  return detail::matmul(one_hot(labels, table.shape(0)), table, {}, MathMode::fp32);
}

#define GAN_LINEAR(T)                                                                                             \
  GAN_EXTERN_OP template Tensor<T> detail::matmul(const Tensor<T>&, const Tensor<T>&, Transpose, MathMode);       \
  GAN_EXTERN_OP template Tensor<T> detail::batch_matmul(const Tensor<T>&, const Tensor<T>&, Transpose, MathMode); \
  GAN_EXTERN_OP template Tensor<T> matmul(const Tensor<T>&, const Tensor<T>&, Transpose);                         \
  GAN_EXTERN_OP template Tensor<T> embedding(const Tensor<T>&, const Tensor<T>&);                                 \
  GAN_EXTERN_OP template Tensor<T> linear(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&, FusedActivation);
GAN_FOR_SCALARS(GAN_LINEAR)
#undef GAN_LINEAR

}  // namespace gan
