// Matrix products and convolutions.
#pragma once

#include "support/cases/case.hpp"

namespace gan {

/// One convolution or transposed convolution, with bias and activation.
inline Case conv_case(const std::string& variant, Shape x, Shape w, ConvGeometry g, bool transposed,
                      FusedActivation e = {}, bool bias = true, std::vector<Shape> large = {}) {
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

inline std::vector<Case> product_cases() {
  using namespace naive;
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
  for (const auto& e : {FusedActivation{},
                        {Activation::relu, 0},
                        {Activation::leaky_relu, 0.2},
                        {Activation::tanh, 0},
                        {Activation::sigmoid, 0}})
    cases.push_back(make_case(
        "linear." + std::to_string(static_cast<int>(e.activation)), {{3, 4}, {5, 4}, {5}},
        [e](auto& x) { return linear(x[0], x[1], x[2], e); },
        [e](auto& x) { return finish(naive::matmul(x[0], x[1], false, true), &x[2], e.activation, e.slope); },
        {.large = {{64, 200}, {150, 200}, {150}}}));
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

}  // namespace gan
