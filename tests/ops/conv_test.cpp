// Convolutions: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/conv.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

/// One convolution or transposed convolution, with bias and activation.
Case conv_case(const std::string& variant, Shape x, Shape w, ConvGeometry g, bool transposed, FusedActivation e = {},
               bool bias = true, std::vector<Shape> large = {}) {
  const i64 channels = transposed ? w[3] * g.groups : w[0];
  std::vector<Shape> inputs{x, w};
  if (bias) inputs.push_back(Shape{channels});
  auto f = [=](const auto& in) {
    using T = typename std::remove_cvref_t<decltype(in[0])>::value_type;
    const Tensor<T> b = bias ? in[2] : Tensor<T>{};
    return transposed ? conv2d_transpose<T>(in[0], in[1], g, b, e) : conv2d<T>(in[0], in[1], g, b, e);
  };
  auto expected = [=](const std::vector<naive::Array>& in) {
    const ConvShape c =
        transposed ? detail::conv_transpose_shape(x, w, g, "case") : detail::conv_shape(x, w, g, "case");
    naive::Array y(transposed ? Shape{c.n, c.h, c.w, c.c} : Shape{c.n, c.oh, c.ow, c.o});
    naive::for_conv(c, [&](std::size_t image, std::size_t output, std::size_t filter) {
      if (transposed)
        y.values[image] += in[0].values[output] * in[1].values[filter];
      else
        y.values[output] += in[0].values[image] * in[1].values[filter];
    });
    return naive::finish(y, bias ? &in[2] : nullptr, e.activation, e.slope);
  };
  return make_case(std::string(transposed ? "conv2d_transpose." : "conv2d.") + variant, inputs, f, expected,
                   {.large = std::move(large)});
}

std::vector<Case> convolutions() {
  std::vector<Case> cases;
  const FusedActivation leaky{Activation::leaky_relu, 0.2}, tanh_{Activation::tanh, 0};
  const std::vector<Shape> large{{8, 14, 14, 16}, {24, 4, 4, 16}, {24}};
  cases.push_back(conv_case("k3", {2, 5, 4, 2}, {3, 3, 3, 2}, {.padding = 1}, false, leaky));
  cases.push_back(
      conv_case("k4s2", {2, 6, 6, 3}, {4, 4, 4, 3}, {.stride = 2, .padding = 1}, false, leaky, true, large));
  cases.push_back(conv_case("thin", {2, 6, 6, 1}, {3, 4, 4, 1}, {.stride = 2, .padding = 1}, false, tanh_, true,
                            {{16, 28, 28, 1}, {64, 4, 4, 1}, {64}}));
  cases.push_back(
      conv_case("same", {1, 6, 5, 2}, {2, 3, 3, 2}, {.stride = 2, .padding = Padding::same()}, false, {}, false));
  cases.push_back(conv_case("dilated", {1, 7, 7, 2}, {2, 3, 3, 2}, {.padding = 2, .dilation = 2}, false));
  cases.push_back(conv_case("groups", {1, 5, 5, 4}, {6, 3, 3, 2}, {.padding = {0, 1, 2, 0}, .groups = 2}, false));
  cases.push_back(conv_case("k1s3", {2, 7, 7, 2}, {3, 1, 1, 2}, {.stride = 3}, false, {}, false));
  cases.push_back(conv_case("k4s2", {2, 3, 3, 4}, {4, 4, 4, 3}, {.stride = 2, .padding = 1}, true, leaky, true,
                            {{8, 7, 7, 24}, {24, 4, 4, 16}, {16}}));
  cases.push_back(conv_case("thin", {2, 3, 3, 3}, {3, 4, 4, 1}, {.stride = 2, .padding = 1}, true, tanh_, true,
                            {{16, 14, 14, 64}, {64, 4, 4, 1}, {1}}));
  cases.push_back(
      conv_case("k3s2_op1", {1, 3, 3, 2}, {2, 3, 3, 3}, {.stride = 2, .padding = 1, .output_padding = 1}, true));
  cases.push_back(
      conv_case("same", {1, 3, 2, 2}, {2, 3, 3, 2}, {.stride = 2, .padding = Padding::same()}, true, {}, false));
  cases.push_back(conv_case("from_1x1", {2, 1, 1, 5}, {5, 4, 4, 3}, {}, true, {}, false));
  cases.push_back(conv_case("dilated_groups", {1, 3, 3, 4}, {4, 3, 3, 1}, {.dilation = 2, .groups = 2}, true));
  return cases;
}

const Cases cases(convolutions());

TEST(OpsConv, BadShapesAndValuesAreNamed) {
  const Var image = zeros({2, 5, 5, 3}), filters = zeros({4, 3, 3, 2}), matrix = zeros({2, 3});
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
}

}  // namespace
}  // namespace gan
