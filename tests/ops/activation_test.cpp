// Activations: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/activation.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "gan/ops/normalize.hpp"
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

// ---- infinities and what is no number: the same on every path; CMake runs this file on several instruction sets
// --------

constexpr double inf = std::numeric_limits<double>::infinity();

/// Of the shape, the values -inf, inf, NaN, and some numbers, in turn.
template <class T>
Tensor<T> extremes(Shape shape) {
  const double values[] = {-inf, inf, std::nan(""), -3, 0, 0.5, -0.25};
  Tensor<T> x(shape);
  T* to = x.mutable_data();
  for (i64 i = 0; i < x.size(); ++i) to[i] = static_cast<T>(values[i % 7]);
  return x;
}

template <class T>
void expect_of(const Tensor<T>& y, const Tensor<T>& z, const std::function<double(double)>& f,
               const std::string& what) {
  ASSERT_EQ(y.shape(), z.shape()) << what;
  for (i64 i = 0; i < y.size(); ++i) {
    const double in = static_cast<double>(z.data()[i]), got = static_cast<double>(y.data()[i]);
    if (std::isnan(in)) {
      EXPECT_TRUE(std::isnan(got)) << what << ": " << got << " of NaN";
    } else if (const double expected = f(in); std::isinf(expected)) {
      EXPECT_EQ(got, expected) << what << " of " << in;
    } else {
      EXPECT_NEAR(got, expected, 1e-5) << what << " of " << in;
    }
  }
}

TEST(ActivationOfExtremes, AsOps) {
  const auto check = [](auto x) {
    using T = typename decltype(x)::value_type;
    expect_of<T>(
        relu(x), x, [](double v) { return v > 0 ? v : 0; }, "relu");
    expect_of<T>(
        leaky_relu(x, 0), x, [](double v) { return v > 0 ? v : 0; }, "leaky_relu of slope 0");
    expect_of<T>(
        leaky_relu(x, 0.2), x, [](double v) { return v > 0 ? v : 0.2 * v; }, "leaky_relu");
    expect_of<T>(
        tanh(x), x, [](double v) { return std::tanh(v); }, "tanh");
    expect_of<T>(
        sigmoid(x), x, [](double v) { return 1 / (1 + std::exp(-v)); }, "sigmoid");
    expect_of<T>(
        softplus(x), x, [](double v) { return v == inf ? inf : std::log1p(std::exp(v)); }, "softplus");
    expect_of<T>(
        elu(x, 0.7), x, [](double v) { return v > 0 ? v : 0.7 * (std::exp(v) - 1); }, "elu");
    expect_of<T>(
        prelu(x, Tensor<T>::full({1}, T(0.25))), x, [](double v) { return v > 0 ? v : 0.25 * v; }, "prelu");
  };
  check(extremes<float>({3, 37}));
  check(extremes<double>({3, 37}));
}

const FusedActivation fused[] = {{Activation::relu, 0.2},
                                 {Activation::leaky_relu, 0.2},
                                 {Activation::leaky_relu, 0},
                                 {Activation::tanh, 0},
                                 {Activation::sigmoid, 0}};

/// layer(bias, activation) against the activation of what it gives without one.
template <class T, class Layer>
void check_fused(i64 channels, const std::string& what, Layer layer) {
  const Tensor<T> bias = extremes<T>({channels});
  const Tensor<T> z = layer(bias, FusedActivation{});
  for (const FusedActivation& e : fused)
    expect_of<T>(
        layer(bias, e), z,
        [&](double v) {
          const bool zero = e.activation == Activation::leaky_relu && e.slope == 0;
          return naive::activate(v, zero ? Activation::relu : e.activation, e.slope);
        },
        what + ", " + std::to_string(channels) + " channels, activation " +
            std::to_string(static_cast<int>(e.activation)) + " of slope " + std::to_string(e.slope));
}

template <class T>
Tensor<T> ramp(Shape shape) {
  Tensor<T> x(shape);
  T* to = x.mutable_data();
  for (i64 i = 0; i < x.size(); ++i) to[i] = static_cast<T>(0.125) * static_cast<T>(i % 9 - 4);
  return x;
}

