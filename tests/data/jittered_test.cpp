// Random jitter: windows of enlarged images, the same for both of a pair.
#include "gan/data/jittered.hpp"

#include <gtest/gtest.h>

#include <set>

#include "gan/data/masked.hpp"
#include "gan/data/paired.hpp"
#include "gan/data/points.hpp"
#include "gan/ops/resample.hpp"
#include "support/sources.hpp"

namespace gan::data {
namespace {

/// Whether `image` (H, W, C) is the window of `large` at this place, mirrored or not.
bool is_window(const std::vector<float>& image, const Shape& shape, const Var& large, i64 top, i64 left, bool flip) {
  const i64 h = shape[1], w = shape[2], c = shape[3];
  for (i64 y = 0; y < h; ++y)
    for (i64 x = 0; x < w; ++x)
      for (i64 k = 0; k < c; ++k)
        if (image[static_cast<std::size_t>((y * w + (flip ? w - 1 - x : x)) * c + k)] !=
            large.data()[((y + top) * large.shape(2) + x + left) * c + k])
          return false;
  return true;
}

TEST(Jittered, CropsAreWindowsOfTheEnlargedImage) {
  const Images images = test::noise({1, 6, 8, 3});
  const i64 first[] = {0};
  const Var large = resize(images.batch(first)["x"], {9, 11});
  const Source source = jittered(images, {.enlarge = 3});
  std::set<int> seen;
  for (u64 epoch = 0; epoch < 400; ++epoch) {
    const Parts parts = source.batch(first, {1, epoch});
    ASSERT_EQ(parts["x"].shape(), (Shape{1, 6, 8, 3}));
    const std::vector<float> image = parts["x"].to_vector();
    int found = 0;
    for (int place = 0; place < 32; ++place)
      if (is_window(image, {1, 6, 8, 3}, large, place / 8, place / 2 % 4, place % 2 == 1)) {
        seen.insert(place);
        ++found;
      }
    ASSERT_EQ(found, 1);
  }
  EXPECT_EQ(seen.size(), 32u);  // 4 x 4 places, mirrored or not
}

TEST(Jittered, PairsStayTogether) {
  const Images images = test::noise({20, 5, 5, 3});
  const Source source = jittered(paired(images, images), {.enlarge = 4});
  const Parts parts = source.batch(test::some_of(source), {1, 3});
  EXPECT_EQ(parts["x"].to_vector(), parts["y"].to_vector());
  const Source grey = jittered(paired(images, images.with_channels(1)));
  EXPECT_EQ(grey.batch(test::some_of(grey))["y"].shape(), (Shape{21, 5, 5, 1}));
}

TEST(Jittered, MayOnlyMirror) {
  const Images images = test::noise({20, 3, 3, 1});
  const Source source = jittered(images, {.enlarge = 0}), none = jittered(images, {.enlarge = 0, .flip = false});
  const std::vector<i64> order = test::some_of(source);
  EXPECT_EQ(none.batch(order)["x"].to_vector(), images.batch(order)["x"].to_vector());
  EXPECT_FALSE(test::draws_anew(none));
  EXPECT_TRUE(test::draws_anew(source));
}

TEST(Jittered, KeepsThePromisesOfSources) {
  const Images images(std::vector<u8>(9 * 16, 7), {9, 4, 4, 1},
                      {.labels = {0, 1, 0, 1, 0, 1, 0, 1, 0}, .classes = {"a", "b"}, .captions = {}});
  const Source source = jittered(images), other = jittered(test::noise({9, 4, 4, 3}));
  EXPECT_EQ(source.batch({}).names(), "x, labels");
  EXPECT_EQ(source.facts(), (Facts{{"classes", "2"}}));
  test::expect_pure(other);
  test::expect_loads(other);
  EXPECT_TRUE(test::draws_anew(other));
  test::expect_different({source, other, images, jittered(images, {.enlarge = 31}), jittered(images, {.flip = false})});
}

TEST(Jittered, RefusesWhatDoesNotFit) {
  const Images images = test::noise({2, 4, 4, 1});
  const i64 first[] = {0};
  EXPECT_THROW(jittered(images, {.enlarge = -1}), ValueError);
  EXPECT_THROW(jittered(Points({1}, {1, 1})).batch(first), ShapeError);
  EXPECT_THROW(jittered(paired(images, images.resize(5))).batch(first), ShapeError);
  EXPECT_THROW(jittered(masked(images)).batch(first), ValueError);
  EXPECT_EQ(masked(jittered(images)).batch(first).names(), "x, mask");
}

}  // namespace
}  // namespace gan::data
