// Activation functions. The derivatives of those that layers can fuse (enum Activation) are functions of the output.
#pragma once

#include <limits>

#include "gan/ops/activation_functors.hpp"

namespace gan {

template <class T>
Tensor<T> permute(const Tensor<T>& x, std::vector<int> order);

namespace detail {
/// g where y > 0, slope * g elsewhere. Linear in g; constant in y almost everywhere.
template <class T>
Tensor<T> leaky_relu_gradient(const Tensor<T>& g, const Tensor<T>& y, double slope) {
  const Tensor<T> mask = detach(y);
  const Tensor<T> masked = slope == 0 ? map(g, mask, functor::ReluGradient{}, "relu")
                                      : map(g, mask, functor::LeakyReluGradient{slope}, "leaky_relu");
  return record<T>("leaky_relu_gradient", masked, {g, mask}, save::input(1), [slope](auto& h, auto& s) {
    return Tensors<T>{leaky_relu_gradient(h, s.input(1), slope), Tensor<T>{}};
  });
}
}  // namespace detail

/// max(x, 0), so 0 for -inf; the derivative at 0 is 0.
template <class T>
Tensor<T> relu(const Tensor<T>& x) {
  return record<T>("relu", map(x, functor::Relu{}, "relu"), {x}, save::output,
                   [](auto& g, auto& s) { return Tensors<T>{detail::leaky_relu_gradient(g, s.output(), 0)}; });
}
/// x where x > 0, slope * x elsewhere (Maas et al. 2013); slope in [0, inf), where 0 gives relu. Throws ValueError for
/// a negative slope.
template <class T>
Tensor<T> leaky_relu(const Tensor<T>& x, double slope = 0.2) {
  if (slope < 0) throw ValueError("[leaky_relu] the slope must not be negative");
  if (slope == 0) return relu(x);
  return record<T>("leaky_relu", map(x, functor::LeakyRelu{slope}, "leaky_relu"), {x}, save::output,
                   [slope](auto& g, auto& s) { return Tensors<T>{detail::leaky_relu_gradient(g, s.output(), slope)}; });
}

/// Hyperbolic tangent.
template <class T>
Tensor<T> tanh(const Tensor<T>& x) {
  return record<T>("tanh", map(x, functor::Tanh{}, "tanh"), {x}, save::output, [](auto& g, auto& s) {
    const Tensor<T> y = s.output();
    return Tensors<T>{recording() ? mul(g, affine(mul(y, y), -1, 1)) : map(g, y, functor::TanhGradient{}, "tanh")};
  });
}
/// 1 / (1 + e^-x), without overflow.
template <class T>
Tensor<T> sigmoid(const Tensor<T>& x) {
  return record<T>("sigmoid", map(x, functor::Sigmoid{}, "sigmoid"), {x}, save::output, [](auto& g, auto& s) {
    const Tensor<T> y = s.output();
    return Tensors<T>{recording() ? mul(g, mul(y, affine(y, -1, 1)))
                                  : map(g, y, functor::SigmoidGradient{}, "sigmoid")};
  });
}
/// log(1 + e^x), without overflow.
template <class T>
Tensor<T> softplus(const Tensor<T>& x) {
  return record<T>("softplus", map(x, functor::Softplus{}, "softplus"), {x}, save::inputs,
                   [](auto& g, auto& s) { return Tensors<T>{mul(g, sigmoid(s.input(0)))}; });
}

namespace detail {
/// The derivative of elu as a function of its output: 1 where y > 0, y + alpha elsewhere.
template <class T>
Tensor<T> elu_slope(const Tensor<T>& y, double alpha) {
  return record<T>("elu_slope", map(y, functor::EluSlope{alpha}), {y}, save::inputs, [](auto& g, auto& s) {
    return Tensors<T>{mul(g, map(s.input(0), functor::NotPositive{}))};  // a constant mask: no history
  });
}
}  // namespace detail

/// x where x > 0, alpha (e^x - 1) elsewhere (Clevert et al. 2016). Throws ValueError for a negative alpha.
template <class T>
Tensor<T> elu(const Tensor<T>& x, double alpha = 1) {
  if (alpha < 0) throw ValueError("[elu] alpha must not be negative");
  return record<T>("elu", map(x, functor::Elu{alpha}, "elu"), {x}, save::output,
                   [alpha](auto& g, auto& s) {
                     const Tensor<T> y = s.output();
                     return Tensors<T>{recording() ? mul(g, detail::elu_slope(y, alpha))
                                                   : map(g, y, functor::EluGradient{alpha}, "elu")};
                   });
}
namespace detail {
/// The derivative of prelu in x: 1 where x > 0, the slope elsewhere. Constant in x almost everywhere.
template <class T>
Tensor<T> prelu_factor(const Tensor<T>& x, const Tensor<T>& slope) {
  const Tensor<T> constant = detach(x);
  return record<T>("prelu_factor", map(constant, slope, functor::PreluFactor{}, "prelu"), {constant, slope},
                   save::input(0), [](auto& g, auto& s) {
                     const Tensor<T> below = map(s.input(0), functor::NotPositive{});
                     return Tensors<T>{Tensor<T>{}, sum_to(mul(g, below), s.input_shape(1))};
                   });
}
}  // namespace detail

/// x where x > 0, slope * x elsewhere (He et al. 2015); x (…, C), and the learnt slope has shape (), (1) or (C). Throws
/// ShapeError if it has another shape.
template <class T>
Tensor<T> prelu(const Tensor<T>& x, const Tensor<T>& slope) {
  GAN_CHECK_SHAPE(x.rank() >= 1 && slope.rank() <= 1 && (slope.size() == 1 || slope.size() == x.shape(-1)), "prelu",
                  "one slope, or one for each entry of the last axis, is needed", x.shape(), slope.shape());
  return record<T>("prelu", map(x, slope, functor::Prelu{}, "prelu"), {x, slope}, save::inputs, [](auto& g, auto& s) {
    const Tensor<T> in = s.input(0);
    Tensors<T> parts(2);
    if (s.needs(0)) parts[0] = mul(g, detail::prelu_factor(in, s.input(1)));
    if (s.needs(1)) {
      const Tensor<T> products = recording() ? mul(g, mul(in, map(in, functor::NotPositive{})))
                                             : map(g, in, functor::NotPositiveProduct{}, "prelu");
      parts[1] = sum_to(products, s.input_shape(1));
    }
    return parts;
  });
}

namespace detail {
/// The largest value along the last axis, which is kept with extent 1; no history.
template <class T>
Tensor<T> row_maximum(const Tensor<T>& x) {
  Tensor<T> largest(x.shape().with(-1, 1), x.device());
  kernels<T>(x.device()).max_rows(largest.size(), x.shape(-1), x.data(), largest.mutable_data());
  return largest;
}
}  // namespace detail

/// log of softmax along the last axis, stable for any finite x.
template <class T>
Tensor<T> log_softmax(const Tensor<T>& x) {
  GAN_CHECK_SHAPE(x.rank() >= 1, "log_softmax", "a last axis is needed", x.shape());
  const Tensor<T> largest = detail::row_maximum(x);
  const Tensor<T> shifted = sub(x, largest);  // a constant shift per row, which does not affect the derivative
  return sub(shifted, log(sum_to(exp(shifted), largest.shape())));
}
/// e^x / sum of e^x along the last axis.
template <class T>
Tensor<T> softmax(const Tensor<T>& x) {
  detail::require_defined("softmax", x);
  return exp(log_softmax(x));
}
/// log of the sum of e^x along one axis (negative counts from the last), which is dropped; stable for any x, infinite
/// ones included. Throws ShapeError for an axis that x does not have or that is empty.
template <class T>
Tensor<T> logsumexp(const Tensor<T>& x, int axis = -1) {
  if (axis < 0) axis += x.rank();
  GAN_CHECK_SHAPE(axis >= 0 && axis < x.rank() && x.shape(axis) > 0, "logsumexp", "an axis with entries is needed",
                  x.shape());
  std::vector<int> order;
  for (int i = 0; i < x.rank(); ++i)
    if (i != axis) order.push_back(i);
  order.push_back(axis);
  const Tensor<T> terms = axis == x.rank() - 1 ? x : permute(x, order);
  constexpr double most = std::numeric_limits<T>::max();  // the difference of two infinities is NaN
  const Tensor<T> shift = map(detail::row_maximum(terms), functor::Clamp{-most, most}, "logsumexp");
  const Tensor<T> kept = add(log(sum_to(exp(sub(terms, shift)), shift.shape())), shift);
  const int last[] = {-1};
  return reshape(kept, detail::squeezed(terms.shape(), last));
}

/// The activation that linear, the convolutions and batch_norm fuse into their result y = activation(z + bias). Layers
/// take it as `.activation`: LeakyReLU{0.2}, ReLU{}, Tanh{}, Sigmoid{} and ELU{} convert to it.
struct FusedActivation {
  Activation activation = Activation::none;
  double slope = 0.2;  ///< slope of leaky_relu, alpha of elu; not negative
};

/// Any of the fused activations; `slope` is that of leaky_relu, or the alpha of elu.
template <class T>
Tensor<T> activate(const Tensor<T>& x, Activation activation, double slope = 0.2) {
  detail::require_defined("activate", x);
  switch (activation) {
    case Activation::none: return x;
    case Activation::relu: return relu(x);
    case Activation::leaky_relu: return leaky_relu(x, slope);
    case Activation::tanh: return tanh(x);
    case Activation::sigmoid: return sigmoid(x);
    case Activation::elu: return elu(x, slope);
  }
  throw ValueError("[activate] unknown activation");
}

namespace detail {
/// Replaces leaky_relu of slope 0 by relu: kernels multiply by the slope, and 0 times -inf is NaN.
constexpr FusedActivation without_zero_slope(FusedActivation e) {
  if (e.activation == Activation::leaky_relu && e.slope == 0) e.activation = Activation::relu;
  return e;
}

/// The law for a fused activation: g times its derivative, as ops on the output y.
template <class T>
Tensor<T> activation_gradient(const Tensor<T>& g, const Tensor<T>& y, Activation activation, double slope) {
  switch (activation) {
    case Activation::none: return g;
    case Activation::relu: return leaky_relu_gradient(g, y, 0);
    case Activation::leaky_relu: return leaky_relu_gradient(g, y, slope);
    case Activation::tanh: return mul(g, affine(mul(y, y), -1, 1));
    case Activation::sigmoid: return mul(g, mul(y, affine(y, -1, 1)));
    case Activation::elu: return mul(g, elu_slope(y, slope));
  }
  throw ValueError("[activate] unknown activation");
}

/// The gradients in z and, if `want_bias`, in the bias (C) from the gradient g in y. One fused pass unless recording.
template <class T>
std::pair<Tensor<T>, Tensor<T>> epilogue_backward(const Tensor<T>& g, const Saved<T>& s, FusedActivation e,
                                                  bool want_bias) {
  const i64 channels = g.shape(-1);
  if (recording()) {
    const Tensor<T> gz =
        e.activation == Activation::none ? g : activation_gradient(g, s.output(), e.activation, e.slope);
    return {gz, want_bias ? sum_to(gz, Shape{channels}) : Tensor<T>{}};
  }
  if (e.activation == Activation::none && !want_bias) return {g, {}};
  Tensor<T> gb;
  if (want_bias) gb = Tensor<T>(Shape{channels}, g.device());
  const bool same = e.activation == Activation::none;
  Tensor<T> gz = same ? g : Tensor<T>(g.shape(), g.device());
  const Tensor<T> y = same ? Tensor<T>{} : s.output();
  kernels<T>(g.device())
      .epilogue_backward(g.size() / channels, channels, g.data(), same ? nullptr : y.data(), e.activation,
                         static_cast<T>(e.slope), same ? nullptr : gz.mutable_data(),
                         want_bias ? gb.mutable_data() : nullptr);
  return {gz, gb};
}

template <class T>
Epilogue<T> make_epilogue(const Tensor<T>& bias, FusedActivation e, i64 channels, const char* op) {
  if (bias.defined())
    GAN_CHECK_SHAPE(bias.shape() == Shape{channels}, op, "the bias needs one value per output channel", bias.shape(),
                    Shape{channels});
  if (e.slope < 0) throw ValueError(std::string("[") + op + "] the slope must not be negative");
  e = without_zero_slope(e);
  return {bias.defined() ? bias.data() : nullptr, e.activation, static_cast<T>(e.slope)};
}
}  // namespace detail

#define GAN_ACTIVATION(T)                                                                                      \
  GAN_EXTERN_OP template Tensor<T> detail::leaky_relu_gradient(const Tensor<T>&, const Tensor<T>&, double);    \
  GAN_EXTERN_OP template Tensor<T> leaky_relu(const Tensor<T>&, double);                                       \
  GAN_EXTERN_OP template Tensor<T> relu(const Tensor<T>&);                                                     \
  GAN_EXTERN_OP template Tensor<T> tanh(const Tensor<T>&);                                                     \
  GAN_EXTERN_OP template Tensor<T> sigmoid(const Tensor<T>&);                                                  \
  GAN_EXTERN_OP template Tensor<T> softplus(const Tensor<T>&);                                                 \
  GAN_EXTERN_OP template Tensor<T> detail::elu_slope(const Tensor<T>&, double);                                \
  GAN_EXTERN_OP template Tensor<T> elu(const Tensor<T>&, double);                                              \
  GAN_EXTERN_OP template Tensor<T> prelu(const Tensor<T>&, const Tensor<T>&);                                  \
  GAN_EXTERN_OP template Tensor<T> log_softmax(const Tensor<T>&);                                              \
  GAN_EXTERN_OP template Tensor<T> softmax(const Tensor<T>&);                                                  \
  GAN_EXTERN_OP template Tensor<T> logsumexp(const Tensor<T>&, int);                                           \
  GAN_EXTERN_OP template Tensor<T> activate(const Tensor<T>&, Activation, double);                             \
  GAN_EXTERN_OP template Tensor<T> detail::activation_gradient(const Tensor<T>&, const Tensor<T>&, Activation, \
                                                               double);
GAN_FOR_SCALARS(GAN_ACTIVATION)
#undef GAN_ACTIVATION

}  // namespace gan
