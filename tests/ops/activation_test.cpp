// Activations: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/activation.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

const Shape small{3, 5};
const CaseOptions big{.large = {{300, 200}}};

const Cases cases{
    make_case(
        "leaky_relu", {small}, [](auto& x) { return leaky_relu(x[0], 0.2); },
        naive::map([](double a) { return a > 0 ? a : 0.2 * a; }), big),
    make_case(
        "relu", {small}, [](auto& x) { return relu(x[0]); }, naive::map([](double a) { return a > 0 ? a : 0; }), big),
    make_case("tanh", {small}, [](auto& x) { return tanh(x[0]); }, naive::map([](double a) { return std::tanh(a); }),
              {.large = {{300, 200}}, .low = -3, .high = 3}),
    make_case("sigmoid", {small}, [](auto& x) { return sigmoid(x[0]); },
              naive::map([](double a) { return 1 / (1 + std::exp(-a)); }),
              {.large = {{300, 200}}, .low = -5, .high = 5}),
    make_case("softplus", {small}, [](auto& x) { return softplus(x[0]); },
              naive::map([](double a) { return std::log1p(std::exp(a)); }),
              {.large = {{300, 200}}, .low = -5, .high = 5}),
    make_case("elu", {small}, [](auto& x) { return elu(x[0], 0.7); },
              naive::map([](double a) { return a > 0 ? a : 0.7 * (std::exp(a) - 1); }),
              {.large = {{300, 200}}, .low = -3, .high = 3}),
    make_case("prelu", {{3, 2, 5}, {5}}, [](auto& x) { return prelu(x[0], x[1]); },
              map2([](double a, double w) { return a > 0 ? a : w * a; }), {.large = {{300, 200}, {200}}}),
    make_case(
        "prelu.shared", {small, {1}}, [](auto& x) { return prelu(x[0], x[1]); },
        map2([](double a, double w) { return a > 0 ? a : w * a; })),
    make_case(
        "activate", {small},
        [](auto& x) {
          return activate(activate(activate(x[0], Activation::tanh), Activation::leaky_relu, 0.3), Activation::sigmoid);
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

TEST(OpsActivation, BadShapesAndValuesAreNamed) {
  const Var matrix = zeros({2, 3});
  expect_error<ValueError>([&] { leaky_relu(matrix, -1); }, "[leaky_relu] the slope must not be negative");
  expect_error<ValueError>([&] { elu(matrix, -1); }, "[elu] alpha must not be negative");
  expect_error<ShapeError>([&] { prelu(matrix, zeros({2})); }, "[prelu] one slope, or one for each entry of the last");
}

TEST(OpsActivation, NotANumberIsNotHidden) {
  const Var x = Var::from({std::nanf(""), 1.0f}, Shape{2});
  for (const Var& y : {relu(x), leaky_relu(x), tanh(x), sigmoid(x), softplus(x), exp(x), elu(x),
                       prelu(x, Var::ones({1})), maximum(x, Var::ones({2}))})
    EXPECT_TRUE(std::isnan(y.data()[0])) << "input NaN gave " << y.data()[0];
}

}  // namespace
}  // namespace gan
