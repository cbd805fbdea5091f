// Norms of images and rows, borders, groups.
#pragma once

#include "support/cases/case.hpp"
#include "gan/ops/padding.hpp"

namespace gan {

inline std::vector<Case> image_cases() {
  using namespace naive;
  // x normalised within groups that broadcast to it, then gamma, beta, activation.
  auto norm = [](const std::vector<Array>& x, Shape groups, Activation a) {
    const double share = static_cast<double>(groups.size()) / static_cast<double>(x[0].shape.size());
    Array mean = naive::sum_to(x[0], groups), y = x[0];
    for (i64 i = 0; i < y.shape.size(); ++i)
      y.values[static_cast<std::size_t>(i)] -= share * mean.values[broadcast_index(i, y.shape, groups)];
    Array squares = y;
    for (double& v : squares.values) v *= v;
    const Array variance = naive::sum_to(squares, groups);
    for (i64 i = 0; i < y.shape.size(); ++i) {
      double& v = y.values[static_cast<std::size_t>(i)];
      v /= std::sqrt(share * variance.values[broadcast_index(i, y.shape, groups)] + 1e-5);
      v *= x[1].values[broadcast_index(i, y.shape, x[1].shape)];
      v = naive::activate(v + x[2].values[broadcast_index(i, y.shape, x[2].shape)], a, 0.2);
    }
    return y;
  };
  // Every pixel of a larger image from `source` of its row and column, or 0 where that is outside.
  using Source = std::function<i64(i64, i64)>;
  auto border = [](const Array& x, const Padding& p, Source source) {
    Array y(Shape{x.shape[0], x.shape[1] + p.top + p.bottom, x.shape[2] + p.left + p.right, x.shape[3]});
    for (i64 n = 0; n < y.shape[0]; ++n)
      for (i64 i = 0; i < y.shape[1]; ++i)
        for (i64 j = 0; j < y.shape[2]; ++j)
          for (i64 c = 0; c < y.shape[3]; ++c) {
            const i64 r = source(i - p.top, x.shape[1]), s = source(j - p.left, x.shape[2]);
            y.at({n, i, j, c}) = r < 0 || s < 0 ? 0 : x.at({n, r, s, c});
          }
    return y;
  };
  const Padding uneven{1, 2, 0, 3};
  const FusedActivation leaky{Activation::leaky_relu, 0.2}, tanh_{Activation::tanh, 0};
  return {
      make_case(
          "instance_norm", {{2, 2, 3, 2}, {2}, {2}}, [](auto& x) { return instance_norm(x[0], x[1], x[2]); },
          [=](auto& x) {
            return norm(x, {2, 1, 1, 2}, Activation::none);
          },
          {.large = {{3, 40, 40, 24}, {24}, {24}}}),
      make_case(
          "instance_norm.leaky", {{2, 3, 2, 3}, {3}, {3}},
          [=](auto& x) { return instance_norm(x[0], x[1], x[2], 1e-5, leaky); },
          [=](auto& x) {
            return norm(x, {2, 1, 1, 3}, Activation::leaky_relu);
          }),
      make_case(
          "instance_norm.tanh", {{1, 2, 2, 2}, {2}, {2}},
          [=](auto& x) { return instance_norm(x[0], x[1], x[2], 1e-5, tanh_); },
          [=](auto& x) {
            return norm(x, {1, 1, 1, 2}, Activation::tanh);
          }),
      make_case(
          "layer_norm", {{3, 4}, {4}, {4}}, [](auto& x) { return layer_norm(x[0], 1, x[1], x[2]); },
          [=](auto& x) {
            return norm(x, {3, 1}, Activation::none);
          },
          {.large = {{600, 90}, {90}, {90}}}),
      make_case(
          "layer_norm.three_axes", {{2, 2, 3, 2}, {2, 3, 2}, {2}},
          [](auto& x) { return layer_norm(x[0], 3, x[1], x[2]); },
          [=](auto& x) {
            return norm(x, {2, 1, 1, 1}, Activation::none);
          },
          {.large = {{3, 40, 40, 24}, {40, 40, 24}, {24}}}),
      make_case(
          "zero_pad", {{2, 3, 2, 2}}, [=](auto& x) { return zero_pad(x[0], uneven); },
          [=](auto& x) { return border(x[0], uneven, [](i64 i, i64 n) { return i < n ? i : -1; }); }),
      make_case(
          "reflection_pad", {{2, 3, 4, 2}}, [=](auto& x) { return reflection_pad(x[0], uneven); },
          [=](auto& x) {
            return border(x[0], uneven, [](i64 i, i64 n) { return i < 0 ? -i : i < n ? i : n - 1 - (i - (n - 1)); });
          },
          {.large = {{4, 30, 30, 16}}}),
      make_case(
          "pixel_shuffle", {{2, 2, 3, 8}}, [](auto& x) { return pixel_shuffle(x[0], 2); },
          [](auto& x) {
            Array y(Shape{2, 4, 6, 2});
            for (i64 n = 0; n < 2; ++n)
              for (i64 i = 0; i < 4; ++i)
                for (i64 j = 0; j < 6; ++j)
                  for (i64 c = 0; c < 2; ++c)
                    y.at({n, i, j, c}) = x[0].at({n, i / 2, j / 2, c * 4 + i % 2 * 2 + j % 2});
            return y;
          },
          {.large = {{4, 14, 14, 36}}}),
      make_case(
          "maxout", {{2, 3, 6}}, [](auto& x) { return maxout(x[0], 3); },
          [](auto& x) {
            Array y(Shape{2, 3, 2});
            for (i64 i = 0; i < 2; ++i)
              for (i64 j = 0; j < 3; ++j)
                for (i64 u = 0; u < 2; ++u)
                  y.at({i, j, u}) =
                      std::max({x[0].at({i, j, 3 * u}), x[0].at({i, j, 3 * u + 1}), x[0].at({i, j, 3 * u + 2})});
            return y;
          },
          {.large = {{300, 240}}}),
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
}

}  // namespace gan
