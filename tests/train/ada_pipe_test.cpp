// ADA's augmentations: against PyTorch, and what is drawn.
#include "gan/train/ada_pipe.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "gan/grad/grad.hpp"
#include "gan/ops/random.hpp"
#include "gan/ops/shape.hpp"
#include "support/errors.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using AdaPipeReference = reference::LayerReference;

/// The first n numbers of each of the reference's matrices: the last row is that of any affine map.
template <std::size_t n>
std::vector<std::array<double, n>> maps_of(const std::string& name, const std::string& key) {
  const reference::Array all = reference::layer_array(name, key);
  const auto size = static_cast<std::size_t>(all.shape.stride0());
  std::vector<std::array<double, n>> maps(static_cast<std::size_t>(all.shape[0]));
  for (std::size_t i = 0; i < maps.size(); ++i) std::copy_n(&all.values[i * size], n, maps[i].begin());
  return maps;
}

TEST_F(AdaPipeReference, ValuesAndDerivatives) {
  using namespace reference;
  using D = gan::Tensor<double>;
  for (const std::string name : {"ada_geometry", "ada_geometry_rgb"})
    check_function(name, [maps = maps_of<6>(name, "maps")](const D& x) { return ada_geometry(x, maps); });
  for (const std::string name : {"ada_colour", "ada_colour_grey"})
    check_function(name, [maps = maps_of<12>(name, "colours")](const D& x) { return ada_colour(x, maps); });
}

TEST(AdaPipe, TheIdentityKeepsImagesUpToRounding) {
  Rng rng{1};
  for (const Shape& shape : {Shape{2, 12, 9, 3}, Shape{2, 8, 7, 1}}) {
    const Var x = rand<float>(shape, rng, -1, 1);
    const auto n = static_cast<std::size_t>(shape[0]);
    const Var y = ada_geometry(x, std::vector<AdaDraws::Geometry>(n, {1, 0, 0, 0, 1, 0}));
    for (i64 i = 0; i < x.size(); ++i) ASSERT_NEAR(y.data()[i], x.data()[i], 5e-6) << to_string(shape);
    const Var same = ada_colour(x, std::vector<AdaDraws::Colour>(n, {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0}));
    for (i64 i = 0; i < x.size(); ++i) ASSERT_NEAR(same.data()[i], x.data()[i], 1e-6);
  }
}

TEST(AdaPipe, WholePixelsAreMovedAndQuartersTurned) {
  Rng rng{1};
  const Var x = rand<float>({1, 8, 8, 1}, rng, -1, 1);
  Var smooth({1, 8, 8, 1});  // a turn swaps the ends of the filter, which is not quite symmetric
  for (i64 i = 0; i < 64; ++i)
    smooth.mutable_data()[i] =
        static_cast<float>(std::sin(0.5 * static_cast<double>(i / 8)) * static_cast<double>(i % 8) / 8);
  const Var moved = ada_geometry<float>(x, {{1, 0, -2, 0, 1, 1}}),
            turned = ada_geometry<float>(smooth, {{0, -1, 0, 1, 0, 0}});
  for (i64 i = 0; i < 8; ++i)
    for (i64 j = 0; j < 8; ++j) {
      const i64 row = i + 1 < 8 ? i + 1 : 14 - i - 1;  // mirrored
      EXPECT_NEAR(moved.data()[i * 8 + j], x.data()[row * 8 + std::abs(j - 2)], 5e-6);
      EXPECT_NEAR(turned.data()[i * 8 + j], smooth.data()[j * 8 + 7 - i], 0.03);
    }
}

// Of large images only a few are mapped at a time.
TEST(AdaPipe, ABatchIsMappedAsItsImagesAre) {
  Rng rng{1};
  const Shape shape{5, 96, 80, 3};
  const Var x = leaf(rand<float>(shape, rng, -1, 1)), g = rand<float>(shape, rng, -1, 1);
  const std::vector<AdaDraws::Geometry> maps = draw_ada({}, 0.9, shape, rng).geometry;
  ASSERT_EQ(maps.size(), 5u);
  const Var y = ada_geometry(x, maps), gradient = grad(y, g, {x})[0];
  const i64 size = shape.size() / 5;
  for (i64 i = 0; i < 5; ++i) {
    const Var image = leaf(slice(x, 0, i, i + 1).clone());
    const Var one = ada_geometry(image, {maps[static_cast<std::size_t>(i)]});
    const Var of_one = grad(one, slice(g, 0, i, i + 1), {image})[0];
    for (i64 k = 0; k < size; ++k) {
      ASSERT_NEAR(y.data()[i * size + k], one.data()[k], 1e-4) << i;
      ASSERT_NEAR(gradient.data()[i * size + k], of_one.data()[k], 1e-3) << i;
    }
  }
}

