// Sums, products and their like: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/arithmetic.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

const Shape small{3, 5};
const CaseOptions big{.large = {{300, 200}}};
const CaseOptions big2{.large = {{300, 200}, {300, 200}}};

const Cases cases{
    make_case(
        "add", {small, small}, [](auto& x) { return add(x[0], x[1]); }, map2([](double a, double b) { return a + b; }),
        big2),
    make_case(
        "add.broadcast", {{2, 1, 4}, {3, 1}}, [](auto& x) { return x[0] + x[1]; },
        map2([](double a, double b) { return a + b; })),
    make_case("sub", {small, {5}}, [](auto& x) { return sub(x[0], x[1]); },
              map2([](double a, double b) { return a - b; }), {.large = {{3000, 50}, {50}}}),
    make_case("mul", {small, {3, 1}}, [](auto& x) { return mul(x[0], x[1]); },
              map2([](double a, double b) { return a * b; }), {.large = {{300, 200}, {300, 1}}}),
    make_case(
        "mul.scalar", {small, {}}, [](auto& x) { return x[0] * x[1]; }, map2([](double a, double b) { return a * b; })),
    make_case("div", {small, {1, 5}}, [](auto& x) { return div(x[0], x[1]); },
              map2([](double a, double b) { return a / b; }), {.large = {{300, 200}, {200}}, .low = 0.5, .high = 2}),
    make_case(
        "maximum", {small, small}, [](auto& x) { return maximum(x[0], x[1]); },
        map2([](double a, double b) { return std::max(a, b); }), big2),
    make_case(
        "minimum", {small, {5}}, [](auto& x) { return minimum(x[0], x[1]); },
        map2([](double a, double b) { return std::min(a, b); })),
    make_case(
        "affine", {small}, [](auto& x) { return 3.0 - 2.0 * x[0]; }, naive::map([](double a) { return 3 - 2 * a; }),
        big),
    make_case(
        "affine.divide", {small}, [](auto& x) { return affine(-x[0] / 4.0, 1, 2.0); },
        naive::map([](double a) { return 2 - a / 4; })),
};

TEST(OpsArithmetic, BadShapesAndValuesAreNamed) {
  const Var matrix = zeros({2, 3});
  expect_error<ShapeError>([&] { add(zeros({2, 3}), zeros({4})); }, "[add] shapes do not broadcast: (2, 3), (4)");
  expect_error<ShapeError>([&] { matrix* zeros({5, 3}); }, "[mul] shapes do not broadcast: (2, 3), (5, 3)");
}

}  // namespace
}  // namespace gan
