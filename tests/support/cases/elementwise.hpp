// Arithmetic, elementary functions, activations.
#pragma once

#include "support/cases/case.hpp"

namespace gan {

inline std::vector<Case> elementwise_cases() {
  using namespace naive;
  const Shape s{3, 5};
  const CaseOptions big{.large = {{300, 200}}}, big2{.large = {{300, 200}, {300, 200}}};
  const CaseOptions positive{.large = {{300, 200}}, .low = 0.5, .high = 2};
  return {
      make_case(
          "add", {s, s}, [](auto& x) { return add(x[0], x[1]); }, map2([](double a, double b) { return a + b; }), big2),
      make_case(
          "add.broadcast", {{2, 1, 4}, {3, 1}}, [](auto& x) { return x[0] + x[1]; },
          map2([](double a, double b) { return a + b; })),
      make_case("sub", {s, {5}}, [](auto& x) { return sub(x[0], x[1]); },
                map2([](double a, double b) { return a - b; }), {.large = {{3000, 50}, {50}}}),
      make_case("mul", {s, {3, 1}}, [](auto& x) { return mul(x[0], x[1]); },
                map2([](double a, double b) { return a * b; }), {.large = {{300, 200}, {300, 1}}}),
      make_case(
          "mul.scalar", {s, {}}, [](auto& x) { return x[0] * x[1]; }, map2([](double a, double b) { return a * b; })),
      make_case("div", {s, {1, 5}}, [](auto& x) { return div(x[0], x[1]); },
                map2([](double a, double b) { return a / b; }), {.large = {{300, 200}, {200}}, .low = 0.5, .high = 2}),
      make_case(
          "maximum", {s, s}, [](auto& x) { return maximum(x[0], x[1]); },
          map2([](double a, double b) { return std::max(a, b); }), big2),
      make_case(
          "minimum", {s, {5}}, [](auto& x) { return minimum(x[0], x[1]); },
          map2([](double a, double b) { return std::min(a, b); })),
      make_case(
          "affine", {s}, [](auto& x) { return 3.0 - 2.0 * x[0]; }, naive::map([](double a) { return 3 - 2 * a; }), big),
      make_case(
          "affine.divide", {s}, [](auto& x) { return affine(-x[0] / 4.0, 1, 2.0); },
          naive::map([](double a) { return 2 - a / 4; })),
      make_case(
          "exp", {s}, [](auto& x) { return exp(x[0]); }, naive::map([](double a) { return std::exp(a); }), big),
      make_case(
          "log", {s}, [](auto& x) { return log(x[0]); }, naive::map([](double a) { return std::log(a); }), positive),
      make_case(
          "sqrt", {s}, [](auto& x) { return sqrt(x[0]); }, naive::map([](double a) { return std::sqrt(a); }), positive),
      make_case(
          "square", {s}, [](auto& x) { return square(x[0]); }, naive::map([](double a) { return a * a; }), big),
      make_case(
          "sin", {s}, [](auto& x) { return sin(x[0]); }, naive::map([](double a) { return std::sin(a); }), big),
      make_case(
          "cos", {s}, [](auto& x) { return cos(x[0]); }, naive::map([](double a) { return std::cos(a); }), big),
      make_case(
          "abs", {s}, [](auto& x) { return abs(x[0]); }, naive::map([](double a) { return std::abs(a); }), big),
      make_case(
          "pow", {s}, [](auto& x) { return pow(x[0], -1.5); }, naive::map([](double a) { return std::pow(a, -1.5); }),
          positive),
      make_case(
          "clamp", {s}, [](auto& x) { return clamp(x[0], -0.5, 0.25); },
          naive::map([](double a) { return std::min(std::max(a, -0.5), 0.25); }), big),
      make_case(
          "leaky_relu", {s}, [](auto& x) { return leaky_relu(x[0], 0.2); },
          naive::map([](double a) { return a > 0 ? a : 0.2 * a; }), big),
      make_case(
          "relu", {s}, [](auto& x) { return relu(x[0]); }, naive::map([](double a) { return a > 0 ? a : 0; }), big),
      make_case("tanh", {s}, [](auto& x) { return tanh(x[0]); }, naive::map([](double a) { return std::tanh(a); }),
                {.large = {{300, 200}}, .low = -3, .high = 3}),
      make_case("sigmoid", {s}, [](auto& x) { return sigmoid(x[0]); },
                naive::map([](double a) { return 1 / (1 + std::exp(-a)); }),
                {.large = {{300, 200}}, .low = -5, .high = 5}),
      make_case("softplus", {s}, [](auto& x) { return softplus(x[0]); },
                naive::map([](double a) { return std::log1p(std::exp(a)); }),
                {.large = {{300, 200}}, .low = -5, .high = 5}),
      make_case("elu", {s}, [](auto& x) { return elu(x[0], 0.7); },
                naive::map([](double a) { return a > 0 ? a : 0.7 * (std::exp(a) - 1); }),
                {.large = {{300, 200}}, .low = -3, .high = 3}),
      make_case("prelu", {{3, 2, 5}, {5}}, [](auto& x) { return prelu(x[0], x[1]); },
                map2([](double a, double w) { return a > 0 ? a : w * a; }), {.large = {{300, 200}, {200}}}),
      make_case(
          "prelu.shared", {s, {1}}, [](auto& x) { return prelu(x[0], x[1]); },
          map2([](double a, double w) { return a > 0 ? a : w * a; })),
      make_case(
          "activate", {s},
          [](auto& x) {
            return activate(activate(activate(x[0], Activation::tanh), Activation::leaky_relu, 0.3),
                            Activation::sigmoid);
          },
          naive::map([](double a) {
            const double t = std::tanh(a), l = t > 0 ? t : 0.3 * t;
            return 1 / (1 + std::exp(-l));
          })),
      make_case(
          "log_softmax", {{4, 6}}, [](auto& x) { return log_softmax(x[0]); },
          [](auto& x) {
            Array y = x[0];
            for (i64 r = 0; r < 4; ++r) {
              double t = 0;
              for (i64 c = 0; c < 6; ++c) t += std::exp(x[0].at({r, c}));
              for (i64 c = 0; c < 6; ++c) y.at({r, c}) -= std::log(t);
            }
            return y;
          },
          {.large = {{3000, 20}}}),
      make_case(
          "softmax", {{2, 2, 3}}, [](auto& x) { return softmax(x[0]); },
          [](auto& x) {
            Array y = x[0];
            for (i64 r = 0; r < 4; ++r) {
              double t = 0;
              for (i64 c = 0; c < 3; ++c) t += std::exp(x[0].at({r / 2, r % 2, c}));
              for (i64 c = 0; c < 3; ++c) y.at({r / 2, r % 2, c}) = std::exp(x[0].at({r / 2, r % 2, c})) / t;
            }
            return y;
          }),
  };
}

}  // namespace gan