AdaSteps only(double AdaSteps::*step) {
  AdaSteps s{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  s.*step = 1;
  return s;
}
constexpr i64 many = 20000;
AdaDraws drawn(double AdaSteps::*step, double p = 0.4) {
  Rng rng{11};
  return draw_ada(only(step), p, {many, 16, 24, 3}, rng);
}
void expect_frequency(double times, double probability) {
  const double n = static_cast<double>(many);
  EXPECT_NEAR(times / n, probability, 4.5 * std::sqrt(probability * (1 - probability) / n));
}
/// That `value` of the maps that differ from the identity has this mean and deviation, and that so many do.
template <class Map>
void expect_spread(const std::vector<Map>& maps, const Map& identity, const std::function<double(const Map&)>& value,
                   double mean, double deviation, double probability) {
  ASSERT_EQ(static_cast<i64>(maps.size()), many);
  double n = 0, sum = 0, squares = 0;
  for (const Map& m : maps) {
    if (m == identity) continue;
    const double v = value(m);
    n += 1;
    sum += v;
    squares += (v - mean) * (v - mean);
  }
  expect_frequency(n, probability);
  EXPECT_NEAR(sum / n, mean, 4.5 * deviation / std::sqrt(n) + 1e-9);
  EXPECT_NEAR(std::sqrt(squares / n), deviation, 0.05 * deviation + 1e-9);
}
constexpr AdaDraws::Geometry here{1, 0, 0, 0, 1, 0};
constexpr AdaDraws::Colour own{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
constexpr double pi = 3.14159265358979323846;
using G = AdaDraws::Geometry;
using C = AdaDraws::Colour;

TEST(AdaPipe, GeometryIsDrawnAsThePaperSays) {
  expect_spread<G>(
      drawn(&AdaSteps::flip).geometry, here, [](const G& m) { return m[0]; }, -1, 0, 0.2);
  const AdaDraws quarters = drawn(&AdaSteps::rotate90);
  for (const G& turned : {G{0, -1, 0, 1, 0, 0}, G{-1, 0, 0, 0, -1, 0}, G{0, 1, 0, -1, 0, 0}})
    expect_frequency(static_cast<double>(std::count(quarters.geometry.begin(), quarters.geometry.end(), turned)), 0.1);
  const AdaDraws shifts = drawn(&AdaSteps::shift);
  for (const G& m : shifts.geometry) {
    ASSERT_TRUE(m[2] == std::floor(m[2]) && std::abs(m[2]) <= 3 && m[5] == std::floor(m[5]) && std::abs(m[5]) <= 2);
    ASSERT_TRUE(m[0] == 1 && m[1] == 0 && m[3] == 0 && m[4] == 1);
  }
  // Unmoved, too, are those whose shift rounds to nothing: a sixth of the columns times a quarter of the rows.
  expect_spread<G>(
      shifts.geometry, here, [](const G& m) { return m[2]; }, 0, 1.7951, 0.4 * 23 / 24);

  expect_spread<G>(
      drawn(&AdaSteps::scale).geometry, here, [](const G& m) { return std::log2(m[0]); }, 0, 0.2, 0.4);
  for (const G& m : drawn(&AdaSteps::scale).geometry) ASSERT_EQ(m[0], m[4]);
  expect_spread<G>(
      drawn(&AdaSteps::stretch).geometry, here, [](const G& m) { return std::log2(m[0]); }, 0, 0.2, 0.4);
  for (const G& m : drawn(&AdaSteps::stretch).geometry) ASSERT_NEAR(m[0] * m[4], 1, 1e-12);
  expect_spread<G>(
      drawn(&AdaSteps::rotate).geometry, here, [](const G& m) { return std::atan2(m[3], m[0]); }, 0, pi / std::sqrt(3),
      0.4);
  expect_spread<G>(
      drawn(&AdaSteps::fraction).geometry, here, [](const G& m) { return m[2]; }, 0, 0.125 * 24, 0.4);
  expect_spread<G>(
      drawn(&AdaSteps::fraction).geometry, here, [](const G& m) { return m[5]; }, 0, 0.125 * 16, 0.4);
}

TEST(AdaPipe, ColoursAreDrawnAsThePaperSays) {
  expect_spread<C>(
      drawn(&AdaSteps::brightness).colour, own, [](const C& m) { return m[3]; }, 0, 0.2, 0.4);
  expect_spread<C>(
      drawn(&AdaSteps::contrast).colour, own, [](const C& m) { return std::log2(m[0]); }, 0, 0.5, 0.4);
  expect_spread<C>(
      drawn(&AdaSteps::luma_flip).colour, own, [](const C& m) { return m[0] + m[1] + m[2]; }, -1, 0, 0.2);
  // About the grey axis, which stays: the angle from the trace and the odd part.
  const auto angle = [](const C& m) {
    return std::atan2((m[4] - m[1]) * std::sqrt(3) / 2, (m[0] + m[5] + m[10] - 1) / 2);
  };
  expect_spread<C>(drawn(&AdaSteps::hue).colour, own, angle, 0, pi / std::sqrt(3), 0.4);
  const auto strength = [](const C& m) { return std::log2((m[0] + m[5] + m[10] - 1) / 2); };
  expect_spread<C>(drawn(&AdaSteps::saturation).colour, own, strength, 0, 1, 0.4);
  for (double AdaSteps::*step : {&AdaSteps::hue, &AdaSteps::saturation})
    for (const C& m : drawn(step).colour)
      for (const std::size_t row : {0u, 4u, 8u}) ASSERT_NEAR(m[row] + m[row + 1] + m[row + 2], 1, 1e-12);
  Rng rng{11};
  for (double AdaSteps::*step : {&AdaSteps::hue, &AdaSteps::saturation})
    EXPECT_TRUE(draw_ada(only(step), 1, {50, 4, 4, 1}, rng).colour.empty()) << "a grey has neither";
}

TEST(AdaPipe, CutoutsAreHalfAsLargeAndCentredAnywhere) {
  const AdaDraws draws = drawn(&AdaSteps::cutout);
  EXPECT_TRUE(draws.geometry.empty() && draws.colour.empty());
  double n = 0, row = 0;
  for (const AdaDraws::Place& at : draws.place) {
    if (at == AdaDraws::Place{}) continue;
    n += 1;
    row += (at[2] + at[4]) / 2;
    ASSERT_TRUE(at[4] - at[2] == 8 && at[5] - at[3] == 12) << "even extents";
    ASSERT_TRUE(at[2] >= -4 && at[4] <= 20 && at[3] >= -6 && at[5] <= 30);
  }
  expect_frequency(n, 0.4);
  EXPECT_NEAR(row / n, 8, 0.25);
}

TEST(AdaPipe, AnImageIsAugmentedByItsNumberAndTheDrawAlone) {
  const auto draw = [](i64 n, u64 seed) {
    Rng rng{seed};
    return draw_ada(AdaSteps::r3gan(), 0.9, {n, 8, 8, 3}, rng);
  };
  const AdaDraws all = draw(6, 3), first = draw(3, 3), other = draw(6, 4);
  EXPECT_EQ(all.geometry, draw(6, 3).geometry);
  EXPECT_NE(all.geometry, other.geometry);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(all.geometry[i], first.geometry[i]);
    EXPECT_EQ(all.colour[i], first.colour[i]);
    EXPECT_EQ(all.place[i], first.place[i]);
    EXPECT_NE(all.geometry[i], all.geometry[i + 3]);
  }
  Rng rng{3};
  const AdaDraws nothing = draw_ada(AdaSteps{}, 0, {4, 8, 8, 3}, rng);
  EXPECT_TRUE(nothing.geometry.empty() && nothing.colour.empty() && nothing.place.empty());
  Rng also{3};
  draw_ada(AdaSteps{}, 0.5, {4, 8, 8, 3}, also);
  EXPECT_EQ(rng, also) << "as many numbers are used up";
}

TEST(AdaPipe, BadArgumentsAreNamed) {
  Rng rng{1};
  expect_error<ShapeError>([&] { draw_ada({}, 0.5, {2, 8, 8, 2}, rng); }, "[Ada] images (N, H, W, C) of 1 or 3");
  expect_error<ShapeError>([&] { ada_geometry(zeros({2, 4, 4, 1}), {here}); }, "[Ada] images (N, H, W, C) and N maps");
  expect_error<ShapeError>([&] { ada_colour(zeros({1, 4, 4, 2}), {own}); }, "[Ada] images of 1 or 3");
  expect_error<ValueError>([&] { draw_ada({}, -0.1, {2, 8, 8, 3}, rng); }, "[Ada] the probability is -0.1");
  expect_error<ValueError>([&] { draw_ada({.flip = 2}, 0.1, {2, 8, 8, 3}, rng); }, "[Ada] a step is 2");
}

}  // namespace
}  // namespace gan
