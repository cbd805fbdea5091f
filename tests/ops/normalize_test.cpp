// Normalisation: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/normalize.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

const FusedActivation leaky{Activation::leaky_relu, 0.2}, tanh_{Activation::tanh, 0};

/// x normalised over all but the last axis, then gamma, beta, activation.
Array batch_normed(const Array& x, const Array& gamma, const Array& beta, Activation a) {
  Array y = x;
  const auto channels = static_cast<std::size_t>(x.shape[-1]);
  const double rows = static_cast<double>(x.values.size() / channels);
  for (std::size_t c = 0; c < channels; ++c) {
    double mean = 0, variance = 0;
    for (std::size_t i = c; i < x.values.size(); i += channels) mean += x.values[i] / rows;
    for (std::size_t i = c; i < x.values.size(); i += channels)
      variance += (x.values[i] - mean) * (x.values[i] - mean) / rows;
    for (std::size_t i = c; i < x.values.size(); i += channels)
      y.values[i] =
          naive::activate((x.values[i] - mean) / std::sqrt(variance + 1e-5) * gamma.values[c] + beta.values[c], a, 0.2);
  }
  return y;
}

/// x normalised within groups that broadcast to it, then gamma, beta, activation.
Array normed(const std::vector<Array>& x, Shape groups, Activation a) {
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
}

/// x (N, …, C) normalised in groups of channels.
Array group_normed(const std::vector<Array>& x, i64 groups, Activation a) {
  const i64 channels = x[0].shape[-1], images = x[0].shape[0], width = channels / groups;
  const i64 rows = x[0].shape.size() / (images * channels);
  const auto at = [](i64 i) { return static_cast<std::size_t>(i); };
  Array y = x[0];
  for (i64 n = 0; n < images; ++n)
    for (i64 g = 0; g < groups; ++g) {
      const auto each = [&](auto body) {
        for (i64 r = 0; r < rows; ++r)
          for (i64 c = g * width; c < (g + 1) * width; ++c) body(at((n * rows + r) * channels + c), at(c));
      };
      double mean = 0, variance = 0;
      const double size = static_cast<double>(rows * width);
      each([&](auto i, auto) { mean += x[0].values[i] / size; });
      each([&](auto i, auto) { variance += (x[0].values[i] - mean) * (x[0].values[i] - mean) / size; });
      each([&](auto i, auto c) {
        const double normal = (x[0].values[i] - mean) / std::sqrt(variance + 1e-5);
        y.values[i] = naive::activate(normal * x[1].values[c] + x[2].values[c], a, 0.2);
      });
    }
  return y;
}

