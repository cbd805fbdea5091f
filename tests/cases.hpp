// Every op once. The tests ops_value, ops_gradient, ops_threads and ops_bounds read this table; an op that the headers
// declare and this table lacks fails ops_value.
#pragma once

#include "gan/grad/grad.hpp"
#include "gan/ops/conv.hpp"
#include "gan/ops/loss.hpp"
#include "gan/ops/normalize.hpp"
#include "gan/ops/pool.hpp"
#include "gan/ops/random.hpp"
#include "naive.hpp"

namespace gan {

struct Case {
  std::string name;           ///< the function's name, then a dot and the variant
  std::vector<Shape> inputs;
  std::function<Tensor<float>(const Tensors<float>&)> f32;
  std::function<Tensor<double>(const Tensors<double>&)> f64;
  naive::Naive naive;         ///< null: the value is checked elsewhere
  std::vector<Shape> large;   ///< enough work for several threads; empty: inputs are enough
  double low = -1, high = 1;  ///< of the inputs
};

/// Inputs in [low, high), none closer than 0.02 to a kink at 0.
template <class T>
Tensors<T> case_inputs(const Case& c, const std::vector<Shape>& shapes, u64 seed = 1) {
  Tensors<T> x;
  Rng rng{seed, name_stream(c.name.c_str()), 0};
  for (const Shape& shape : shapes) {
    Tensor<T> t = rand<T>(shape, rng, c.low, c.high);
    T* values = t.mutable_data();
    for (i64 i = 0; i < t.size(); ++i)
      if (std::abs(values[i]) < T(0.02)) values[i] += values[i] < T(0) ? T(-0.02) : T(0.02);
    x.push_back(t);
  }
  return x;
}

struct CaseOptions {
  std::vector<Shape> large = {};
  double low = -1, high = 1;
};

template <class F>
Case make_case(std::string name, std::vector<Shape> inputs, F f, naive::Naive expected, CaseOptions o = {}) {
  return {std::move(name), std::move(inputs), f, f, std::move(expected), o.large, o.low, o.high};
}

/// One convolution or transposed convolution, with bias and activation.
inline Case conv_case(const std::string& variant, Shape x, Shape w, ConvGeometry g, bool transposed,
                      detail::EpilogueOptions e = {}, bool bias = true, std::vector<Shape> large = {}) {
  const i64 channels = transposed ? w[3] * g.groups : w[0];
  std::vector<Shape> inputs{x, w};
  if (bias) inputs.push_back(Shape{channels});
  auto f = [=](const auto& in) {
    using T = typename std::remove_cvref_t<decltype(in[0])>::value_type;
    const Tensor<T> b = bias ? in[2] : Tensor<T>{};
    return transposed ? conv2d_transpose<T>(in[0], in[1], g, b, e) : conv2d<T>(in[0], in[1], g, b, e);
  };
  auto expected = [=](const std::vector<naive::Array>& in) {
    const ConvShape c = transposed ? detail::conv_transpose_shape(x, w, g, "case") : detail::conv_shape(x, w, g, "case");
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

inline std::vector<Case> elementwise_cases() {
  using namespace naive;
  const Shape s{3, 5};
  const CaseOptions big{.large = {{300, 200}}}, big2{.large = {{300, 200}, {300, 200}}};
  const CaseOptions positive{.large = {{300, 200}}, .low = 0.5, .high = 2};
  return {
      make_case("add", {s, s}, [](auto& x) { return add(x[0], x[1]); }, map2([](double a, double b) { return a + b; }), big2),
      make_case("add.broadcast", {{2, 1, 4}, {3, 1}}, [](auto& x) { return x[0] + x[1]; }, map2([](double a, double b) { return a + b; })),
      make_case("sub", {s, {5}}, [](auto& x) { return sub(x[0], x[1]); }, map2([](double a, double b) { return a - b; }), {.large = {{3000, 50}, {50}}}),
      make_case("mul", {s, {3, 1}}, [](auto& x) { return mul(x[0], x[1]); }, map2([](double a, double b) { return a * b; }), {.large = {{300, 200}, {300, 1}}}),
      make_case("mul.scalar", {s, {}}, [](auto& x) { return x[0] * x[1]; }, map2([](double a, double b) { return a * b; })),
      make_case("div", {s, {1, 5}}, [](auto& x) { return div(x[0], x[1]); }, map2([](double a, double b) { return a / b; }), {.large = {{300, 200}, {200}}, .low = 0.5, .high = 2}),
      make_case("maximum", {s, s}, [](auto& x) { return maximum(x[0], x[1]); }, map2([](double a, double b) { return std::max(a, b); }), big2),
      make_case("minimum", {s, {5}}, [](auto& x) { return minimum(x[0], x[1]); }, map2([](double a, double b) { return std::min(a, b); })),
      make_case("affine", {s}, [](auto& x) { return 3.0 - 2.0 * x[0]; }, naive::map([](double a) { return 3 - 2 * a; }), big),
      make_case("affine.divide", {s}, [](auto& x) { return affine(-x[0] / 4.0, 1, 2.0); }, naive::map([](double a) { return 2 - a / 4; })),
      make_case("exp", {s}, [](auto& x) { return exp(x[0]); }, naive::map([](double a) { return std::exp(a); }), big),
      make_case("log", {s}, [](auto& x) { return log(x[0]); }, naive::map([](double a) { return std::log(a); }), positive),
      make_case("sqrt", {s}, [](auto& x) { return sqrt(x[0]); }, naive::map([](double a) { return std::sqrt(a); }), positive),
      make_case("square", {s}, [](auto& x) { return square(x[0]); }, naive::map([](double a) { return a * a; }), big),
      make_case("sin", {s}, [](auto& x) { return sin(x[0]); }, naive::map([](double a) { return std::sin(a); }), big),
      make_case("cos", {s}, [](auto& x) { return cos(x[0]); }, naive::map([](double a) { return std::cos(a); }), big),
      make_case("abs", {s}, [](auto& x) { return abs(x[0]); }, naive::map([](double a) { return std::abs(a); }), big),
      make_case("pow", {s}, [](auto& x) { return pow(x[0], -1.5); }, naive::map([](double a) { return std::pow(a, -1.5); }), positive),
      make_case("clamp", {s}, [](auto& x) { return clamp(x[0], -0.5, 0.25); }, naive::map([](double a) { return std::min(std::max(a, -0.5), 0.25); }), big),
      make_case("leaky_relu", {s}, [](auto& x) { return leaky_relu(x[0], 0.2); }, naive::map([](double a) { return a > 0 ? a : 0.2 * a; }), big),
      make_case("relu", {s}, [](auto& x) { return relu(x[0]); }, naive::map([](double a) { return a > 0 ? a : 0; }), big),
      make_case("tanh", {s}, [](auto& x) { return tanh(x[0]); }, naive::map([](double a) { return std::tanh(a); }), {.large = {{300, 200}}, .low = -3, .high = 3}),
      make_case("sigmoid", {s}, [](auto& x) { return sigmoid(x[0]); }, naive::map([](double a) { return 1 / (1 + std::exp(-a)); }), {.large = {{300, 200}}, .low = -5, .high = 5}),
      make_case("softplus", {s}, [](auto& x) { return softplus(x[0]); }, naive::map([](double a) { return std::log1p(std::exp(a)); }), {.large = {{300, 200}}, .low = -5, .high = 5}),
      make_case("activate", {s}, [](auto& x) { return activate(activate(activate(x[0], Activation::tanh), Activation::leaky_relu, 0.3), Activation::sigmoid); }, naive::map([](double a) { const double t = std::tanh(a), l = t > 0 ? t : 0.3 * t; return 1 / (1 + std::exp(-l)); })),
      make_case("log_softmax", {{4, 6}}, [](auto& x) { return log_softmax(x[0]); }, [](auto& x) { Array y = x[0]; for (i64 r = 0; r < 4; ++r) { double t = 0; for (i64 c = 0; c < 6; ++c) t += std::exp(x[0].at({r, c})); for (i64 c = 0; c < 6; ++c) y.at({r, c}) -= std::log(t); } return y; }, {.large = {{3000, 20}}}),
      make_case("softmax", {{2, 2, 3}}, [](auto& x) { return softmax(x[0]); }, [](auto& x) { Array y = x[0]; for (i64 r = 0; r < 4; ++r) { double t = 0; for (i64 c = 0; c < 3; ++c) t += std::exp(x[0].at({r / 2, r % 2, c})); for (i64 c = 0; c < 3; ++c) y.at({r / 2, r % 2, c}) = std::exp(x[0].at({r / 2, r % 2, c})) / t; } return y; }),
  };
}

inline std::vector<Case> shape_cases() {
  using namespace naive;
  auto same = [](Shape s) { return [s](const std::vector<Array>& x) { Array y = x[0]; y.shape = s; return y; }; };
  auto to = [](Shape s) { return [s](const std::vector<Array>& x) { return naive::sum_to(x[0], s); }; };
  return {
      make_case("sum_to", {{4, 3, 5}}, [](auto& x) { return sum_to(x[0], Shape{3, 1}); }, to({3, 1}), {.large = {{100, 3, 400}}}),
      make_case("sum_to.columns", {{4, 3}}, [](auto& x) { return sum_to(x[0], Shape{3}); }, to({3}), {.large = {{20000, 3}}}),
      make_case("sum_to.rows", {{4, 7}}, [](auto& x) { return sum_to(x[0], Shape{x[0].shape(0), 1}); }, to({4, 1}), {.large = {{64, 3000}}}),
      make_case("sum_to.alternating", {{2, 3, 2, 3}}, [](auto& x) { return sum_to(x[0], Shape{2, 1, 2, 1}); }, to({2, 1, 2, 1}), {.large = {{2, 300, 2, 300}}}),
      make_case("broadcast_to", {{3, 1}}, [](auto& x) { return broadcast_to(x[0], Shape{2, 3, 4}); }, [](auto& x) { return naive::broadcast_to(x[0], Shape{2, 3, 4}); }),
      make_case("sum", {{3, 5}}, [](auto& x) { return sum(x[0]); }, to({}), {.large = {{300, 700}}}),
      make_case("sum.axes", {{2, 3, 4}}, [](auto& x) { return sum(x[0], {0, -1}); }, [](auto& x) { Array y = naive::sum_to(x[0], Shape{1, 3, 1}); y.shape = Shape{3}; return y; }),
      make_case("mean", {{3, 5}}, [](auto& x) { return mean(x[0]); }, [](auto& x) { return scalar(mean_of(x[0], [](double v) { return v; })); }),
      make_case("mean.axes", {{2, 3, 4}}, [](auto& x) { return mean(x[0], {1}, true); }, [](auto& x) { Array y = naive::sum_to(x[0], Shape{2, 1, 4}); for (auto& v : y.values) v /= 3; return y; }),
      make_case("reshape", {{2, 6}}, [](auto& x) { return reshape(x[0], Shape{3, 4}); }, same({3, 4})),
      make_case("reshape.inferred", {{2, 6}}, [](auto& x) { return reshape(x[0], {-1, 2, 2}); }, same({3, 2, 2})),
      make_case("flatten", {{2, 3, 2}}, [](auto& x) { return flatten(x[0]); }, same({2, 6})),
      make_case("permute", {{2, 3, 4}}, [](auto& x) { return permute(x[0], {2, 0, 1}); }, [](auto& x) { Array y(Shape{4, 2, 3}); for (i64 i = 0; i < 2; ++i) for (i64 j = 0; j < 3; ++j) for (i64 k = 0; k < 4; ++k) y.at({k, i, j}) = x[0].at({i, j, k}); return y; }, {.large = {{50, 40, 30}}}),
      make_case("transpose", {{2, 3}}, [](auto& x) { return transpose(x[0]); }, [](auto& x) { Array y(Shape{3, 2}); for (i64 i = 0; i < 2; ++i) for (i64 j = 0; j < 3; ++j) y.at({j, i}) = x[0].at({i, j}); return y; }),
      make_case("slice", {{3, 5}}, [](auto& x) { return slice(x[0], -1, 1, 4); }, [](auto& x) { Array y(Shape{3, 3}); for (i64 i = 0; i < 3; ++i) for (i64 j = 0; j < 3; ++j) y.at({i, j}) = x[0].at({i, j + 1}); return y; }),
      make_case("rows", {{4, 2}}, [](auto& x) { return rows(x[0], 1, 3); }, [](auto& x) { Array y(Shape{2, 2}); for (i64 i = 0; i < 2; ++i) for (i64 j = 0; j < 2; ++j) y.at({i, j}) = x[0].at({i + 1, j}); return y; }),
      make_case("pad", {{2, 3}}, [](auto& x) { return pad(x[0], 1, 1, 2); }, [](auto& x) { Array y(Shape{2, 6}); for (i64 i = 0; i < 2; ++i) for (i64 j = 0; j < 3; ++j) y.at({i, j + 1}) = x[0].at({i, j}); return y; }),
      make_case("concat", {{2, 2}, {2, 1}}, [](auto& x) { return concat(x, 1); }, [](auto& x) { Array y(Shape{2, 3}); for (i64 i = 0; i < 2; ++i) { y.at({i, 0}) = x[0].at({i, 0}); y.at({i, 1}) = x[0].at({i, 1}); y.at({i, 2}) = x[1].at({i, 0}); } return y; }),
      make_case("gather", {{4, 2}}, [](auto& x) { return gather(x[0], {3, 0, 3}); }, [](auto& x) { Array y(Shape{3, 2}); const i64 from[] = {3, 0, 3}; for (i64 i = 0; i < 3; ++i) for (i64 j = 0; j < 2; ++j) y.at({i, j}) = x[0].at({from[i], j}); return y; }),
      make_case("scatter_add", {{3, 2}}, [](auto& x) { return scatter_add(x[0], {1, 0, 1}, 4); }, [](auto& x) { Array y(Shape{4, 2}); const i64 into[] = {1, 0, 1}; for (i64 i = 0; i < 3; ++i) for (i64 j = 0; j < 2; ++j) y.at({into[i], j}) += x[0].at({i, j}); return y; }),
  };
}

inline std::vector<Case> product_cases() {
  using namespace naive;
  std::vector<Case> cases;
  for (const bool a : {false, true})
    for (const bool b : {false, true}) {
      auto f = [a, b](auto& x) { return matmul(x[0], x[1], {a, b}); };
      cases.push_back(make_case(std::string("matmul.") + (a ? "t" : "n") + (b ? "t" : "n"), {a ? Shape{4, 3} : Shape{3, 4}, b ? Shape{5, 4} : Shape{4, 5}}, f,
                                [a, b](auto& x) { return naive::matmul(x[0], x[1], a, b); }, {.large = {a ? Shape{150, 130} : Shape{130, 150}, b ? Shape{170, 150} : Shape{150, 170}}}));
    }
  for (const auto& e : {detail::EpilogueOptions{}, {Activation::relu, 0}, {Activation::leaky_relu, 0.2}, {Activation::tanh, 0}, {Activation::sigmoid, 0}})
    cases.push_back(make_case("linear." + std::to_string(static_cast<int>(e.activation)), {{3, 4}, {5, 4}, {5}}, [e](auto& x) { return linear(x[0], x[1], x[2], e); },
                              [e](auto& x) { return finish(naive::matmul(x[0], x[1], false, true), &x[2], e.activation, e.slope); }, {.large = {{64, 200}, {150, 200}, {150}}}));
  const detail::EpilogueOptions leaky{Activation::leaky_relu, 0.2}, tanh_{Activation::tanh, 0};
  const std::vector<Shape> large{{8, 14, 14, 16}, {24, 4, 4, 16}, {24}};
  cases.push_back(conv_case("k3", {2, 5, 4, 2}, {3, 3, 3, 2}, {.padding = 1}, false, leaky));
  cases.push_back(conv_case("k4s2", {2, 6, 6, 3}, {4, 4, 4, 3}, {.stride = 2, .padding = 1}, false, leaky, true, large));
  cases.push_back(conv_case("thin", {2, 6, 6, 1}, {3, 4, 4, 1}, {.stride = 2, .padding = 1}, false, tanh_, true, {{16, 28, 28, 1}, {64, 4, 4, 1}, {64}}));
  cases.push_back(conv_case("same", {1, 6, 5, 2}, {2, 3, 3, 2}, {.stride = 2, .padding = Padding::same()}, false, {}, false));
  cases.push_back(conv_case("dilated", {1, 7, 7, 2}, {2, 3, 3, 2}, {.padding = 2, .dilation = 2}, false));
  cases.push_back(conv_case("groups", {1, 5, 5, 4}, {6, 3, 3, 2}, {.padding = {0, 1, 2, 0}, .groups = 2}, false));
  cases.push_back(conv_case("k1s3", {2, 7, 7, 2}, {3, 1, 1, 2}, {.stride = 3}, false, {}, false));
  cases.push_back(conv_case("k4s2", {2, 3, 3, 4}, {4, 4, 4, 3}, {.stride = 2, .padding = 1}, true, leaky, true, {{8, 7, 7, 24}, {24, 4, 4, 16}, {16}}));
  cases.push_back(conv_case("thin", {2, 3, 3, 3}, {3, 4, 4, 1}, {.stride = 2, .padding = 1}, true, tanh_, true, {{16, 14, 14, 64}, {64, 4, 4, 1}, {1}}));
  cases.push_back(conv_case("k3s2_op1", {1, 3, 3, 2}, {2, 3, 3, 3}, {.stride = 2, .padding = 1, .output_padding = 1}, true));
  cases.push_back(conv_case("same", {1, 3, 2, 2}, {2, 3, 3, 2}, {.stride = 2, .padding = Padding::same()}, true, {}, false));
  cases.push_back(conv_case("from_1x1", {2, 1, 1, 5}, {5, 4, 4, 3}, {}, true, {}, false));
  cases.push_back(conv_case("dilated_groups", {1, 3, 3, 4}, {4, 3, 3, 1}, {.dilation = 2, .groups = 2}, true));
  return cases;
}

inline std::vector<Case> layer_cases() {
  using namespace naive;
  const detail::EpilogueOptions leaky{Activation::leaky_relu, 0.2}, tanh_{Activation::tanh, 0};
  auto norm = [](const Array& x, const Array& gamma, const Array& beta, Activation a) {
    Array y = x;
    const auto channels = static_cast<std::size_t>(x.shape[-1]);
    const double rows = static_cast<double>(x.values.size() / channels);
    for (std::size_t c = 0; c < channels; ++c) {
      double mean = 0, variance = 0;
      for (std::size_t i = c; i < x.values.size(); i += channels) mean += x.values[i] / rows;
      for (std::size_t i = c; i < x.values.size(); i += channels) variance += (x.values[i] - mean) * (x.values[i] - mean) / rows;
      for (std::size_t i = c; i < x.values.size(); i += channels)
        y.values[i] = naive::activate((x.values[i] - mean) / std::sqrt(variance + 1e-5) * gamma.values[c] + beta.values[c], a, 0.2);
    }
    return y;
  };
  auto bce = [](double x, double t) { return std::log1p(std::exp(x)) - t * x; };
  const PoolGeometry overlapping{.kernel = 3, .stride = 2, .padding = 1};
  return {
      make_case("batch_norm", {{6, 3}, {3}, {3}}, [](auto& x) { return batch_norm(x[0], x[1], x[2]).y; }, [=](auto& x) { return norm(x[0], x[1], x[2], Activation::none); }, {.large = {{3000, 40}, {40}, {40}}}),
      make_case("batch_norm.leaky", {{2, 2, 3, 2}, {2}, {2}}, [=](auto& x) { return batch_norm(x[0], x[1], x[2], 1e-5, leaky).y; }, [=](auto& x) { return norm(x[0], x[1], x[2], Activation::leaky_relu); }, {.large = {{16, 14, 14, 24}, {24}, {24}}}),
      make_case("batch_norm.tanh", {{5, 2}, {2}, {2}}, [=](auto& x) { return batch_norm(x[0], x[1], x[2], 1e-5, tanh_).y; }, [=](auto& x) { return norm(x[0], x[1], x[2], Activation::tanh); }),
      make_case("batch_norm_inference", {{4, 3}, {3}, {3}}, [=](auto& x) { using T = typename std::remove_cvref_t<decltype(x[0])>::value_type; return batch_norm_inference(x[0], x[1], x[2], Tensor<T>::full({3}, T(0.5)), Tensor<T>::full({3}, T(4)), 1e-5, leaky); },
                [](auto& x) { Array y = x[0]; for (std::size_t i = 0; i < y.values.size(); ++i) y.values[i] = naive::activate((x[0].values[i] - 0.5) / std::sqrt(4 + 1e-5) * x[1].values[i % 3] + x[2].values[i % 3], Activation::leaky_relu, 0.2); return y; }),
      make_case("max_pool2d", {{2, 5, 4, 2}}, [](auto& x) { return max_pool2d(x[0]); }, [](auto& x) { return pool(x[0], detail::pool_shape(x[0].shape, {}, "case"), [](const std::vector<double>& w) { return *std::max_element(w.begin(), w.end()); }); }, {.large = {{8, 28, 28, 16}}}),
      make_case("max_pool2d.overlapping", {{1, 5, 5, 2}}, [=](auto& x) { return max_pool2d(x[0], overlapping); }, [=](auto& x) { return pool(x[0], detail::pool_shape(x[0].shape, overlapping, "case"), [](const std::vector<double>& w) { return *std::max_element(w.begin(), w.end()); }); }),
      make_case("avg_pool2d", {{1, 5, 5, 2}}, [=](auto& x) { return avg_pool2d(x[0], overlapping); }, [=](auto& x) { return pool(x[0], detail::pool_shape(x[0].shape, overlapping, "case"), [](const std::vector<double>& w) { double t = 0; for (double v : w) t += v; return t / 9; }); }, {.large = {{8, 28, 28, 16}}}),
      make_case("upsample_nearest", {{2, 2, 3, 2}}, [](auto& x) { return upsample_nearest(x[0], {2, 3}); }, [](auto& x) { Array y(Shape{2, 4, 9, 2}); for (i64 n = 0; n < 2; ++n) for (i64 i = 0; i < 4; ++i) for (i64 j = 0; j < 9; ++j) for (i64 c = 0; c < 2; ++c) y.at({n, i, j, c}) = x[0].at({n, i / 2, j / 3, c}); return y; }, {.large = {{8, 14, 14, 16}}}),
      make_case("resize", {{2, 3, 4, 2}}, [](auto& x) { return resize(x[0], {5, 7}); }, [](auto& x) { return bilinear(x[0], 5, 7); }, {.large = {{8, 14, 14, 16}}}),
      make_case("resize.smaller", {{1, 6, 5, 1}}, [](auto& x) { return resize(x[0], {4, 3}, {.antialias = false}); }, [](auto& x) { return bilinear(x[0], 4, 3); }),
      make_case("resize.bicubic_antialiased", {{1, 8, 7, 1}}, [](auto& x) { return resize(x[0], {3, 4}, {.mode = Interpolation::bicubic}); }, nullptr),
      make_case("bce_with_logits", {{4, 1}}, [](auto& x) { return bce_with_logits(x[0], 0.9); }, [=](auto& x) { return scalar(mean_of(x[0], [&](double v) { return bce(v, 0.9); })); }),
      make_case("bce_with_logits.one", {{4, 1}}, [](auto& x) { return bce_with_logits(x[0], 1.0) + bce_with_logits(x[0], 0.0); }, [=](auto& x) { return scalar(mean_of(x[0], [&](double v) { return bce(v, 1) + bce(v, 0); })); }),
      make_case("bce_with_logits.targets", {{4}, {4}}, [](auto& x) { return bce_with_logits(x[0], x[1]); }, [=](auto& x) { double t = 0; for (std::size_t i = 0; i < 4; ++i) t += bce(x[0].values[i], x[1].values[i]); return scalar(t / 4); }),
      make_case("mse", {{2, 3}, {2, 3}}, [](auto& x) { return mse(x[0], x[1]); }, [](auto& x) { double t = 0; for (std::size_t i = 0; i < 6; ++i) t += std::pow(x[0].values[i] - x[1].values[i], 2); return scalar(t / 6); }),
      make_case("l1", {{2, 3}, {2, 3}}, [](auto& x) { return l1(x[0], x[1]); }, [](auto& x) { double t = 0; for (std::size_t i = 0; i < 6; ++i) t += std::abs(x[0].values[i] - x[1].values[i]); return scalar(t / 6); }),
      make_case("cross_entropy", {{3, 4}}, [](auto& x) { return cross_entropy(x[0], {2, 0, 3}); }, [](auto& x) { const i64 label[] = {2, 0, 3}; double t = 0; for (i64 r = 0; r < 3; ++r) { double e = 0; for (i64 c = 0; c < 4; ++c) e += std::exp(x[0].at({r, c})); t += std::log(e) - x[0].at({r, label[r]}); } return scalar(t / 3); }),
      make_case("dropout", {{4, 5}}, [](auto& x) { Rng rng{3, 1, 4}; return dropout(x[0], 0.4, rng); }, nullptr, {.large = {{300, 200}}}),
      make_case("one_hot", {}, [](auto& x) { return one_hot<typename std::remove_cvref_t<decltype(x[0])>::value_type>({1, 0}, 3); }, [](auto&) { Array y(Shape{2, 3}); y.at({0, 1}) = 1; y.at({1, 0}) = 1; return y; }),
      make_case("rand", {}, [](auto& x) { Rng rng{1, 2, 3}; return rand<typename std::remove_cvref_t<decltype(x[0])>::value_type>(Shape{300, 100}, rng, -2, 3); }, nullptr),
      make_case("randn", {}, [](auto& x) { Rng rng{1, 2, 3}; return randn<typename std::remove_cvref_t<decltype(x[0])>::value_type>(Shape{300, 100}, rng); }, nullptr),
  };
}

inline const std::vector<Case>& all_cases() {
  static const std::vector<Case> cases = [] {
    std::vector<Case> all;
    for (auto part : {elementwise_cases(), shape_cases(), product_cases(), layer_cases()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return cases;
}

}  // namespace gan
