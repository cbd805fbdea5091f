// The procedural shapes.
#include <gtest/gtest.h>
#include <zlib.h>

#include <map>
#include <set>

#include "gan/core/parallel.hpp"
#include "gan/data/shapes.hpp"

namespace gan::data {
namespace {

u64 checksum(const Images& d) { return crc32(0, d.pixels().data(), static_cast<uInt>(d.pixels().size())); }

TEST(Shapes, ImageDependsOnSeedSplitAndIndexOnly) {
  const Images few = shapes({.count = 10}), many = shapes({.count = 500});
  EXPECT_TRUE(std::equal(few.pixels().begin(), few.pixels().end(), many.pixels().begin()));
  EXPECT_EQ(few.caption(9), many.caption(9));
  EXPECT_NE(checksum(few), checksum(shapes({.count = 10, .seed = 2})));
  EXPECT_NE(checksum(few), checksum(shapes({.count = 10, .split = Split::test})));
  const int before = threads();
  set_threads(3);
  EXPECT_EQ(checksum(many), checksum(shapes({.count = 500})));
  set_threads(before);
}

TEST(Shapes, BytesAreTheSameOnEveryMachine) {
  EXPECT_EQ(checksum(shapes({.count = 200})), 127129159u);
  EXPECT_EQ(checksum(shapes({.count = 200, .size = 32, .channels = 1, .seed = 7})), 3116931103u);
}

TEST(Shapes, CaptionsTellWhatIsShown) {
  const Images d = shapes({.count = 2000, .size = 32});
  ASSERT_EQ(d.classes(), (std::vector<std::string>{"circle", "square", "triangle", "cross", "star"}));
  std::map<i64, i64> per_class;
  std::set<std::string> captions;
  for (i64 i = 0; i < d.size(); ++i) {
    ++per_class[d.label(i)];
    captions.insert(d.caption(i));
    const std::string& name = d.classes()[static_cast<std::size_t>(d.label(i))];
    EXPECT_TRUE(d.caption(i).ends_with(" " + name)) << d.caption(i);
    EXPECT_TRUE(d.caption(i).starts_with("a ")) << d.caption(i);
    const auto image = d.image(i);
    int sum[3] = {}, lit = 0;
    for (std::size_t p = 0; p < image.size(); p += 3) {
      for (std::size_t c = 0; c < 3; ++c) sum[c] += image[p + c];
      lit += image[p] + image[p + 1] + image[p + 2] > 0;
    }
    if (d.caption(i).find(" red ") != std::string::npos) { EXPECT_GT(sum[0], 3 * sum[1]); }
    if (d.caption(i).find(" blue ") != std::string::npos) { EXPECT_GT(sum[2], 2 * sum[1]); }
    EXPECT_GT(lit, 15) << d.caption(i);
    if (d.caption(i).find("large") != std::string::npos) { EXPECT_GT(lit, 120) << d.caption(i); }
    if (d.caption(i).find("small") != std::string::npos) { EXPECT_LT(lit, 120) << d.caption(i); }
  }
  for (i64 k = 0; k < 5; ++k) EXPECT_NEAR(static_cast<double>(per_class[k]), 400, 80) << k;
  EXPECT_EQ(captions.size(), 5u * 8 * 3);
}

TEST(Shapes, EdgesAreAntiAliasedAndTheBorderIsBlack) {
  const Images d = shapes({.count = 300, .channels = 1});
  EXPECT_EQ(d.shape(), (Shape{300, 28, 28, 1}));
  std::set<u8> levels(d.pixels().begin(), d.pixels().end());
  EXPECT_GT(levels.size(), 20u);
  i64 border = 0;
  for (i64 i = 0; i < d.size(); ++i)
    for (std::size_t x = 0; x < 28; ++x) border += (d.image(i)[x] > 0) + (d.image(i)[27 * 28 + x] > 0);
  EXPECT_LT(border, 300 * 56 / 50);
}

TEST(Shapes, RefusesOptionsOutOfRange) {
  EXPECT_THROW(shapes({.count = 0}), ValueError);
  EXPECT_THROW(shapes({.count = 1, .size = 15}), ValueError);
  EXPECT_THROW(shapes({.count = 1, .size = 257}), ValueError);
  EXPECT_THROW(shapes({.count = 1, .channels = 2}), ValueError);
}

}  // namespace
}  // namespace gan::data
