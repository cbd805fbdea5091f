// Images sampled at positions: the cases that value_test, gradient_test, threads_test and devices read, errors, and
// PyTorch.
#include "gan/ops/grid_sample.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace naive;

/// Bilinear at a position in pixels, straight from the definition.
double pixel(const Array& x, i64 n, i64 i, i64 j, i64 c) {
  return i < 0 || j < 0 || i >= x.shape[1] || j >= x.shape[2] ? 0 : x.at({n, i, j, c});
}
Naive sampled(GridPadding padding) {
  return [padding](const std::vector<Array>& x) {
    const Array &images = x[0], &grid = x[1];
    Array y(Shape{grid.shape[0], grid.shape[1], grid.shape[2], images.shape[3]});
    const auto at = [&](double g, i64 extent) {
      const double last = static_cast<double>(extent - 1);
      double p = ((g + 1) * static_cast<double>(extent) - 1) / 2;
      while (padding == GridPadding::reflection && (p < -0.5 || p > last + 0.5)) p = p < 0 ? -1 - p : 2 * last + 1 - p;
      return padding == GridPadding::zeros ? p : std::clamp(p, 0.0, last);
    };
    for (i64 n = 0; n < y.shape[0]; ++n)
      for (i64 p = 0; p < y.shape[1]; ++p)
        for (i64 q = 0; q < y.shape[2]; ++q)
          for (i64 c = 0; c < y.shape[3]; ++c) {
            const double u = at(grid.at({n, p, q, 0}), images.shape[2]), v = at(grid.at({n, p, q, 1}), images.shape[1]);
            const double s = u - std::floor(u), t = v - std::floor(v);
            const i64 j = static_cast<i64>(std::floor(u)), i = static_cast<i64>(std::floor(v));
            y.at({n, p, q, c}) = (1 - t) * ((1 - s) * pixel(images, n, i, j, c) + s * pixel(images, n, i, j + 1, c)) +
                                 t * ((1 - s) * pixel(images, n, i + 1, j, c) + s * pixel(images, n, i + 1, j + 1, c));
          }
    return y;
  };
}

/// Some of the positions lie outside of the images.
Case sample_case(const char* name, GridPadding padding) {
  return make_case(name, {{2, 3, 4, 2}, {2, 3, 2, 2}}, [padding](auto& x) { return grid_sample(x[0], x[1], padding); },
                   sampled(padding), {.large = {{3, 40, 40, 5}, {3, 50, 30, 2}}, .low = -1.4, .high = 1.4});
}

const Cases cases{
    sample_case("grid_sample", GridPadding::zeros),
    sample_case("grid_sample.border", GridPadding::border),
    sample_case("grid_sample.reflection", GridPadding::reflection),
    make_case(
        "affine_grid", {{2, 2, 3}},
        [](auto& x) {
          return affine_grid(x[0], {3, 4});
        },
        [](auto& x) {
          Array y(Shape{2, 3, 4, 2});
          for (i64 n = 0; n < 2; ++n)
            for (i64 p = 0; p < 3; ++p)
              for (i64 q = 0; q < 4; ++q)
                for (i64 k = 0; k < 2; ++k) {
                  const double u = (2 * static_cast<double>(q) + 1) / 4 - 1,
                               v = (2 * static_cast<double>(p) + 1) / 3 - 1;
                  y.at({n, p, q, k}) = x[0].at({n, k, 0}) * u + x[0].at({n, k, 1}) * v + x[0].at({n, k, 2});
                }
          return y;
        }),
};

TEST(OpsGridSample, BadShapesAreNamed) {
  const Var image = zeros({2, 5, 5, 3});
  expect_error<ShapeError>([&] { grid_sample(image, zeros({1, 2, 2, 2})); }, "[grid_sample] images (N, H, W, C)");
  expect_error<ShapeError>([&] { grid_sample(image, zeros({2, 2, 2, 3})); }, "[grid_sample] images (N, H, W, C)");
  expect_error<ShapeError>([&] { grid_sample(zeros({2, 0, 5, 3}), zeros({2, 2, 2, 2})); }, "images without pixels");
  expect_error<ShapeError>([&] { affine_grid(zeros({2, 3, 3}), 4); }, "[affine_grid] maps (N, 2, 3) are needed");
}

TEST(OpsGridSample, TheIdentityKeepsImagesAndAMirrorTurnsThem) {
  Rng rng{1};
  const Var image = rand<float>(Shape{1, 4, 8, 2}, rng, -1, 1);
  const auto mapped = [&](std::initializer_list<float> theta) {
    return grid_sample(image, affine_grid(Var::from(theta, Shape{1, 2, 3}), {4, 8}));
  };
  const Var same = mapped({1, 0, 0, 0, 1, 0}), mirrored = mapped({-1, 0, 0, 0, 1, 0});
  for (i64 i = 0; i < image.size(); ++i) EXPECT_NEAR(same.data()[i], image.data()[i], 1e-5);
  for (i64 i = 0; i < 4; ++i)
    for (i64 j = 0; j < 8; ++j) EXPECT_NEAR(mirrored.data()[(i * 8 + j) * 2], image.data()[(i * 8 + 7 - j) * 2], 1e-5);
}

TEST(OpsGridSample, PositionsFarAwayAreZeroAndNanIsNotHidden) {
  const Var image = Var::ones({1, 4, 4, 1});
  const Var grid = Var::from({1e9f, 0, 0, -1e9f, std::nanf(""), 0}, Shape{1, 1, 3, 2});
  const std::vector<float> y = grid_sample(image, grid).to_vector();
  EXPECT_EQ(y[0], 0);
  EXPECT_EQ(y[1], 0);
  EXPECT_TRUE(std::isnan(y[2]));
}

using GridSampleReference = reference::LayerReference;

TEST_F(GridSampleReference, ValuesAndDerivatives) {
  using namespace reference;
  using D = Tensor<double>;
  for (const auto& [name, padding] : {std::pair<std::string, GridPadding>{"grid_sample_zeros", GridPadding::zeros},
                                      {"grid_sample_border", GridPadding::border},
                                      {"grid_sample_reflection", GridPadding::reflection}}) {
    const D grid = leaf(tensor<double>(layer_array(name, "grid")));
    check_function(name, [&, p = padding](const D& x) { return grid_sample(x, grid, p); }, {grid}, {"grid"});
  }
  check_function("affine_grid", [](const D& theta) { return affine_grid(theta, {4, 5}); });
}

}  // namespace
}  // namespace gan
