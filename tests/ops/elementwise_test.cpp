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
        "rsqrt", {small}, [](auto& x) { return rsqrt(x[0]); },
        naive::map([](double a) { return 1 / std::sqrt(a); }), positive),
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

// ---- powers at 0
// -------------------------------------------------------------------------------------------------------

template <class T>
Tensor<T> at(double x) {
  return leaf(Tensor<T>::full({1}, static_cast<T>(x)));
}

/// x^power and its derivatives up to `order` at x.
template <class T>
std::vector<double> derivatives(double at_x, double power, int order) {
  const Tensor<T> x = at<T>(at_x);
  Tensor<T> y = pow(x, power);
  std::vector<double> all{static_cast<double>(y.item())};
  for (int i = 0; i < order; ++i) {
    y = grad(y, {x}, true)[0];
    all.push_back(static_cast<double>(y.item()));
  }
  return all;
}

template <class T>
void check_whole_powers() {
  for (const double x : {0.0, -2.0})
    for (int power = 0; power <= 4; ++power) {
      const std::vector<double> got = derivatives<T>(x, power, power + 3);
      double factor = 1;
      for (int order = 0; order <= power + 3; ++order) {
        const double expected = order > power ? 0 : factor * std::pow(x, power - order);
        EXPECT_EQ(got[static_cast<std::size_t>(order)], expected) << "d^" << order << " x^" << power << " at " << x;
        factor *= power - order;
      }
    }
}

TEST(Powers, WholeOnesHaveDerivativesOfEveryOrderAtZero) {
  check_whole_powers<float>();
  check_whole_powers<double>();
}

TEST(Powers, OthersAreInfiniteAtZero) {
  EXPECT_EQ(derivatives<double>(0, 0.5, 1)[1], INFINITY);
  EXPECT_EQ(derivatives<double>(0, 1.5, 2), (std::vector<double>{0, 0, INFINITY}));
  EXPECT_EQ(derivatives<double>(0, -1, 1), (std::vector<double>{INFINITY, -INFINITY}));
  EXPECT_EQ(derivatives<float>(0, -2, 1), (std::vector<double>{INFINITY, -INFINITY}));
}

}  // namespace
}  // namespace gan
