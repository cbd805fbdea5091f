// Matrix products: the cases that value_test, gradient_test, threads_test and devices read, errors, and PyTorch.
#include "gan/ops/linear.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"
#include "support/layer_reference.hpp"

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

/// The products of the matrices that the last two axes of a (…, 3, 4) and b (…, 4, 2) hold.
Array batch_products(const Array& a, const Array& b, Shape leading, bool ta, bool tb) {
  const auto matrix = [&](const Array& x, i64 i) {
    Array one(Shape{x.shape[-2], x.shape[-1]});
    const Shape batch(x.shape.begin(), x.shape.rank() - 2);
    const std::size_t at = broadcast_index(i, leading, batch) * one.values.size();
    std::copy_n(x.values.begin() + static_cast<std::ptrdiff_t>(at), one.values.size(), one.values.begin());
    return one;
  };
  Array y(detail::matrices(leading, 3, 2));
  for (i64 i = 0; i < leading.size(); ++i) {
    const Array one = naive::matmul(matrix(a, i), matrix(b, i), ta, tb);
    std::copy_n(one.values.begin(), 6, y.values.begin() + static_cast<std::ptrdiff_t>(i * 6));
  }
  return y;
}
Case batch_case(const char* name, Shape a, Shape b, Shape leading, Transpose t = {}, CaseOptions o = {}) {
  return make_case(
      name, {a, b}, [t](auto& x) { return matmul(x[0], x[1], t); },
      [leading, t](auto& x) { return batch_products(x[0], x[1], leading, t.a, t.b); }, o);
}

const Cases cases(products());
const Cases batches{
    batch_case("matmul.batch", {5, 3, 4}, {5, 4, 2}, {5}, {}, {.large = {{20, 40, 30}, {20, 30, 50}}}),
    batch_case("matmul.batch_tn", {5, 4, 3}, {5, 4, 2}, {5}, {true, false}, {.large = {{2, 130, 70}, {2, 130, 90}}}),
    batch_case("matmul.batch_nt", {5, 3, 4}, {5, 2, 4}, {5}, {false, true}),
    batch_case("matmul.batch_tt", {2, 4, 3}, {2, 2, 4}, {2}, {true, true}),
    batch_case("matmul.one_right", {2, 2, 3, 4}, {4, 2}, {2, 2}),
    batch_case("matmul.one_right_tn", {2, 4, 3}, {4, 2}, {2}, {true, false}),
    batch_case("matmul.one_left", {3, 4}, {3, 4, 2}, {3}),
    batch_case("matmul.broadcast", {2, 1, 3, 4}, {3, 4, 2}, {2, 3}),
};
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
  expect_error<ShapeError>([&] { matmul(matrix, image); }, "[matmul] inner extents differ");
  expect_error<ShapeError>([&] { matmul(zeros({3}), image); }, "[matmul] two matrices are needed");
  expect_error<ShapeError>([&] { matmul(zeros({3}), zeros({3})); }, "[matmul] two matrices are needed");
  expect_error<ShapeError>(
      [&] {
        matmul(zeros({2, 4, 3}), zeros({3, 3, 4}));
      },
      "[matmul] shapes do not broadcast: (2), (3)");
  expect_error<ShapeError>([&] { linear(matrix, zeros({4, 2})); }, "[linear] input (N, in) and weight (out, in)");
  expect_error<ShapeError>([&] { linear(matrix, zeros({4, 3}), zeros({3})); }, "[linear] the bias needs one value");
  expect_error<ShapeError>([&] { embedding(image, zeros({3})); }, "[embedding] a table (classes, width)");
  for (const float label : {-1.0f, 0.5f, 2.0f, std::nanf("")})
    expect_error<ValueError>([&] { embedding(matrix, Var::full({1}, label)); }, "no whole number in [0, 2)");
}

TEST(OpsLinear, BatchesOfNothingHaveNoProducts) {
  EXPECT_EQ(matmul(zeros({0, 3, 4}), zeros({0, 4, 2})).shape(), (Shape{0, 3, 2}));
  EXPECT_EQ(matmul(zeros({0, 3, 4}), zeros({4, 2})).shape(), (Shape{0, 3, 2}));
}

using LinearReference = reference::LayerReference;

TEST_F(LinearReference, ProductsOfBatches) {
  using namespace reference;
  using D = Tensor<double>;
  for (const std::string name : {"matmul_batch", "matmul_shared"}) {
    const D b = leaf(tensor<double>(layer_array(name, "b")));
    check_function(name, [&](const D& x) { return matmul(x, b); }, {b}, {"b"});
  }
}

}  // namespace
}  // namespace gan
