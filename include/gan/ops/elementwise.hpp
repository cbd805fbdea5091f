// Elementary functions.
#pragma once

#include "gan/ops/arithmetic.hpp"

namespace gan {

namespace functor {
struct Exp {
  template <class T>
  GAN_HD T operator()(T x) const { return math::exp(x); }
};
struct Log {
  template <class T>
  GAN_HD T operator()(T x) const { return math::log(x); }
};
struct Sqrt {
  template <class T>
  GAN_HD T operator()(T x) const { return math::sqrt(x); }
};
struct Rsqrt {
  template <class T>
  GAN_HD T operator()(T x) const { return T(1) / math::sqrt(x); }
};
struct Sin {
  template <class T>
  GAN_HD T operator()(T x) const { return math::sin(x); }
};
struct Cos {
  template <class T>
  GAN_HD T operator()(T x) const { return math::cos(x); }
};
struct Abs {
  template <class T>
  GAN_HD T operator()(T x) const { return math::abs(x); }
};
struct Sign {
  template <class T>
  GAN_HD T operator()(T x) const { return x > T(0) ? T(1) : (x < T(0) ? T(-1) : T(0)); }
};
struct Power {
  double exponent;
  template <class T>
  GAN_HD T operator()(T x) const { return math::pow(x, T(exponent)); }
};
struct Clamp {
  double low, high;
  template <class T>
  GAN_HD T operator()(T x) const { return x < T(low) ? T(low) : (x > T(high) ? T(high) : x); }
};
struct ClassNumber {  // the class of x in [0, classes]; the upper end belongs to the last class
  double classes;
  template <class T>
  GAN_HD T operator()(T x) const {
    const T whole = math::floor(x);
    return whole < T(classes) ? whole : T(classes) - T(1);
  }
};
struct Floor {
  template <class T>
  GAN_HD T operator()(T x) const { return math::floor(x); }
};
struct Inside {
  double low, high;
  template <class T>
  GAN_HD T operator()(T x) const { return x >= T(low) && x <= T(high) ? T(1) : T(0); }
};
GAN_MAP1(Exp)
GAN_MAP1(Log)
GAN_MAP1(Sqrt)
GAN_MAP1(Rsqrt)
GAN_MAP1(Sin)
GAN_MAP1(Cos)
GAN_MAP1(Abs)
GAN_MAP1(Sign)
GAN_MAP1(Power)
GAN_MAP1(Clamp)
GAN_MAP1(ClassNumber)
GAN_MAP1(Floor)
GAN_MAP1(Inside)
}  // namespace functor

/// e^x.
template <class T>
Tensor<T> exp(const Tensor<T>& x) {
  return record<T>("exp", map(x, functor::Exp{}, "exp"), {x}, save::output,
                   [](auto& g, auto& s) { return Tensors<T>{mul(g, s.output())}; });
}
/// Natural logarithm.
template <class T>
Tensor<T> log(const Tensor<T>& x) {
  return record<T>("log", map(x, functor::Log{}, "log"), {x}, save::inputs,
                   [](auto& g, auto& s) { return Tensors<T>{div(g, s.input(0))}; });
}
/// Square root; its derivative at 0 is infinite.
template <class T>
Tensor<T> sqrt(const Tensor<T>& x) {
  return record<T>("sqrt", map(x, functor::Sqrt{}, "sqrt"), {x}, save::output,
                   [](auto& g, auto& s) { return Tensors<T>{affine(div(g, s.output()), 0.5, 0)}; });
}
/// 1 / sqrt(x); infinite at 0.
template <class T>
Tensor<T> rsqrt(const Tensor<T>& x) {
  return record<T>("rsqrt", map(x, functor::Rsqrt{}, "rsqrt"), {x}, save::output, [](auto& g, auto& s) {
    return Tensors<T>{affine(mul(g, mul(s.output(), mul(s.output(), s.output()))), -0.5, 0)};
  });
}
/// x * x.
template <class T>
Tensor<T> square(const Tensor<T>& x) {
  detail::require_defined("square", x);
  return mul(x, x);
}
template <class T>
Tensor<T> cos(const Tensor<T>& x);
/// Sine of x radians.
template <class T>
Tensor<T> sin(const Tensor<T>& x) {
  return record<T>("sin", map(x, functor::Sin{}, "sin"), {x}, save::inputs,
                   [](auto& g, auto& s) { return Tensors<T>{mul(g, cos(s.input(0)))}; });
}
/// Cosine of x radians.
template <class T>
Tensor<T> cos(const Tensor<T>& x) {
  return record<T>("cos", map(x, functor::Cos{}, "cos"), {x}, save::inputs,
                   [](auto& g, auto& s) { return Tensors<T>{affine(mul(g, sin(s.input(0))), -1, 0)}; });
}
/// |x|; the derivative at 0 is 0.
template <class T>
Tensor<T> abs(const Tensor<T>& x) {
  return record<T>("abs", map(x, functor::Abs{}, "abs"), {x}, save::inputs, [](auto& g, auto& s) {
    return Tensors<T>{mul(g, map(s.input(0), functor::Sign{}))};  // the sign is piecewise constant: no history
  });
}
/// x to a constant power. Integer powers have derivatives of every order at 0; for others they are infinite there from
/// some order on.
template <class T>
Tensor<T> pow(const Tensor<T>& x, double exponent) {
  return record<T>("pow", map(x, functor::Power{exponent}, "pow"), {x}, save::inputs, [exponent](auto& g, auto& s) {
    // The derivative of x^0 is 0 times a factor that must be finite, which x^-1 is not at 0.
    const double lower = exponent == 0 ? 0 : exponent - 1;
    return Tensors<T>{affine(mul(g, pow(s.input(0), lower)), exponent, 0)};
  });
}
/// x limited to [low, high]; the gradient is 0 outside the range.
template <class T>
Tensor<T> clamp(const Tensor<T>& x, double low, double high) {
  return record<T>("clamp", map(x, functor::Clamp{low, high}, "clamp"), {x}, save::inputs,
                   [low, high](auto& g, auto& s) {
                     return Tensors<T>{mul(g, map(s.input(0), functor::Inside{low, high}))};
                   });
}

#define GAN_ELEMENTWISE(T)                                              \
  GAN_EXTERN_OP template Tensor<T> exp(const Tensor<T>&);               \
  GAN_EXTERN_OP template Tensor<T> log(const Tensor<T>&);               \
  GAN_EXTERN_OP template Tensor<T> sqrt(const Tensor<T>&);              \
  GAN_EXTERN_OP template Tensor<T> rsqrt(const Tensor<T>&);             \
  GAN_EXTERN_OP template Tensor<T> square(const Tensor<T>&);            \
  GAN_EXTERN_OP template Tensor<T> sin(const Tensor<T>&);               \
  GAN_EXTERN_OP template Tensor<T> cos(const Tensor<T>&);               \
  GAN_EXTERN_OP template Tensor<T> abs(const Tensor<T>&);               \
  GAN_EXTERN_OP template Tensor<T> pow(const Tensor<T>&, double);       \
  GAN_EXTERN_OP template Tensor<T> clamp(const Tensor<T>&, double, double);
GAN_FOR_SCALARS(GAN_ELEMENTWISE)
#undef GAN_ELEMENTWISE

}  // namespace gan
