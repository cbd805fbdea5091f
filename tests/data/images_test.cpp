// Images: checks, scaling, resizing, batches.
#include "gan/data/images.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <numeric>
#include <set>

#include "gan/core/parallel.hpp"
#include "gan/data/loader.hpp"

namespace gan::data {
namespace {

/// Bytes without a pattern that a filter could miss.
Images noise(Shape shape) {
  std::vector<u8> pixels(static_cast<std::size_t>(shape.size()));
  for (u64 i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<u8>(i * 2654435761u >> 13);
  return Images(std::move(pixels), shape);
}

Images labelled() {
  std::vector<u8> pixels(4 * 2 * 2 * 3);
  std::iota(pixels.begin(), pixels.end(), u8{200});
  return Images(std::move(pixels), {4, 2, 2, 3},
                 {.labels = {0, 1, 1, 0}, .classes = {"a", "b"}, .captions = {"w", "x", "y", "z"}});
}

TEST(Images, TellsWhatItHolds) {
  const Images d = labelled();
  EXPECT_EQ(d.size(), 4);
  EXPECT_EQ(d.shape(), (Shape{4, 2, 2, 3}));
  EXPECT_EQ(d.image(1)[0], 212);
  EXPECT_EQ(d.label(2), 1);
  EXPECT_EQ(d.caption(3), "z");
  EXPECT_THROW(d.label(4), ValueError);
  EXPECT_THROW(d.image(-1), ValueError);
  const Images none;
  EXPECT_EQ(none.size(), 0);
  EXPECT_FALSE(none.labelled());
  EXPECT_THROW(noise({1, 2, 2, 1}).label(0), ValueError);
}

TEST(Images, RefusesWhatDoesNotFit) {
  EXPECT_THROW(Images(std::vector<u8>(5), {1, 2, 2, 1}), ShapeError);
  EXPECT_THROW(Images(std::vector<u8>(4), {2, 2}), ShapeError);
  EXPECT_THROW(Images({}, {0, 2, 2, 1}), ShapeError);
  const std::vector<u8> two(2);
  EXPECT_THROW(Images(two, {2, 1, 1, 1}, {.labels = {0}, .classes = {"a"}, .captions = {}}), ValueError);
  EXPECT_THROW(Images(two, {2, 1, 1, 1}, {.labels = {0, 1}, .classes = {"a"}, .captions = {}}), ValueError);
  EXPECT_THROW(Images(two, {2, 1, 1, 1}, {.labels = {0, -1}, .classes = {"a"}, .captions = {}}), ValueError);
  EXPECT_THROW(Images(two, {2, 1, 1, 1}, {.labels = {}, .classes = {}, .captions = {"a"}}), ValueError);
}

template <class T>
class Batches : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(Batches, Scalars);

TYPED_TEST(Batches, HoldScaledImagesAndLabels) {
  using T = TypeParam;
  std::vector<u8> pixels(256);
  std::iota(pixels.begin(), pixels.end(), u8{0});
  const Images d(pixels, {2, 8, 16, 1}, {.labels = {3, 1}, .classes = {"a", "b", "c", "d"}, .captions = {}});
  const i64 order[] = {1, 0, 1};
  const BasicBatch<T> b = d.template batch<T>(order);
  EXPECT_EQ(b["x"].shape(), (Shape{3, 8, 16, 1}));
  EXPECT_EQ(b.size(), 3);
  EXPECT_EQ(b["labels"].to_vector(), (std::vector<T>{1, 3, 1}));
  EXPECT_EQ(b.indices, (std::vector<i64>{1, 0, 1}));
  const auto x = b["x"].values();
  for (int i = 0; i < 256; ++i) {
    const std::size_t at = static_cast<std::size_t>((i + 128) % 256);
    EXPECT_EQ(x[at], static_cast<T>(-1 + 2.0 * i / 255));
    EXPECT_EQ(d.scale(0, 1).template batch<T>(order)["x"].values()[at], static_cast<T>(i / 255.0));
  }
  EXPECT_EQ(x[128], T(-1));
  EXPECT_EQ(x[127], T(1));
  EXPECT_EQ(x[256], x[0]);
}

TEST(Images, BatchesWithoutLabelsHaveNone) {
  const i64 first[] = {0};
  EXPECT_FALSE(noise({2, 3, 3, 1}).batch(first).has("labels"));
  const i64 past[] = {0, 2};
  EXPECT_THROW(noise({2, 3, 3, 1}).batch(past), ValueError);
  EXPECT_EQ(Batch().size(), 0);
}

TEST(Images, ScaleChecksItsRange) {
  const Images d = noise({1, 2, 2, 1});
  EXPECT_EQ(d.scale(0, 1).low(), 0);
  EXPECT_EQ(d.low(), -1);
  EXPECT_THROW(d.scale(1, 1), ValueError);
  EXPECT_THROW(d.scale(1, 0), ValueError);
  EXPECT_THROW(d.scale(0, INFINITY), ValueError);
  EXPECT_THROW(d.scale(NAN, 1), ValueError);
}

TEST(Images, TakeSharesAndChecks) {
  const Images d = labelled(), two = d.take(2);
  EXPECT_EQ(two.size(), 2);
  EXPECT_EQ(two.pixels().data(), d.pixels().data());
  EXPECT_EQ(two.pixels().size(), 24u);
  EXPECT_THROW(two.label(2), ValueError);
  EXPECT_THROW(d.take(0), ValueError);
  EXPECT_THROW(d.take(5), ValueError);
  const Images small = two.resize(1);
  EXPECT_EQ(small.shape(), (Shape{2, 1, 1, 3}));
  EXPECT_EQ(small.label(1), 1);
  EXPECT_EQ(small.caption(1), "x");
}

TEST(Images, SelectChoosesWithLabelsAndRange) {
  const Images all = Images(std::vector<u8>{1, 2, 3}, {3, 1, 1, 1},
                            {.labels = {1, 0, 1}, .classes = {"a", "b"}, .captions = {"p", "q", "r"}})
                         .scale(0, 255)
                         .flipped();
  const i64 order[] = {2, 0, 2};
  const Images some = all.select(order);
  EXPECT_EQ(std::vector<u8>(some.pixels().begin(), some.pixels().end()), (std::vector<u8>{3, 1, 3}));
  EXPECT_EQ(some.label(0), 1);
  EXPECT_EQ(some.caption(1), "p");
  EXPECT_EQ(some.classes(), all.classes());
  EXPECT_EQ(some.high(), 255);
  EXPECT_TRUE(some.flips());
  const i64 outside[] = {3};
  EXPECT_THROW(all.take(2).select(order), ValueError);
  EXPECT_THROW(all.select(outside), ValueError);
  EXPECT_THROW(all.select({}), ShapeError);
}

TEST(Images, ResizeGivesPillowsBytes) {
  struct Case {
    i64 height, width, channels, size;
    u64 crc;  // of Pillow 13's Image.resize((size, size), BILINEAR)
  };
  constexpr Case cases[] = {{28, 28, 1, 32, 0x4A137AB1u}, {28, 28, 1, 14, 0x4B9DB397u}, {64, 48, 3, 28, 0xE734B692u},
                            {5, 9, 3, 20, 0x8B08F1BFu},   {28, 28, 1, 64, 0x51084733u}, {100, 100, 1, 7, 0x7F851B04u},
                            {28, 32, 3, 28, 0x87498F6Cu}};
  for (const Case& c : cases) {
    const Images d = noise({1, c.height, c.width, c.channels}).resize(c.size);
    ASSERT_EQ(d.shape(), (Shape{1, c.size, c.size, c.channels}));
    EXPECT_EQ(crc32(0, d.pixels().data(), static_cast<uInt>(d.pixels().size())), c.crc) << c.height << " to " << c.size;
  }
}

TEST(Images, ResizeKeepsWhatIsKnown) {
  const Images d = labelled().scale(0, 2).resize(6);
  EXPECT_EQ(d.shape(), (Shape{4, 6, 6, 3}));
  EXPECT_EQ(d.high(), 2);
  EXPECT_EQ(d.label(1), 1);
  EXPECT_EQ(d.caption(1), "x");
  const Images same = d.resize(6);
  EXPECT_EQ(same.pixels().data(), d.pixels().data());
  EXPECT_THROW(d.resize(0), ValueError);
  EXPECT_THROW(d.resize(70000), ValueError);
  const Images flat(std::vector<u8>(28 * 28, 255), {1, 28, 28, 1});
  for (i64 size : {1, 9, 32, 100}) {
    const Images resized = flat.resize(size);
    for (u8 v : resized.pixels()) ASSERT_EQ(v, 255);
  }
}

TEST(Images, PadPutsABorderAround) {
  const Images d = labelled().scale(0, 1), wide = d.pad(2, 9);
  ASSERT_EQ(wide.shape(), (Shape{4, 6, 6, 3}));
  for (i64 i = 0; i < 4; ++i)
    for (i64 y = 0; y < 6; ++y)
      for (i64 x = 0; x < 6; ++x)
        for (i64 c = 0; c < 3; ++c) {
          const bool inside = y >= 2 && y < 4 && x >= 2 && x < 4;
          const u8 expected = inside ? d.image(i)[static_cast<std::size_t>(((y - 2) * 2 + x - 2) * 3 + c)] : u8{9};
          ASSERT_EQ(wide.image(i)[static_cast<std::size_t>((y * 6 + x) * 3 + c)], expected);
        }
  EXPECT_EQ(wide.high(), 1);
  EXPECT_EQ(wide.low(), 0);
  EXPECT_EQ(wide.caption(1), "x");
  EXPECT_EQ(noise({1, 28, 28, 1}).pad(2).shape(), (Shape{1, 32, 32, 1}));
  EXPECT_EQ(noise({1, 28, 28, 1}).pad(2).image(0)[0], 0);
  const Images same = d.pad(0);
  EXPECT_EQ(same.pixels().data(), d.pixels().data());
  EXPECT_THROW(d.pad(-1), ValueError);
  EXPECT_THROW(d.pad(40000), ValueError);
}

TEST(Images, ChannelsAreRepeatedOrMixed) {
  // Pillow's Image.new("RGB", (1, 1), colour).convert("L")
  const std::vector<u8> colours{255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3, 200, 100, 50, 255, 255, 255, 7, 250, 131};
  const std::vector<u8> greys{76, 150, 29, 2, 124, 255, 164};
  const Images colour(colours, {7, 1, 1, 3});
  const Images grey = colour.with_channels(1);
  ASSERT_EQ(grey.shape(), (Shape{7, 1, 1, 1}));
  EXPECT_TRUE(std::equal(greys.begin(), greys.end(), grey.pixels().begin()));
  const Images again = grey.with_channels(3);
  ASSERT_EQ(again.shape(), (Shape{7, 1, 1, 3}));
  for (std::size_t i = 0; i < 21; ++i) EXPECT_EQ(again.pixels()[i], greys[i / 3]);
  EXPECT_EQ(labelled().with_channels(1).caption(1), "x");
  EXPECT_THROW(colour.with_channels(2), ValueError);
  EXPECT_THROW(noise({1, 2, 2, 2}).with_channels(3), ValueError);
}

TEST(Images, CropTakesAWindow) {
  const Images d = labelled().scale(0, 1).flipped(), cut = d.crop({.top = 1, .left = 0, .height = 1, .width = 2});
  ASSERT_EQ(cut.shape(), (Shape{4, 1, 2, 3}));
  for (i64 i = 0; i < 4; ++i)
    for (std::size_t k = 0; k < 6; ++k) EXPECT_EQ(cut.image(i)[k], d.image(i)[6 + k]);
  EXPECT_EQ(cut.low(), 0);
  EXPECT_EQ(cut.caption(1), "x");
  EXPECT_TRUE(cut.flips());
  EXPECT_THROW(d.crop({.height = 3, .width = 1}), ValueError);
  EXPECT_THROW(d.crop({.left = 1, .height = 1, .width = 2}), ValueError);
  EXPECT_THROW(d.crop({.top = -1, .height = 1, .width = 1}), ValueError);
  EXPECT_THROW(d.crop({.height = 0, .width = 1}), ValueError);
  EXPECT_THROW(d.crop({.top = INT64_MAX, .height = 1, .width = 1}), ValueError);
}

TEST(Images, MirroredImagesAreMirrored) {
  const Images d = noise({40, 4, 5, 3});
  EXPECT_FALSE(d.flips());
  EXPECT_FALSE(d.flipped().flipped(false).flips());
  std::vector<i64> order(40);
  std::iota(order.begin(), order.end(), 0);
  const Tensor<double> plain = d.batch<double>(order)["x"], some = d.flipped().batch<double>(order, {3, 1})["x"];
  int mirrored = 0;
  for (i64 n = 0; n < 40; ++n) {
    const bool flip = some.data()[n * 60] != plain.data()[n * 60];
    mirrored += flip;
    for (i64 y = 0; y < 4; ++y)
      for (i64 x = 0; x < 5; ++x)
        for (i64 c = 0; c < 3; ++c) {
          const i64 from = flip ? 4 - x : x;
          ASSERT_EQ(some.data()[((n * 4 + y) * 5 + x) * 3 + c], plain.data()[((n * 4 + y) * 5 + from) * 3 + c]);
        }
  }
  EXPECT_NEAR(mirrored, 20, 12);
}

TEST(Images, ChecksumsTellWhatBatchesTell) {
  const Images d = labelled();
  const std::string all[] = {d.checksum(),           d.scale(0, 1).checksum(), d.scale(-1, 2).checksum(),
                             d.flipped().checksum(), d.take(3).checksum(),     d.resize(3).checksum(),
                             d.pad(1).checksum(),    noise({4, 2, 2, 3}).checksum()};
  EXPECT_EQ(std::set<std::string>(std::begin(all), std::end(all)).size(), std::size(all));
  EXPECT_EQ(labelled().checksum(), d.checksum());
  EXPECT_EQ(d.flipped().flipped(false).checksum(), d.checksum());
  EXPECT_EQ(d.facts(), (Facts{{"classes", "2"}}));
  EXPECT_EQ(noise({1, 2, 2, 1}).facts(), Facts{});
  EXPECT_EQ(Images().facts(), Facts{});
}

TEST(Images, ThreadsDoNotChangeBits) {
  const int before = threads();
  const Images d = noise({100, 28, 28, 1});
  std::vector<i64> all(100);
  std::iota(all.begin(), all.end(), 0);
  set_threads(1);
  const Images one = d.resize(32);
  const std::vector<float> x = one.batch(all)["x"].to_vector();
  set_threads(3);
  const Images three = d.resize(32);
  EXPECT_TRUE(std::equal(one.pixels().begin(), one.pixels().end(), three.pixels().begin()));
  EXPECT_EQ(three.batch(all)["x"].to_vector(), x);
  set_threads(before);
}

TEST(Images, OfImagesThatANetMade) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Var images = Var::from({-1, 1, 0, -3, 7, nan, 0.004f, -0.996f}, Shape{2, 2, 1, 2});
  const Images d = Images::from_tensor(images, -1, 1);
  EXPECT_EQ(d.shape(), images.shape());
  const std::vector<u8> bytes(d.pixels().begin(), d.pixels().end());
  EXPECT_EQ(bytes, (std::vector<u8>{0, 255, 128, 0, 255, 0, 128, 1}));  // 127.5 to even, 128.01, 0.51
  const std::vector<i64> all{0, 1};
  EXPECT_EQ(d.batch(all)["x"].to_vector()[0], -1.0f);
  EXPECT_EQ(d.high(), 1.0f);
  EXPECT_THROW(Images::from_tensor(Var::zeros({2, 3}), -1, 1), ShapeError);
  EXPECT_THROW(Images::from_tensor(images, 1, 1), ValueError);
}

}  // namespace
}  // namespace gan::data