const Cases cases{
    make_case(
        "group_norm", {{2, 2, 3, 4}, {4}, {4}}, [](auto& x) { return group_norm(x[0], 2, x[1], x[2]); },
        [](auto& x) { return group_normed(x, 2, Activation::none); }, {.large = {{3, 40, 40, 24}, {24}, {24}}}),
    make_case(
        "group_norm.leaky", {{3, 2, 6}, {6}, {6}},
        [](auto& x) { return group_norm(x[0], 3, x[1], x[2], 1e-5, leaky); },
        [](auto& x) { return group_normed(x, 3, Activation::leaky_relu); }, {.large = {{700, 4, 36}, {36}, {36}}}),
    make_case(
        "group_norm.rows", {{3, 8}, {8}, {8}}, [](auto& x) { return group_norm(x[0], 2, x[1], x[2], 1e-5, tanh_); },
        [](auto& x) { return group_normed(x, 2, Activation::tanh); }, {.large = {{300, 190}, {190}, {190}}}),
    make_case(
        "group_norm.one", {{2, 3, 4}, {4}, {4}}, [](auto& x) { return group_norm(x[0], 1, x[1], x[2]); },
        [](auto& x) { return group_normed(x, 1, Activation::none); }, {.large = {{2, 3000, 40}, {40}, {40}}}),
    make_case(
        "batch_norm", {{6, 3}, {3}, {3}}, [](auto& x) { return batch_norm(x[0], x[1], x[2]).y; },
        [](auto& x) { return batch_normed(x[0], x[1], x[2], Activation::none); }, {.large = {{3000, 40}, {40}, {40}}}),
    make_case(
        "batch_norm.leaky", {{2, 2, 3, 2}, {2}, {2}},
        [](auto& x) { return batch_norm(x[0], x[1], x[2], 1e-5, leaky).y; },
        [](auto& x) { return batch_normed(x[0], x[1], x[2], Activation::leaky_relu); },
        {.large = {{16, 14, 14, 24}, {24}, {24}}}),
    make_case(
        "batch_norm.tanh", {{5, 2}, {2}, {2}}, [](auto& x) { return batch_norm(x[0], x[1], x[2], 1e-5, tanh_).y; },
        [](auto& x) { return batch_normed(x[0], x[1], x[2], Activation::tanh); }),
    make_case(
        "batch_norm_inference", {{4, 3}, {3}, {3}},
        [](auto& x) {
          using T = typename std::remove_cvref_t<decltype(x[0])>::value_type;
          const Device device = x[0].device();
          return batch_norm_inference(x[0], x[1], x[2], Tensor<T>::full({3}, T(0.5), device),
                                      Tensor<T>::full({3}, T(4), device), 1e-5, leaky);
        },
        [](auto& x) {
          Array y = x[0];
          for (std::size_t i = 0; i < y.values.size(); ++i)
            y.values[i] =
                naive::activate((x[0].values[i] - 0.5) / std::sqrt(4 + 1e-5) * x[1].values[i % 3] + x[2].values[i % 3],
                                Activation::leaky_relu, 0.2);
          return y;
        }),
    make_case(
        "instance_norm", {{2, 2, 3, 2}, {2}, {2}}, [](auto& x) { return instance_norm(x[0], x[1], x[2]); },
        [](auto& x) {
          return normed(x, {2, 1, 1, 2}, Activation::none);
        },
        {.large = {{3, 40, 40, 24}, {24}, {24}}}),
    make_case(
        "instance_norm.leaky", {{2, 3, 2, 3}, {3}, {3}},
        [](auto& x) { return instance_norm(x[0], x[1], x[2], 1e-5, leaky); },
        [](auto& x) {
          return normed(x, {2, 1, 1, 3}, Activation::leaky_relu);
        }),
    make_case(
        "instance_norm.tanh", {{1, 2, 2, 2}, {2}, {2}},
        [](auto& x) { return instance_norm(x[0], x[1], x[2], 1e-5, tanh_); },
        [](auto& x) {
          return normed(x, {1, 1, 1, 2}, Activation::tanh);
        }),
    make_case(
        "layer_norm", {{3, 4}, {4}, {4}}, [](auto& x) { return layer_norm(x[0], 1, x[1], x[2]); },
        [](auto& x) {
          return normed(x, {3, 1}, Activation::none);
        },
        {.large = {{600, 90}, {90}, {90}}}),
    make_case(
        "layer_norm.leaky", {{2, 2, 3}, {3}, {3}},
        [](auto& x) { return layer_norm(x[0], 2, x[1], x[2], 1e-5, leaky); },
        [](auto& x) {
          return normed(x, {2, 1, 1}, Activation::leaky_relu);
        }),
    make_case(
        "layer_norm.three_axes", {{2, 2, 3, 2}, {2, 3, 2}, {2}},
        [](auto& x) { return layer_norm(x[0], 3, x[1], x[2]); },
        [](auto& x) {
          return normed(x, {2, 1, 1, 1}, Activation::none);
        },
        {.large = {{3, 40, 40, 24}, {40, 40, 24}, {24}}}),
};

TEST(OpsNormalize, BadShapesAndValuesAreNamed) {
  const Var image = zeros({2, 5, 5, 3}), matrix = zeros({2, 3});
  expect_error<ShapeError>([&] { batch_norm(matrix, zeros({2}), zeros({2})); }, "[batch_norm] gamma and beta");
  expect_error<ShapeError>(
      [&] {
        batch_norm(zeros({1, 3}), zeros({3}), zeros({3}));
      },
      "[batch_norm] one value per channel has no variance");
  expect_error<ShapeError>([&] { instance_norm(image, zeros({2}), zeros({2})); }, "[instance_norm] gamma and beta");
  expect_error<ShapeError>(
      [&] {
        instance_norm(zeros({4, 1, 1, 3}), zeros({3}), zeros({3}));
      },
      "[instance_norm] an image of one pixel has no variance");
  expect_error<ShapeError>([&] { group_norm(image, 1, zeros({2}), zeros({3})); }, "[group_norm] gamma and beta");
  expect_error<ShapeError>([&] { group_norm(image, 2, zeros({3}), zeros({3})); },
                           "[group_norm] 2 groups do not divide");
  expect_error<ShapeError>([&] { group_norm(image, 0, zeros({3}), zeros({3})); },
                           "[group_norm] 0 groups do not divide");
  expect_error<ShapeError>([&] { group_norm(matrix, 3, zeros({3}), zeros({3})); }, "[group_norm] a group of one value");
  expect_error<ShapeError>([&] { layer_norm(matrix, 3, zeros({3}), zeros({3})); }, "[layer_norm] gamma and beta must");
  expect_error<ShapeError>([&] { layer_norm(matrix, 1, zeros({2, 1}), zeros({3})); }, "[layer_norm] gamma and beta");
}

}  // namespace
}  // namespace gan
