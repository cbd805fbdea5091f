// Arithmetic with broadcasting (NumPy's rule), and the corresponding operators.
#pragma once

#include "gan/ops/reduce.hpp"

namespace gan {

namespace functor {
struct Add {
  template <class T>
  GAN_HD T operator()(T a, T b) const { return a + b; }
};
struct Subtract {
  template <class T>
  GAN_HD T operator()(T a, T b) const { return a - b; }
};
struct Multiply {
  template <class T>
  GAN_HD T operator()(T a, T b) const { return a * b; }
};
struct Divide {
  template <class T>
  GAN_HD T operator()(T a, T b) const { return a / b; }
};
struct Affine {
  double scale, shift;
  template <class T>
  GAN_HD T operator()(T x) const { return T(scale) * x + T(shift); }
};
struct Maximum {
  template <class T>
  GAN_HD T operator()(T a, T b) const { return a > b || a != a ? a : b; }
};
struct GreaterEqual {
  template <class T>
  GAN_HD T operator()(T a, T b) const { return a >= b ? T(1) : T(0); }
};
GAN_MAP2(Add)
GAN_MAP2(Subtract)
GAN_MAP2(Multiply)
GAN_MAP2(Divide)
GAN_MAP1(Affine)
GAN_MAP2(Maximum)
GAN_MAP2(GreaterEqual)
}  // namespace functor

/// a + b.
template <class T>
Tensor<T> add(const Tensor<T>& a, const Tensor<T>& b) {
  return record<T>("add", map(a, b, functor::Add{}, "add"), {a, b}, save::none, [](auto& g, auto& s) {
    return Tensors<T>{s.needs(0) ? sum_to(g, s.input_shape(0)) : Tensor<T>{},
                      s.needs(1) ? sum_to(g, s.input_shape(1)) : Tensor<T>{}};
  });
}

/// scale * x + shift.
template <class T>
Tensor<T> affine(const Tensor<T>& x, double scale, double shift) {
  return record<T>("affine", map(x, functor::Affine{scale, shift}, "affine"), {x}, save::none,
                   [scale](auto& g, auto&) { return Tensors<T>{scale == 1 ? g : affine(g, scale, 0)}; });
}

/// a - b.
template <class T>
Tensor<T> sub(const Tensor<T>& a, const Tensor<T>& b) {
  return record<T>("sub", map(a, b, functor::Subtract{}, "sub"), {a, b}, save::none, [](auto& g, auto& s) {
    return Tensors<T>{s.needs(0) ? sum_to(g, s.input_shape(0)) : Tensor<T>{},
                      s.needs(1) ? affine(sum_to(g, s.input_shape(1)), -1, 0) : Tensor<T>{}};
  });
}

/// a * b.
template <class T>
Tensor<T> mul(const Tensor<T>& a, const Tensor<T>& b) {
  return record<T>("mul", map(a, b, functor::Multiply{}, "mul"), {a, b}, save::inputs, [](auto& g, auto& s) {
    return Tensors<T>{s.needs(0) ? sum_to(mul(g, s.input(1)), s.input_shape(0)) : Tensor<T>{},
                      s.needs(1) ? sum_to(mul(g, s.input(0)), s.input_shape(1)) : Tensor<T>{}};
  });
}

/// a / b.
template <class T>
Tensor<T> div(const Tensor<T>& a, const Tensor<T>& b) {
  return record<T>("div", map(a, b, functor::Divide{}, "div"), {a, b}, save::input(1) | save::output,
                   [](auto& g, auto& s) {
                     const Tensor<T> ga = div(g, s.input(1));
                     return Tensors<T>{
                         s.needs(0) ? sum_to(ga, s.input_shape(0)) : Tensor<T>{},
                         s.needs(1) ? affine(sum_to(mul(ga, s.output()), s.input_shape(1)), -1, 0) : Tensor<T>{}};
                   });
}

/// The larger of a and b; in a tie the gradient goes to a.
template <class T>
Tensor<T> maximum(const Tensor<T>& a, const Tensor<T>& b) {
  return record<T>("maximum", map(a, b, functor::Maximum{}, "maximum"), {a, b}, save::inputs, [](auto& g, auto& s) {
    const Tensor<T> first = map(s.input(0), s.input(1), functor::GreaterEqual{}, "maximum");  // constant: no history
    return Tensors<T>{s.needs(0) ? sum_to(mul(g, first), s.input_shape(0)) : Tensor<T>{},
                      s.needs(1) ? sum_to(mul(g, affine(first, -1, 1)), s.input_shape(1)) : Tensor<T>{}};
  });
}

/// The smaller of a and b; in a tie the gradient goes to a.
template <class T>
Tensor<T> minimum(const Tensor<T>& a, const Tensor<T>& b) {
  detail::require_defined("minimum", a, b);
  return affine(maximum(affine(a, -1, 0), affine(b, -1, 0)), -1, 0);
}

template <class T>
Tensor<T> operator+(const Tensor<T>& a, const Tensor<T>& b) { return add(a, b); }
template <class T>
Tensor<T> operator-(const Tensor<T>& a, const Tensor<T>& b) { return sub(a, b); }
template <class T>
Tensor<T> operator*(const Tensor<T>& a, const Tensor<T>& b) { return mul(a, b); }
template <class T>
Tensor<T> operator/(const Tensor<T>& a, const Tensor<T>& b) { return div(a, b); }
template <class T>
Tensor<T> operator-(const Tensor<T>& x) { return affine(x, -1, 0); }
template <class T>
Tensor<T> operator+(const Tensor<T>& x, double s) { return affine(x, 1, s); }
template <class T>
Tensor<T> operator+(double s, const Tensor<T>& x) { return affine(x, 1, s); }
template <class T>
Tensor<T> operator-(const Tensor<T>& x, double s) { return affine(x, 1, -s); }
template <class T>
Tensor<T> operator-(double s, const Tensor<T>& x) { return affine(x, -1, s); }
template <class T>
Tensor<T> operator*(const Tensor<T>& x, double s) { return affine(x, s, 0); }
template <class T>
Tensor<T> operator*(double s, const Tensor<T>& x) { return affine(x, s, 0); }
template <class T>
Tensor<T> operator/(const Tensor<T>& x, double s) { return affine(x, 1 / s, 0); }

#define GAN_ARITHMETIC(T)                                                        \
  GAN_EXTERN_OP template Tensor<T> add(const Tensor<T>&, const Tensor<T>&);      \
  GAN_EXTERN_OP template Tensor<T> sub(const Tensor<T>&, const Tensor<T>&);      \
  GAN_EXTERN_OP template Tensor<T> mul(const Tensor<T>&, const Tensor<T>&);      \
  GAN_EXTERN_OP template Tensor<T> div(const Tensor<T>&, const Tensor<T>&);      \
  GAN_EXTERN_OP template Tensor<T> maximum(const Tensor<T>&, const Tensor<T>&);  \
  GAN_EXTERN_OP template Tensor<T> minimum(const Tensor<T>&, const Tensor<T>&);  \
  GAN_EXTERN_OP template Tensor<T> affine(const Tensor<T>&, double, double);
GAN_FOR_SCALARS(GAN_ARITHMETIC)
#undef GAN_ARITHMETIC

}  // namespace gan
