// Matrix products: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/linear.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

std::vector<Case> products() {
  std::vector<Case> cases;
  for (const bool a : {false, true})
    for (const bool b : {false, true}) {
      auto f = [a, b](auto& x) { return matmul(x[0], x[1], {a, b}); };
      cases.push_back(
          make_case(std::string("matmul.") + (a ? "t" : "n") + (b ? "t" : "n"),
                    {a ? Shape{4, 3} : Shape{3, 4}, b ? Shape{5, 4} : Shape{4, 5}}, f,
                    [a, b](auto& x) { return naive::matmul(x[0], x[1], a, b); },
                    {.large = {a ? Shape{150, 130} : Shape{130, 150}, b ? Shape{170, 150} : Shape{150, 170}}}));
    }
  for (const Activation activation : all_activations()) {
    const FusedActivation e{activation, 0.2};
    cases.push_back(make_case(
        "linear." + std::to_string(static_cast<int>(activation)), {{3, 4}, {5, 4}, {5}},
        [e](auto& x) { return linear(x[0], x[1], x[2], e); },
        [e](auto& x) { return finish(naive::matmul(x[0], x[1], false, true), &x[2], e.activation, e.slope); },
        {.large = {{64, 200}, {150, 200}, {150}}}));
  }
  return cases;
}

const Cases cases(products());
const Cases embeddings{
    make_case(
        "embedding", {{4, 3}},
        [](auto& x) {
          using T = typename std::remove_cvref_t<decltype(x[0])>::value_type;
          return embedding(x[0], Tensor<T>::from({T(2), T(0), T(2)}, Shape{3}));
        },
        [](auto& x) {
          Array y(Shape{3, 3});
          const i64 label[] = {2, 0, 2};
          for (i64 i = 0; i < 3; ++i)
            for (i64 j = 0; j < 3; ++j) y.at({i, j}) = x[0].at({label[i], j});
          return y;
        }),
};

TEST(OpsLinear, BadShapesAndValuesAreNamed) {
  const Var image = zeros({2, 5, 5, 3}), matrix = zeros({2, 3});
  expect_error<ShapeError>([&] { matmul(matrix, matrix); }, "[matmul] inner extents differ: (2, 3), (2, 3)");
  expect_error<ShapeError>([&] { matmul(matrix, image); }, "[matmul] two matrices are needed");
  expect_error<ShapeError>([&] { linear(matrix, zeros({4, 2})); }, "[linear] input (N, in) and weight (out, in)");
  expect_error<ShapeError>([&] { linear(matrix, zeros({4, 3}), zeros({3})); }, "[linear] the bias needs one value");
  expect_error<ShapeError>([&] { embedding(image, zeros({3})); }, "[embedding] a table (classes, width)");
  for (const float label : {-1.0f, 0.5f, 2.0f, std::nanf("")})
    expect_error<ValueError>([&] { embedding(matrix, Var::full({1}, label)); }, "no whole number in [0, 2)");
}

}  // namespace
}  // namespace gan
