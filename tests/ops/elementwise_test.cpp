// Elementary functions: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/elementwise.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

const Shape small{3, 5};
const CaseOptions big{.large = {{300, 200}}};
const CaseOptions positive{.large = {{300, 200}}, .low = 0.5, .high = 2};

const Cases cases{
    make_case(
        "exp", {small}, [](auto& x) { return exp(x[0]); }, naive::map([](double a) { return std::exp(a); }), big),
    make_case(
        "log", {small}, [](auto& x) { return log(x[0]); }, naive::map([](double a) { return std::log(a); }), positive),
    make_case(
        "sqrt", {small}, [](auto& x) { return sqrt(x[0]); }, naive::map([](double a) { return std::sqrt(a); }),
        positive),
    make_case(
        "square", {small}, [](auto& x) { return square(x[0]); }, naive::map([](double a) { return a * a; }), big),
    make_case(
        "sin", {small}, [](auto& x) { return sin(x[0]); }, naive::map([](double a) { return std::sin(a); }), big),
    make_case(
        "cos", {small}, [](auto& x) { return cos(x[0]); }, naive::map([](double a) { return std::cos(a); }), big),
    make_case(
        "abs", {small}, [](auto& x) { return abs(x[0]); }, naive::map([](double a) { return std::abs(a); }), big),
    make_case(
        "pow", {small}, [](auto& x) { return pow(x[0], -1.5); }, naive::map([](double a) { return std::pow(a, -1.5); }),
        positive),
    make_case(
        "clamp", {small}, [](auto& x) { return clamp(x[0], -0.5, 0.25); },
        naive::map([](double a) { return std::min(std::max(a, -0.5), 0.25); }), big),
};

TEST(OpsElementwise, AreWithinAFewUlp) {
  double worst_exp = 0, worst_tanh = 0, worst_softplus = 0, worst_sigmoid = 0;
  for (double v = -30; v < 30; v += 0.00137) {
    const float x = static_cast<float>(v);
    const double d = static_cast<double>(x);
    const Var t = Var::from({x}, Shape{1});
    auto relative = [](float got, double want) { return std::abs(static_cast<double>(got) - want) / std::abs(want); };
    worst_exp = std::max(worst_exp, relative(exp(t).item(), std::exp(d)));
    worst_tanh = std::max(worst_tanh, relative(tanh(t).item(), std::tanh(d)));
    worst_softplus = std::max(worst_softplus, relative(softplus(t).item(), std::log1p(std::exp(d))));
    worst_sigmoid = std::max(worst_sigmoid, relative(sigmoid(t).item(), 1 / (1 + std::exp(-d))));
  }
  constexpr double ulp = 1.2e-7;
  EXPECT_LT(worst_exp, 2 * ulp);
  EXPECT_LT(worst_tanh, 4 * ulp);
  EXPECT_LT(worst_softplus, 4 * ulp);
  EXPECT_LT(worst_sigmoid, 4 * ulp);
  EXPECT_EQ(exp(Var::from({1000.0f}, Shape{1})).item(), std::numeric_limits<float>::infinity());
  EXPECT_EQ(exp(Var::from({-1000.0f}, Shape{1})).item(), 0.0f);
}

}  // namespace
}  // namespace gan
