// Bad shapes and values: the message names the op and shows the shapes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cases.hpp"

namespace gan {
namespace {

using testing::HasSubstr;

template <class E, class F>
void expect_error(F f, const std::string& text) {
  try {
    f();
    ADD_FAILURE() << "no error; expected: " << text;
  } catch (const E& e) { EXPECT_THAT(e.what(), HasSubstr(text)); } catch (const std::exception& e) {
    ADD_FAILURE() << "another error: " << e.what();
  }
}

Var zeros(std::initializer_list<i64> shape) { return Var::zeros(Shape(shape)); }

TEST(OpsErrors, ShapesAreNamed) {
  const Var image = zeros({2, 5, 5, 3}), filters = zeros({4, 3, 3, 2}), matrix = zeros({2, 3});
  expect_error<ShapeError>([&] { add(zeros({2, 3}), zeros({4})); }, "[add] shapes do not broadcast: (2, 3), (4)");
  expect_error<ShapeError>([&] { matrix* zeros({5, 3}); }, "[mul] shapes do not broadcast: (2, 3), (5, 3)");
  expect_error<ShapeError>([&] { sum_to(matrix, Shape{4}); }, "[sum_to] shapes do not broadcast: (4), (2, 3)");
  expect_error<ShapeError>([&] { broadcast_to(matrix, Shape{3}); }, "[broadcast_to]");
  expect_error<ShapeError>([&] { sum(matrix, {2}); }, "[sum] no axis 2: (2, 3)");
  expect_error<ShapeError>([&] { reshape(matrix, Shape{4}); }, "[reshape] sizes differ: (2, 3), (4)");
  expect_error<ShapeError>([&] { reshape(matrix, {-1, 4}); }, "[reshape] 6 elements");
  expect_error<ShapeError>([&] { permute(matrix, {0, 0}); }, "[permute] the order must name every axis once: (2, 3)");
  expect_error<ShapeError>([&] { slice(matrix, 1, 2, 4); }, "[slice] the range lies outside the tensor: (2, 3)");
  expect_error<ShapeError>([&] { pad(matrix, 2, 1, 1); }, "[pad]");
  expect_error<ShapeError>([&] { concat<float>({matrix, zeros({2, 4})}, 0); }, "[concat] the other axes must agree");
  expect_error<ShapeError>([&] { concat<float>({}); }, "[concat] nothing to join");
  expect_error<ValueError>([&] { gather(matrix, {2}); }, "[gather] index 2 outside the rows of (2, 3)");
  expect_error<ValueError>([&] { scatter_add(matrix, {0, 9}, 4); }, "[scatter_add] index 9 outside 4 rows");
  expect_error<ShapeError>([&] { matmul(matrix, matrix); }, "[matmul] inner extents differ: (2, 3), (2, 3)");
  expect_error<ShapeError>([&] { matmul(matrix, image); }, "[matmul] two matrices are needed");
  expect_error<ShapeError>([&] { linear(matrix, zeros({4, 2})); }, "[linear] input (N, in) and weight (out, in)");
  expect_error<ShapeError>([&] { linear(matrix, zeros({4, 3}), zeros({3})); }, "[linear] the bias needs one value");
  expect_error<ShapeError>([&] { conv2d(image, filters); },
                           "[conv2d] image channels must equal filter channels times groups");
  expect_error<ShapeError>(
      [&] {
        conv2d(image, zeros({4, 7, 7, 3}));
      },
      "[conv2d] the filter is larger than the padded image");
  expect_error<ShapeError>([&] { conv2d(matrix, filters); }, "[conv2d] images (N, H, W, C)");
  expect_error<ValueError>(
      [&] {
        conv2d(image, zeros({4, 3, 3, 3}), {.stride = 0});
      },
      "[conv2d] stride, dilation and groups");
  expect_error<ShapeError>([&] { conv2d_transpose(image, filters); }, "[conv2d_transpose] image channels must equal");
  expect_error<ShapeError>([&] { max_pool2d(zeros({1, 1, 1, 1})); }, "[max_pool2d] the window is larger");
  expect_error<ShapeError>([&] { max_pool2d(matrix); }, "[max_pool2d] images (N, H, W, C) are needed: (2, 3)");
  expect_error<ShapeError>([&] { resize(matrix, 3); }, "[resize]");
  expect_error<ShapeError>([&] { upsample_nearest(image, 0); }, "[upsample_nearest]");
  expect_error<ShapeError>([&] { batch_norm(matrix, zeros({2}), zeros({2})); }, "[batch_norm] gamma and beta");
  expect_error<ShapeError>(
      [&] {
        batch_norm(zeros({1, 3}), zeros({3}), zeros({3}));
      },
      "[batch_norm] one value per channel has no variance");
  expect_error<ShapeError>([&] { mse(matrix, zeros({3, 2})); }, "[mse] shapes differ: (2, 3), (3, 2)");
  expect_error<ShapeError>([&] { cross_entropy(matrix, {1}); }, "[cross_entropy] one label per row");
  expect_error<ValueError>([&] { one_hot<float>({3}, 3); }, "[one_hot] class 3 outside [0, 3)");
  expect_error<ShapeError>([&] { one_hot(matrix, 3); }, "[one_hot] labels (N) and at least one class are needed");
  for (const float label : {-1.0f, 0.5f, 3.0f, std::nanf("")})
    expect_error<ValueError>([&] { one_hot(Var::full({1}, label), 3); }, "[one_hot] label");
  expect_error<ValueError>([&] { leaky_relu(matrix, -1); }, "[leaky_relu] the slope must not be negative");
  expect_error<ValueError>([&] { bce_with_logits(matrix, 2.0); }, "[bce_with_logits] the target must lie in [0, 1]");
  expect_error<ValueError>([&] { elu(matrix, -1); }, "[elu] alpha must not be negative");
  expect_error<ShapeError>([&] { prelu(matrix, zeros({2})); }, "[prelu] one slope, or one for each entry of the last");
  expect_error<ShapeError>([&] { maxout(matrix, 2); }, "[maxout] the last axis must hold whole groups of 2: (2, 3)");
  expect_error<ShapeError>([&] { pixel_shuffle(image, 2); }, "[pixel_shuffle] images (N, H, W, C) of a multiple of 2");
  expect_error<ShapeError>([&] { zero_pad(matrix, 1); }, "[zero_pad] images (N, H, W, C) are needed: (2, 3)");
  expect_error<ValueError>([&] { zero_pad(image, -1); }, "[zero_pad] the sides must be numbers that are not negative");
  expect_error<ValueError>([&] { reflection_pad(image, Padding::same()); }, "[reflection_pad] the sides must be");
  expect_error<ShapeError>([&] { reflection_pad(image, 5); }, "[reflection_pad] every side must be smaller");
  expect_error<ShapeError>([&] { instance_norm(image, zeros({2}), zeros({2})); }, "[instance_norm] gamma and beta");
  expect_error<ShapeError>(
      [&] {
        instance_norm(zeros({4, 1, 1, 3}), zeros({3}), zeros({3}));
      },
      "[instance_norm] an image of one pixel has no variance");
  expect_error<ShapeError>([&] { layer_norm(matrix, 3, zeros({3}), zeros({3})); }, "[layer_norm] gamma and beta must");
  expect_error<ShapeError>([&] { layer_norm(matrix, 1, zeros({2, 1}), zeros({3})); }, "[layer_norm] gamma and beta");
  expect_error<ShapeError>([&] { embedding(image, zeros({3})); }, "[embedding] a table (classes, width)");
  for (const float label : {-1.0f, 0.5f, 2.0f, std::nanf("")})
    expect_error<ValueError>([&] { embedding(matrix, Var::full({1}, label)); }, "no whole number in [0, 2)");
  Rng rng;
  expect_error<ValueError>([&] { dropout(matrix, 1.0, rng); }, "[dropout] the rate must lie in [0, 1)");
  expect_error<ShapeError>([] { Shape{1, 1, 1, 1, 1, 1, 1}; }, "at most 6");
  expect_error<ShapeError>([] { Shape{2, -1}; }, "negative extent");
}

TEST(OpsErrors, SaturatedLossesStayFinite) {
  for (const float logit : {-1e4f, -100.0f, 0.0f, 100.0f, 1e4f}) {
    for (const double target : {0.0, 0.9, 1.0}) {
      const Var x = leaf(Var::from({logit}, Shape{1, 1}));
      const Var loss = bce_with_logits(x, target);
      EXPECT_TRUE(std::isfinite(loss.item()));
      const double expected = 1 / (1 + std::exp(-static_cast<double>(logit))) - target;
      EXPECT_NEAR(static_cast<double>(grad(loss, {x})[0].item()), expected, 1e-6) << logit << " " << target;
    }
  }
}

TEST(OpsErrors, NotANumberIsNotHidden) {
  const Var x = Var::from({std::nanf(""), 1.0f}, Shape{2});
  for (const Var& y : {relu(x), leaky_relu(x), tanh(x), sigmoid(x), softplus(x), exp(x), elu(x),
                       prelu(x, Var::ones({1})), maximum(x, Var::ones({2}))})
    EXPECT_TRUE(std::isnan(y.data()[0])) << "input NaN gave " << y.data()[0];
}

TEST(FloatFunctions, AreWithinAFewUlp) {
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
