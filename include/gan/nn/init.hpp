// Initial weights. The values of a parameter depend only on the seed and its name, so that adding a layer does not
// change those of other layers.
#pragma once

#include "gan/tensor/tensor.hpp"

namespace gan {

/// How a parameter is initialised.
struct Initializer {
  enum class Kind { constant, normal, truncated_normal, uniform, orthogonal, direction };
  enum class Scale { none, fan_in, fan_average };
  Kind kind = Kind::constant;
  double a = 0, b = 0;        ///< constant: value a; normal: mean a, deviation b; uniform: [a, b); orthogonal: gain b
  Scale scale = Scale::none;  ///< which fan's square root divides the deviation
};

namespace initializer {
constexpr Initializer constant(double value) { return {Initializer::Kind::constant, value, 0}; }
/// N(mean, deviation^2).
constexpr Initializer normal(double deviation, double mean = 0) { return {Initializer::Kind::normal, mean, deviation}; }
/// N(0, deviation^2) redrawn outside two deviations.
constexpr Initializer truncated_normal(double deviation) { return {Initializer::Kind::truncated_normal, 0, deviation}; }
constexpr Initializer uniform(double low, double high) { return {Initializer::Kind::uniform, low, high}; }
/// Uniform with variance 2 / (fan_in + fan_out) (Glorot & Bengio 2010); Keras's default.
Initializer xavier_uniform();
/// Normal with the same variance.
Initializer xavier_normal();
/// Uniform with variance 2 / fan_in (He et al. 2015).
Initializer he_uniform();
/// Normal with the same variance.
Initializer he_normal();
/// Rows (or columns, whichever are fewer) orthonormal, times gain (Saxe et al. 2014).
constexpr Initializer orthogonal(double gain = 1) { return {Initializer::Kind::orthogonal, 0, gain}; }
/// N(0, 1) divided by the norm of all values: a random vector of length 1.
constexpr Initializer direction() { return {Initializer::Kind::direction, 0, 0}; }
}  // namespace initializer

/// The initial values of a parameter: a pure function of (initializer, seed, name, shape, fans).
template <class T>
Tensor<T> initial_values(const Initializer& how, Shape shape, double fan_in, double fan_out, u64 seed,
                         const std::string& name);

/// Writes the same values into y; in place when y is on the CPU.
template <class T>
void fill_initial(Tensor<T>& y, const Initializer& how, double fan_in, double fan_out, u64 seed,
                  const std::string& name);

extern template Tensor<float> initial_values(const Initializer&, Shape, double, double, u64, const std::string&);
extern template Tensor<double> initial_values(const Initializer&, Shape, double, double, u64, const std::string&);
extern template void fill_initial(Tensor<float>&, const Initializer&, double, double, u64, const std::string&);
extern template void fill_initial(Tensor<double>&, const Initializer&, double, double, u64, const std::string&);

}  // namespace gan
