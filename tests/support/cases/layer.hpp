// Normalisation, pooling, resampling, losses, random numbers.
#pragma once

#include "support/cases/case.hpp"

namespace gan {

inline std::vector<Case> layer_cases() {
  using namespace naive;
  const FusedActivation leaky{Activation::leaky_relu, 0.2}, tanh_{Activation::tanh, 0};
  auto norm = [](const Array& x, const Array& gamma, const Array& beta, Activation a) {
    Array y = x;
    const auto channels = static_cast<std::size_t>(x.shape[-1]);
    const double rows = static_cast<double>(x.values.size() / channels);
    for (std::size_t c = 0; c < channels; ++c) {
      double mean = 0, variance = 0;
      for (std::size_t i = c; i < x.values.size(); i += channels) mean += x.values[i] / rows;
      for (std::size_t i = c; i < x.values.size(); i += channels)
        variance += (x.values[i] - mean) * (x.values[i] - mean) / rows;
      for (std::size_t i = c; i < x.values.size(); i += channels)
        y.values[i] = naive::activate(
            (x.values[i] - mean) / std::sqrt(variance + 1e-5) * gamma.values[c] + beta.values[c], a, 0.2);
    }
    return y;
  };
  auto bce = [](double x, double t) { return std::log1p(std::exp(x)) - t * x; };
  const PoolGeometry overlapping{.kernel = 3, .stride = 2, .padding = 1};
  return {
      make_case(
          "batch_norm", {{6, 3}, {3}, {3}}, [](auto& x) { return batch_norm(x[0], x[1], x[2]).y; },
          [=](auto& x) { return norm(x[0], x[1], x[2], Activation::none); }, {.large = {{3000, 40}, {40}, {40}}}),
      make_case(
          "batch_norm.leaky", {{2, 2, 3, 2}, {2}, {2}},
          [=](auto& x) { return batch_norm(x[0], x[1], x[2], 1e-5, leaky).y; },
          [=](auto& x) { return norm(x[0], x[1], x[2], Activation::leaky_relu); },
          {.large = {{16, 14, 14, 24}, {24}, {24}}}),
      make_case(
          "batch_norm.tanh", {{5, 2}, {2}, {2}}, [=](auto& x) { return batch_norm(x[0], x[1], x[2], 1e-5, tanh_).y; },
          [=](auto& x) { return norm(x[0], x[1], x[2], Activation::tanh); }),
      make_case(
          "batch_norm_inference", {{4, 3}, {3}, {3}},
          [=](auto& x) {
            using T = typename std::remove_cvref_t<decltype(x[0])>::value_type;
            const Device device = x[0].device();
            return batch_norm_inference(x[0], x[1], x[2], Tensor<T>::full({3}, T(0.5), device),
                                        Tensor<T>::full({3}, T(4), device), 1e-5, leaky);
          },
          [](auto& x) {
            Array y = x[0];
            for (std::size_t i = 0; i < y.values.size(); ++i)
              y.values[i] = naive::activate(
                  (x[0].values[i] - 0.5) / std::sqrt(4 + 1e-5) * x[1].values[i % 3] + x[2].values[i % 3],
                  Activation::leaky_relu, 0.2);
            return y;
          }),
      make_case(
          "max_pool2d", {{2, 5, 4, 2}}, [](auto& x) { return max_pool2d(x[0]); },
          [](auto& x) {
            return pool(x[0], detail::pool_shape(x[0].shape, {}, "case"),
                        [](const std::vector<double>& w) { return *std::max_element(w.begin(), w.end()); });
          },
          {.large = {{8, 28, 28, 16}}}),
      make_case(
          "max_pool2d.overlapping", {{1, 5, 5, 2}}, [=](auto& x) { return max_pool2d(x[0], overlapping); },
          [=](auto& x) {
            return pool(x[0], detail::pool_shape(x[0].shape, overlapping, "case"),
                        [](const std::vector<double>& w) { return *std::max_element(w.begin(), w.end()); });
          }),
      make_case(
          "avg_pool2d", {{1, 5, 5, 2}}, [=](auto& x) { return avg_pool2d(x[0], overlapping); },
          [=](auto& x) {
            return pool(x[0], detail::pool_shape(x[0].shape, overlapping, "case"), [](const std::vector<double>& w) {
              double t = 0;
              for (double v : w) t += v;
              return t / 9;
            });
          },
          {.large = {{8, 28, 28, 16}}}),
      make_case(
          "upsample_nearest", {{2, 2, 3, 2}},
          [](auto& x) {
            return upsample_nearest(x[0], {2, 3});
          },
          [](auto& x) {
            Array y(Shape{2, 4, 9, 2});
            for (i64 n = 0; n < 2; ++n)
              for (i64 i = 0; i < 4; ++i)
                for (i64 j = 0; j < 9; ++j)
                  for (i64 c = 0; c < 2; ++c) y.at({n, i, j, c}) = x[0].at({n, i / 2, j / 3, c});
            return y;
          },
          {.large = {{8, 14, 14, 16}}}),
      make_case(
          "resize", {{2, 3, 4, 2}},
          [](auto& x) {
            return resize(x[0], {5, 7});
          },
          [](auto& x) { return bilinear(x[0], 5, 7); }, {.large = {{8, 14, 14, 16}}}),
      make_case(
          "resize.smaller", {{1, 6, 5, 1}},
          [](auto& x) {
            return resize(x[0], {4, 3}, {.antialias = false});
          },
          [](auto& x) { return bilinear(x[0], 4, 3); }),
      make_case(
          "resize.bicubic_antialiased", {{1, 8, 7, 1}},
          [](auto& x) {
            return resize(x[0], {3, 4}, {.mode = Interpolation::bicubic});
          },
          nullptr),
      make_case(
          "bce_with_logits", {{4, 1}}, [](auto& x) { return bce_with_logits(x[0], 0.9); },
          [=](auto& x) { return scalar(mean_of(x[0], [&](double v) { return bce(v, 0.9); })); }),
      make_case(
          "bce_with_logits.one", {{4, 1}},
          [](auto& x) { return bce_with_logits(x[0], 1.0) + bce_with_logits(x[0], 0.0); },
          [=](auto& x) { return scalar(mean_of(x[0], [&](double v) { return bce(v, 1) + bce(v, 0); })); }),
      make_case(
          "bce_with_logits.targets", {{4}, {4}}, [](auto& x) { return bce_with_logits(x[0], x[1]); },
          [=](auto& x) {
            double t = 0;
            for (std::size_t i = 0; i < 4; ++i) t += bce(x[0].values[i], x[1].values[i]);
            return scalar(t / 4);
          }),
      make_case(
          "mse", {{2, 3}, {2, 3}}, [](auto& x) { return mse(x[0], x[1]); },
          [](auto& x) {
            double t = 0;
            for (std::size_t i = 0; i < 6; ++i) t += std::pow(x[0].values[i] - x[1].values[i], 2);
            return scalar(t / 6);
          }),
      make_case(
          "l1", {{2, 3}, {2, 3}}, [](auto& x) { return l1(x[0], x[1]); },
          [](auto& x) {
            double t = 0;
            for (std::size_t i = 0; i < 6; ++i) t += std::abs(x[0].values[i] - x[1].values[i]);
            return scalar(t / 6);
          }),
      make_case(
          "cross_entropy", {{3, 4}},
          [](auto& x) {
            return cross_entropy(x[0], {2, 0, 3});
          },
          [](auto& x) {
            const i64 label[] = {2, 0, 3};
            double t = 0;
            for (i64 r = 0; r < 3; ++r) {
              double e = 0;
              for (i64 c = 0; c < 4; ++c) e += std::exp(x[0].at({r, c}));
              t += std::log(e) - x[0].at({r, label[r]});
            }
            return scalar(t / 3);
          }),
      make_case("dropout", {{4, 5}},
                [](auto& x) {
                  Rng rng{3, 1, 4};
                  return dropout(x[0], 0.4, rng);
                },
                nullptr, {.large = {{300, 200}}}),
      make_case(
          "one_hot", {},
          [](auto& x) {
            return one_hot<typename std::remove_cvref_t<decltype(x[0])>::value_type>({1, 0}, 3);
          },
          [](auto&) {
            Array y(Shape{2, 3});
            y.at({0, 1}) = 1;
            y.at({1, 0}) = 1;
            return y;
          }),
      make_case(
          "one_hot.of_labels", {},
          [](auto& x) {
            using T = typename std::remove_cvref_t<decltype(x[0])>::value_type;
            return one_hot(Tensor<T>::from({T(2), T(0)}, Shape{2}), 3);
          },
          [](auto&) {
            Array y(Shape{2, 3});
            y.at({0, 2}) = 1;
            y.at({1, 0}) = 1;
            return y;
          }),
      make_case(
          "rand", {},
          [](auto& x) {
            Rng rng{1, 2, 3};
            return rand<typename std::remove_cvref_t<decltype(x[0])>::value_type>(Shape{300, 100}, rng, -2, 3);
          },
          nullptr),
      make_case(
          "randn", {},
          [](auto& x) {
            Rng rng{1, 2, 3};
            return randn<typename std::remove_cvref_t<decltype(x[0])>::value_type>(Shape{300, 100}, rng);
          },
          nullptr),
  };
}

}  // namespace gan