template <class T>
void check_products() {
  for (const i64 channels : {1, 7, 16, 37}) {
    for (const i64 rows : {1, 5, 40})
      check_fused<T>(channels, "linear", [&](const Tensor<T>& bias, FusedActivation e) {
        return linear(ramp<T>({rows, 33}), ramp<T>({channels, 33}), bias, e);
      });
    for (const i64 in : {1, 8})
      for (const i64 kernel : {1, 3, 4})
        for (const i64 stride : {1, 2}) {
          const ConvGeometry g{.stride = stride, .padding = kernel / 2};
          check_fused<T>(channels, "conv2d", [&](const Tensor<T>& bias, FusedActivation e) {
            return conv2d(ramp<T>({2, 9, 9, in}), ramp<T>({channels, kernel, kernel, in}), g, bias, e);
          });
          check_fused<T>(channels, "conv2d_transpose", [&](const Tensor<T>& bias, FusedActivation e) {
            return conv2d_transpose(ramp<T>({2, 5, 5, in}), ramp<T>({in, kernel, kernel, channels}), g, bias, e);
          });
        }
  }
}
TEST(ActivationOfExtremes, BehindProductsInFloat) { check_products<float>(); }
TEST(ActivationOfExtremes, BehindProductsInDouble) { check_products<double>(); }

template <class T>
void check_norms() {
  for (const i64 channels : {1, 7, 37}) {
    const Tensor<T> x = ramp<T>({2, 3, 5, channels}), one = Tensor<T>::ones({channels});
    check_fused<T>(channels, "batch_norm",
                   [&](const Tensor<T>& beta, FusedActivation e) { return batch_norm(x, one, beta, 1e-5, e).y; });
    check_fused<T>(channels, "instance_norm",
                   [&](const Tensor<T>& beta, FusedActivation e) { return instance_norm(x, one, beta, 1e-5, e); });
    for (const bool tracked : {false, true})
      check_fused<T>(channels, "batch_norm_inference", [&](const Tensor<T>& beta, FusedActivation e) {
        return detach(batch_norm_inference(tracked ? leaf(x) : x, one, beta, one, one, 1e-5, e));
      });
  }
}
TEST(ActivationOfExtremes, BehindNorms) {
  check_norms<float>();
  check_norms<double>();
}

/// Derivatives at -inf and inf, by the fused backwards and by those in ops.
template <class T>
void check_derivatives() {
  struct Expected {
    const char* name;
    std::function<Tensor<T>(const Tensor<T>&)> f;
    double low, high;
  };
  const std::vector<Expected> all{
      {"relu", [](auto& x) { return relu(x); }, 0, 1},
      {"leaky_relu", [](auto& x) { return leaky_relu(x, 0.2); }, 0.2, 1},
      {"tanh", [](auto& x) { return tanh(x); }, 0, 0},
      {"sigmoid", [](auto& x) { return sigmoid(x); }, 0, 0},
      {"softplus", [](auto& x) { return softplus(x); }, 0, 1},
      {"elu", [](auto& x) { return elu(x, 0.7); }, 0, 1},
      {"prelu", [](auto& x) { return prelu(x, Tensor<T>::full({1}, T(0.25))); }, 0.25, 1},
      {"linear with relu",
       [](auto& x) {
         return linear(x, Tensor<T>::ones({1, 1}), Tensor<T>::zeros({1}), {Activation::relu});
       },
       0, 1},
  };
  for (const Expected& e : all)
    for (const bool in_ops : {false, true}) {
      const Tensor<T> x = leaf(Tensor<T>::from({static_cast<T>(-inf), static_cast<T>(inf)}, Shape{2, 1}));
      const Tensor<T> g = grad(e.f(x), Tensor<T>::ones({2, 1}), {x}, in_ops)[0];
      EXPECT_EQ(g.data()[0], static_cast<T>(e.low)) << e.name << (in_ops ? " in ops" : "");
      EXPECT_EQ(g.data()[1], static_cast<T>(e.high)) << e.name << (in_ops ? " in ops" : "");
    }
  // A cotangent that is infinite does not come through where relu is 0.
  const Tensor<T> x = leaf(Tensor<T>::full({1}, T(-1)));
  for (const bool in_ops : {false, true})
    EXPECT_EQ(grad(relu(x), Tensor<T>::full({1}, static_cast<T>(inf)), {x}, in_ops)[0].item(), T(0));
}
TEST(ActivationOfExtremes, Derivatives) {
  check_derivatives<float>();
  check_derivatives<double>();
}

}  // namespace
}  // namespace gan
