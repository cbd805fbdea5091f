// Pooling: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/pool.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

const PoolGeometry overlapping{.kernel = 3, .stride = 2, .padding = 1};

const Cases cases{
    make_case(
        "max_pool2d", {{2, 5, 4, 2}}, [](auto& x) { return max_pool2d(x[0]); },
        [](auto& x) {
          return pool(x[0], detail::pool_shape(x[0].shape, {}, "case"),
                      [](const std::vector<double>& w) { return *std::max_element(w.begin(), w.end()); });
        },
        {.large = {{8, 28, 28, 16}}}),
    make_case(
        "max_pool2d.overlapping", {{1, 5, 5, 2}}, [](auto& x) { return max_pool2d(x[0], overlapping); },
        [](auto& x) {
          return pool(x[0], detail::pool_shape(x[0].shape, overlapping, "case"),
                      [](const std::vector<double>& w) { return *std::max_element(w.begin(), w.end()); });
        }),
    make_case(
        "avg_pool2d", {{1, 5, 5, 2}}, [](auto& x) { return avg_pool2d(x[0], overlapping); },
        [](auto& x) {
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
};

TEST(OpsPool, BadShapesAndValuesAreNamed) {
  const Var image = zeros({2, 5, 5, 3}), matrix = zeros({2, 3});
  expect_error<ShapeError>([&] { max_pool2d(zeros({1, 1, 1, 1})); }, "[max_pool2d] the window is larger");
  expect_error<ShapeError>([&] { max_pool2d(matrix); }, "[max_pool2d] images (N, H, W, C) are needed: (2, 3)");
  expect_error<ShapeError>([&] { upsample_nearest(image, 0); }, "[upsample_nearest]");
  expect_error<ShapeError>([&] { maxout(matrix, 2); }, "[maxout] the last axis must hold whole groups of 2: (2, 3)");
}

}  // namespace
}  // namespace gan
