// Sums: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/reduce.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

/// The sum to a shape.
naive::Naive to(Shape shape) {
  return [shape](const std::vector<Array>& x) { return naive::sum_to(x[0], shape); };
}

/// The sums along an axis of extent n, whose elements are `inner` apart.
naive::Naive along(i64 n, i64 inner, bool reverse) {
  return [=](const std::vector<Array>& x) {
    Array y = x[0];
    for (std::size_t i = 0; i < y.values.size(); ++i) {
      const i64 at = static_cast<i64>(i) / inner % n;
      y.values[i] = 0;
      for (i64 k = reverse ? at : 0; k < (reverse ? n : at + 1); ++k)
        y.values[i] += x[0].values[i + static_cast<std::size_t>((k - at) * inner)];
    }
    return y;
  };
}

const Cases cases{
    make_case("cumsum", {{2, 4, 3}}, [](auto& x) { return cumsum(x[0], 1); }, along(4, 3, false)),
    make_case("cumsum.rows", {{3, 5}}, [](auto& x) { return cumsum(x[0], -1, true); }, along(5, 1, true)),
    make_case("cumsum.columns", {{6, 2}}, [](auto& x) { return cumsum(x[0], 0); }, along(6, 2, false)),
    make_case("cumsum.long", {{2, 300}}, [](auto& x) { return cumsum(x[0], 1); }, along(300, 1, false)),
    make_case("cumsum.wide", {{3, 2, 70}}, [](auto& x) { return cumsum(x[0], 1, true); }, along(2, 70, true)),
    make_case("sum_to", {{4, 3, 5}},
              [](auto& x) {
                return sum_to(x[0], Shape{3, 1});
              },
              to({3, 1}), {.large = {{100, 3, 400}}}),
    make_case("sum_to.columns", {{4, 3}}, [](auto& x) { return sum_to(x[0], Shape{3}); }, to({3}),
              {.large = {{20000, 3}}}),
    make_case("sum_to.rows", {{4, 7}},
              [](auto& x) {
                return sum_to(x[0], Shape{x[0].shape(0), 1});
              },
              to({4, 1}), {.large = {{64, 3000}}}),
    make_case("sum_to.alternating", {{2, 3, 2, 3}},
              [](auto& x) {
                return sum_to(x[0], Shape{2, 1, 2, 1});
              },
              to({2, 1, 2, 1}), {.large = {{2, 300, 2, 300}}}),
    make_case(
        "broadcast_to", {{3, 1}},
        [](auto& x) {
          return broadcast_to(x[0], Shape{2, 3, 4});
        },
        [](auto& x) {
          return naive::broadcast_to(x[0], Shape{2, 3, 4});
        }),
    make_case("sum", {{3, 5}}, [](auto& x) { return sum(x[0]); }, to({}), {.large = {{300, 700}}}),
    make_case(
        "sum.axes", {{2, 3, 4}},
        [](auto& x) {
          return sum(x[0], {0, -1});
        },
        [](auto& x) {
          Array y = naive::sum_to(x[0], Shape{1, 3, 1});
          y.shape = Shape{3};
          return y;
        }),
    make_case(
        "mean", {{3, 5}}, [](auto& x) { return mean(x[0]); },
        [](auto& x) { return scalar(mean_of(x[0], [](double v) { return v; })); }),
    make_case(
        "mean.axes", {{2, 3, 4}}, [](auto& x) { return mean(x[0], {1}, true); },
        [](auto& x) {
          Array y = naive::sum_to(x[0], Shape{2, 1, 4});
          for (auto& v : y.values) v /= 3;
          return y;
        }),
};

TEST(OpsReduce, BadShapesAndValuesAreNamed) {
  const Var matrix = zeros({2, 3});
  expect_error<ShapeError>([&] { sum_to(matrix, Shape{4}); }, "[sum_to] shapes do not broadcast: (4), (2, 3)");
  expect_error<ShapeError>([&] { cumsum(matrix, 2); }, "[cumsum] there is no such axis");
  expect_error<ShapeError>([&] { broadcast_to(matrix, Shape{3}); }, "[broadcast_to]");
  expect_error<ShapeError>([&] { sum(matrix, {2}); }, "[sum] no axis 2: (2, 3)");
}

}  // namespace
}  // namespace gan
