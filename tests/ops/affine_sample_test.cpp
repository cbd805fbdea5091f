// Images at affine maps of the pixels: the cases that value_test, gradient_test, threads_test and devices read, and
// errors.
#include "gan/ops/affine_sample.hpp"

#include <gtest/gtest.h>

#include "gan/grad/grad.hpp"
#include "gan/ops/grid_sample.hpp"
#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

using Maps = std::vector<std::array<double, 6>>;

Naive sampled(Maps maps, Size2 size) {
  return [maps, size](const std::vector<Array>& in) {
    const Array& x = in[0];
    Array y(x.shape.with(1, size.h).with(2, size.w));
    for (i64 n = 0; n < x.shape[0]; ++n)
      for (i64 p = 0; p < size.h; ++p)
        for (i64 q = 0; q < size.w; ++q) {
          const auto& m = maps[static_cast<std::size_t>(n) % maps.size()];
          const double u = m[0] * static_cast<double>(q) + m[1] * static_cast<double>(p) + m[2],
                       v = m[3] * static_cast<double>(q) + m[4] * static_cast<double>(p) + m[5];
          for (i64 i = 0; i < x.shape[1]; ++i)
            for (i64 j = 0; j < x.shape[2]; ++j) {
              const double across = 1 - std::abs(u - static_cast<double>(j)),
                           down = 1 - std::abs(v - static_cast<double>(i));
              if (across <= 0 || down <= 0) continue;
              for (i64 c = 0; c < x.shape[3]; ++c) y.at({n, p, q, c}) += across * down * x.at({n, i, j, c});
            }
        }
    return y;
  };
}

/// Image n is sampled at maps[n % maps.size()].
Case sample_case(const char* name, Shape shape, const Maps& maps, Size2 size, Shape large = {}) {
  return make_case(name, {shape},
                   [maps, size](auto& x) {
                     using T = typename std::decay_t<decltype(x[0])>::value_type;
                     std::vector<T> all;
                     for (i64 n = 0; n < x[0].shape(0); ++n)
                       for (const double v : maps[static_cast<std::size_t>(n) % maps.size()])
                         all.push_back(static_cast<T>(v));
                     return affine_sample(
                         x[0], Tensor<T>::from(std::span<const T>(all), Shape{x[0].shape(0), 2, 3}, x[0].device()),
                         size);
                   },
                   sampled(maps, size), {.large = large.rank() > 0 ? std::vector<Shape>{large} : std::vector<Shape>{}});
}

const Cases cases{
    sample_case(
        "affine_sample", {4, 5, 4, 2},
        {{0.8, -0.6, 1.3, 0.6, 0.8, -0.7}, {1, 0, 0, 0, 1, 0}, {-2.1, 0.1, 6, 0.3, 1.7, -1}, {0.3, 0, 1, 0, 0.4, 1}},
        {4, 5}, {30, 40, 50, 3}),
    sample_case("affine_sample.degenerate", {3, 3, 3, 1},
                {{0, 0, 1.25, 0, 0, 0.5}, {1, 1, 0, 1, 1, 0}, {1, 0, 100, 0, 1, 0}}, {4, 3}),
    // More pixels than are placed side by side; most have four pixels of the image about them.
    sample_case("affine_sample.long_rows", {2, 5, 6, 1},
                {{0.07, 0.1, 0.2, 0.03, 0.9, 0.4}, {-0.09, 0.1, 5.5, 0.05, 0.8, -0.3}}, {3, 70}, {40, 50, 40, 1}),
    sample_case("affine_sample.colour", {1, 4, 5, 3}, {{0.2, 0.1, 0.4, 0.1, 0.7, 0.3}}, {3, 18}),
    sample_case("affine_sample.many_channels", {1, 3, 4, 5}, {{0.5, 0.1, 0.4, 0.1, 0.6, 0.3}}, {3, 4}),
};

TEST(OpsAffineSample, SamplesAsAGridDoesAndSoDoItsDerivatives) {
  using D = Tensor<double>;
  Rng rng{1};
  const D x = leaf(rand<double>({2, 6, 5, 3}, rng, -1, 1)), theta = rand<double>({2, 2, 3}, rng, -1, 1),
          g = rand<double>({2, 4, 7, 3}, rng, -1, 1);
  // From positions in [-1, 1] of 4 x 7 pixels to those of 6 x 5.
  D maps({2, 2, 3});
  for (i64 k = 0; k < 4; ++k) {
    const double *const t = theta.data() + 3 * k, half = (k % 2 == 0 ? 5 : 6) / 2.0;
    double* const m = maps.mutable_data() + 3 * k;
    m[0] = t[0] * half * 2 / 7;
    m[1] = t[1] * half * 2 / 4;
    m[2] = half * (t[0] * (1 / 7.0 - 1) + t[1] * (1 / 4.0 - 1) + t[2] + 1) - 0.5;
  }
  const D direct = affine_sample(x, maps, {4, 7}), by_grid = grid_sample(x, affine_grid(theta, {4, 7}));
  const D one = grad(direct, g, {x})[0], other = grad(by_grid, g, {x})[0];
  for (i64 i = 0; i < direct.size(); ++i) EXPECT_NEAR(direct.data()[i], by_grid.data()[i], 1e-13);
  for (i64 i = 0; i < one.size(); ++i) EXPECT_NEAR(one.data()[i], other.data()[i], 1e-13);
}

TEST(OpsAffineSample, PositionsThatAreNoNumbersAreOutside) {
  const Var maps = Var::from({std::nanf(""), 0, 0, 0, 1, 0, 1e30f, 0, 0, 0, 1, 0}, {2, 2, 3});
  for (const float v : affine_sample(Var::ones({2, 3, 3, 1}), maps, {2, 2}).to_vector()) EXPECT_TRUE(v == 0 || v == 1);
  EXPECT_EQ(affine_sample(Var::ones({2, 3, 3, 1}), maps, {2, 2}).to_vector()[0], 0);
}

TEST(OpsAffineSample, BadShapesAreNamed) {
  expect_error<ShapeError>(
      [] {
        affine_sample(zeros({2, 5, 5}), zeros({2, 2, 3}), 4);
      },
      "[affine_sample] images (N, H, W, C) and maps (N, 2, 3) are needed");
  expect_error<ShapeError>([] { affine_sample(zeros({2, 5, 5, 1}), zeros({1, 2, 3}), 4); }, "[affine_sample]");
  expect_error<ShapeError>([] { affine_sample(zeros({2, 5, 5, 1}), zeros({2, 2, 3}), {-1, 4}); }, "[affine_sample]");
}

}  // namespace
}  // namespace gan
