// Random crops and their low-resolution copies.
#include "gan/data/patches.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "support/data.hpp"
#include "support/sources.hpp"

namespace gan::data {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// An image whose bytes tell the row (red), the column (green) and the image (blue).
Image places(i64 height, i64 width, u8 number) {
  Image image{{}, height, width, 3};
  for (i64 y = 0; y < height; ++y)
    for (i64 x = 0; x < width; ++x)
      image.pixels.insert(image.pixels.end(), {static_cast<u8>(y), static_cast<u8>(x), number});
  return image;
}

/// A value in [-1, 1] as the byte that it was.
int byte(float v) { return static_cast<int>(std::lround((v + 1) * 127.5f)); }

TEST(Patches, AreCropsOfTheirImages) {
  const Source source = patches({places(5, 9, 0), places(12, 4, 1)}, {.size = 4, .per_image = 3, .flip = true});
  ASSERT_EQ(source.size(), 6);
  std::map<int, std::set<std::vector<int>>> seen;  // image: row, column, mirrored
  for (u64 epoch = 0; epoch < 200; ++epoch) {
    const i64 all[] = {0, 1, 2, 3, 4, 5};
    const Var x = source.batch(all, {1, epoch})["x"];
    ASSERT_EQ(x.shape(), (Shape{6, 4, 4, 3}));
    for (i64 n = 0; n < 6; ++n) {
      const float* crop = x.data() + n * 48;
      const bool flip = byte(crop[1]) > byte(crop[4]);
      const int top = byte(crop[0]), left = flip ? byte(crop[1]) - 3 : byte(crop[1]);
      for (int r = 0; r < 4; ++r)
        for (int c = 0; c < 4; ++c) {
          ASSERT_EQ(byte(crop[(r * 4 + c) * 3]), top + r);
          ASSERT_EQ(byte(crop[(r * 4 + c) * 3 + 1]), left + (flip ? 3 - c : c));
          ASSERT_EQ(byte(crop[(r * 4 + c) * 3 + 2]), n / 3);
        }
      seen[static_cast<int>(n / 3)].insert({top, left, flip});
    }
  }
  EXPECT_EQ(seen[0].size(), 2u * 6 * 2);
  EXPECT_EQ(seen[1].size(), 9u * 1 * 2);
}

TEST(Patches, CopiesAreBicubicAndRounded) {
  // The sum over all pixels of Keys's kernel (a = -0.5) widened by 4, normalised, in Python.
  const std::vector<float> expected{117, 120, 125, 123, 124, 126, 128, 131, 126};
  const Images image = test::noise({1, 12, 12, 1});
  const i64 first[] = {0};
  const Source source = patches(image, {.size = 12, .factor = 4, .low = 0, .high = 255});
  const Parts parts = source.batch(first);
  EXPECT_EQ(parts.names(), "x, y");
  EXPECT_EQ(parts["x"].shape(), (Shape{1, 3, 3, 1}));
  EXPECT_EQ(parts["y"].shape(), (Shape{1, 12, 12, 1}));
  EXPECT_EQ(parts["x"].to_vector(), expected);
  for (const float v : parts["x"].values()) EXPECT_EQ(v, std::nearbyint(v));
}

TEST(Patches, RangesOfBothAreTheirOwn) {
  std::vector<u8> steps(8 * 8);  // black beside white, where bicubic filters overshoot
  for (std::size_t i = 0; i < 64; ++i) steps[i] = i % 8 < 4 ? 0 : 255;
  const Images image(steps, {1, 8, 8, 1});
  const i64 first[] = {0};
  const Parts parts = patches(image, {.size = 8, .factor = 2, .x_low = 0}).batch(first);
  for (const float v : parts["y"].values()) EXPECT_TRUE(v == -1 || v == 1);
  EXPECT_EQ(*std::min_element(parts["x"].values().begin(), parts["x"].values().end()), 0);
  EXPECT_EQ(*std::max_element(parts["x"].values().begin(), parts["x"].values().end()), 1);
  const Parts same = patches(image, {.size = 8, .factor = 2, .low = 0, .high = 3}).batch(first);
  EXPECT_EQ(*std::max_element(same["x"].values().begin(), same["x"].values().end()), 3);
}

TEST(Patches, KeepThePromisesOfSources) {
  const Images images = test::noise({7, 9, 10, 3});
  const PatchOptions usual{.size = 4, .factor = 2};
  std::vector<Source> sources{images, patches(images, usual), patches(images.flipped(), usual)};
  PatchOptions other = usual;
  for (const auto& change : std::initializer_list<void (*)(PatchOptions&)>{
           [](PatchOptions& o) { o.size = 6; }, [](PatchOptions& o) { o.factor = 1; },
           [](PatchOptions& o) { o.per_image = 2; }, [](PatchOptions& o) { o.low = -2; },
           [](PatchOptions& o) { o.high = 2; }, [](PatchOptions& o) { o.x_low = 0; },
           [](PatchOptions& o) { o.x_high = 3; }}) {
    other = usual;
    change(other);
    sources.push_back(patches(images, other));
  }
  for (const Source& source : sources) {
    test::expect_pure(source);
    test::expect_loads(source);
  }
  test::expect_different(sources);
  EXPECT_TRUE(test::draws_anew(sources[1]));
  EXPECT_EQ(patches(images, {.size = 4, .flip = true}).checksum(), patches(images.flipped(), {.size = 4}).checksum());
  EXPECT_NE(patches(images, usual).checksum(), patches(images.take(6), usual).checksum());
}

TEST(Patches, RefuseWhatDoesNotFit) {
  const Images images = test::noise({2, 8, 8, 1});
  EXPECT_THROW(patches(images, {.size = 0}), ValueError);
  EXPECT_THROW(patches(images, {.size = 9}), ValueError);
  EXPECT_THROW(patches(images, {.size = 8, .factor = 3}), ValueError);
  EXPECT_THROW(patches(images, {.size = 8, .factor = 0}), ValueError);
  EXPECT_THROW(patches(images, {.size = 8, .per_image = 0}), ValueError);
  EXPECT_THROW(patches(images, {.size = 8, .low = 1}), ValueError);
  EXPECT_THROW(patches(images, {.size = 8, .x_high = -1}), ValueError);
  EXPECT_THROW(patches(std::vector<Image>{}), ValueError);
  EXPECT_THAT(test::message_of<ValueError>([] { patches({places(9, 9, 0), places(9, 7, 0)}, {.size = 8}); }),
              HasSubstr("image 1 has 7 x 9 pixels, a crop 8 x 8"));
  EXPECT_THROW(patches({places(4, 4, 0), Image{std::vector<u8>(16), 4, 4, 1}}, {.size = 4}), ValueError);
}

TEST(Patches, OfAFolderMayHaveAnySizes) {
  const fs::path root = test::temporary("patches");
  test::write_png(root / "b/1.png", test::noise({1, 9, 20, 3}), 0);
  test::write_png(root / "2.png", test::noise({1, 30, 8, 1}), 0);
  EXPECT_EQ(patches(root.string(), {.size = 8}).size(), 2);
  EXPECT_EQ(patches(root.string(), {.size = 8, .per_image = 5}, {.channels = 1, .count = 1}).size(), 5);
  const i64 both[] = {0, 1};
  EXPECT_EQ(patches(root.string(), {.size = 8}, {.channels = 1}).batch(both)["x"].shape(), (Shape{2, 8, 8, 1}));
  EXPECT_THAT(test::message_of<DataError>([&] { patches(root.string(), {.size = 9}); }),
              HasSubstr((root / "2.png").string() + " has 8 x 30 pixels, a crop 9 x 9"));
  EXPECT_THROW(patches((root / "absent").string()), DataError);
  fs::remove_all(root);
}

TEST(Patches, OfTheSuperResolutionSets) {
  const std::string folder = test::data_folder("sr");
  if (folder.empty()) GTEST_SKIP() << test::without_data("sr");
  const Source source = patches(folder + "/set14", {.size = 96, .factor = 4, .per_image = 4, .x_low = 0});
  EXPECT_EQ(source.size(), 56);
  const Parts parts = source.batch(test::some_of(source));
  EXPECT_EQ(parts["x"].shape(), (Shape{41, 24, 24, 3}));
  EXPECT_EQ(parts["y"].shape(), (Shape{41, 96, 96, 3}));
}

}  // namespace
}  // namespace gan::data
