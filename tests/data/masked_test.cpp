// Masks: the shape and the area of their holes.
#include "gan/data/masked.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "gan/data/points.hpp"
#include "support/sources.hpp"

namespace gan::data {
namespace {

/// The masks of all examples in one epoch, (H, W) each.
std::vector<std::vector<float>> masks(const Source& source, u64 epoch = 0) {
  std::vector<i64> all(static_cast<std::size_t>(source.size()));
  std::iota(all.begin(), all.end(), 0);
  const Var mask = source.batch(all, {1, epoch})["mask"];
  std::vector<std::vector<float>> rows;
  for (i64 i = 0; i < source.size(); ++i) {
    const float* from = mask.data() + i * mask.shape().stride0();
    rows.emplace_back(from, from + mask.shape().stride0());
    for (const float v : rows.back()) EXPECT_TRUE(v == 0 || v == 1);
  }
  return rows;
}

double share(const std::vector<float>& mask) {
  return 1 - std::accumulate(mask.begin(), mask.end(), 0.0) / static_cast<double>(mask.size());
}

TEST(Masked, CentreIsARectangleInTheMiddle) {
  const Images images = test::noise({3, 8, 12, 3});
  const Source source = masked(images);
  const Parts parts = source.batch(test::some_of(source));
  EXPECT_EQ(parts.names(), "x, mask");
  EXPECT_EQ(parts["mask"].shape(), (Shape{4, 8, 12, 1}));
  EXPECT_EQ(parts["x"].to_vector(), images.batch(test::some_of(source))["x"].to_vector());
  for (const auto& mask : masks(source)) {
    EXPECT_EQ(share(mask), 0.25);
    for (std::size_t y = 0; y < 8; ++y)
      for (std::size_t x = 0; x < 12; ++x)
        EXPECT_EQ(mask[y * 12 + x], y >= 2 && y < 6 && x >= 3 && x < 9 ? 0 : 1) << y << ", " << x;
  }
  EXPECT_FALSE(test::draws_anew(source));
  EXPECT_DOUBLE_EQ(share(masks(masked(test::noise({1, 3, 3, 1}), {.share = 0.001}))[0]), 1.0 / 9);
}

TEST(Masked, HalvesAreFour) {
  const auto all = masks(masked(test::noise({100, 4, 6, 1}), {.kind = Holes::half}));
  std::set<std::vector<float>> seen(all.begin(), all.end());
  EXPECT_EQ(seen.size(), 4u);
  for (const auto& mask : seen) {
    EXPECT_EQ(share(mask), 0.5);
    EXPECT_NE(mask.front(), mask.back());
  }
}

TEST(Masked, BlocksCoverTheirShare) {
  for (const double wanted : {0.05, 0.3, 0.8}) {
    const auto all = masks(masked(test::noise({30, 32, 24, 1}), {.kind = Holes::blocks, .share = wanted}));
    EXPECT_GT((std::set<std::vector<float>>(all.begin(), all.end()).size()), 25u);
    for (const auto& mask : all) {
      EXPECT_GE(share(mask), wanted);
      EXPECT_LT(share(mask), wanted + 9.0 / (32 * 24));  // less than a block more
    }
  }
  for (const auto& mask : masks(masked(test::noise({3, 8, 8, 1}), {.kind = Holes::blocks, .block = 100})))
    EXPECT_EQ(share(mask), 1);
}

TEST(Masked, PixelsAreIndependent) {
  const auto all = masks(masked(test::noise({50, 16, 16, 1}), {.kind = Holes::pixels, .share = 0.3}));
  double sum = 0, next = 0;
  for (const auto& mask : all) {
    sum += share(mask);
    for (std::size_t i = 0; i + 1 < mask.size(); ++i) next += mask[i] == 0 && mask[i + 1] == 0;
  }
  EXPECT_NEAR(sum / 50, 0.3, 5 * std::sqrt(0.3 * 0.7 / (50 * 256)));
  EXPECT_NEAR(next / (50 * 255), 0.09, 0.02);
}

TEST(Masked, KeepsThePromisesOfSources) {
  const Images images = test::noise({9, 16, 16, 3}).flipped();
  std::vector<Source> sources{images, masked(images), masked(images.take(8)), masked(images, {.share = 0.25000001}),
                              masked(images, {.block = 3})};
  for (const Holes kind : {Holes::half, Holes::blocks, Holes::pixels}) {
    sources.push_back(masked(images, {.kind = kind}));
    EXPECT_TRUE(test::draws_anew(masked(images.flipped(false), {.kind = kind})));
  }
  for (const Source& source : sources) {
    test::expect_pure(source);
    test::expect_loads(source);
  }
  test::expect_different(sources);
  EXPECT_STREQ(enum_names(Holes::centre)[3], "pixels");
}

TEST(Masked, RefusesWhatDoesNotFit) {
  const Images images = test::noise({1, 4, 4, 1});
  EXPECT_THROW(masked(images, {.share = 0}), ValueError);
  EXPECT_THROW(masked(images, {.share = 1}), ValueError);
  EXPECT_THROW(masked(images, {.share = NAN}), ValueError);
  EXPECT_THROW(masked(images, {.block = -1}), ValueError);
  const i64 first[] = {0};
  EXPECT_THROW(masked(Points({1}, {1, 1})).batch(first), ShapeError);
}

}  // namespace
}  // namespace gan::data
