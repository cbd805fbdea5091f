// Stacks of images: their modes and channels; counts out of range.
#include "gan/data/stacked.hpp"

#include <gtest/gtest.h>

#include "gan/data/shapes.hpp"
#include "gan/metrics/coverage.hpp"

namespace gan::data {
namespace {

TEST(Stacked, CountsThatNoMemoryHoldsAreRefused) {
  const Images image(std::vector<u8>(4), {1, 2, 2, 1}, {.labels = {0}, .classes = {"a"}, .captions = {}});
  EXPECT_EQ(stacked(image, {.count = 3}).size(), 3);
  EXPECT_THROW(stacked(image, {.count = 0}), ValueError);
  EXPECT_THROW(stacked(image, {.count = i64{1} << 60}), ShapeError);
  EXPECT_THROW(stacked(image, {.count = INT64_MAX}), ShapeError);
}

TEST(Stacked, HasAllModesAndTheirChannels) {
  const Images images = shapes({.count = 200, .channels = 1});  // five classes: 125 modes
  const Images all = stacked(images, {.count = 3000, .seed = 5});
  EXPECT_EQ(all.shape(), (Shape{3000, 28, 28, 3}));
  EXPECT_EQ(all.classes().size(), 125u);
  EXPECT_EQ(all.classes()[7], images.classes()[0] + " " + images.classes()[1] + " " + images.classes()[2]);
  std::vector<i64> labels;
  for (i64 i = 0; i < all.size(); ++i) labels.push_back(all.label(i));
  EXPECT_EQ(metrics::label_coverage(labels, 125).hit, 125);
  EXPECT_LT(metrics::label_coverage(labels, 125).divergence, 0.1);
  // Each channel is one of the images, of the class that the label says.
  for (i64 i = 0; i < 20; ++i) {
    const i64 of[3] = {all.label(i) / 25, all.label(i) / 5 % 5, all.label(i) % 5};
    for (i64 c = 0; c < 3; ++c) {
      bool found = false;
      for (i64 j = 0; j < images.size() && !found; ++j) {
        found = images.label(j) == of[c];
        for (std::size_t p = 0; p < 784 && found; ++p)
          found = all.image(i)[3 * p + static_cast<std::size_t>(c)] == images.image(j)[p];
      }
      EXPECT_TRUE(found) << "channel " << c << " of image " << i;
    }
  }
  EXPECT_EQ(stacked(images, {.count = 30, .seed = 5}).checksum(), all.take(30).checksum());
  EXPECT_THROW(stacked(shapes({.count = 9}), {}), ValueError);  // colours
  EXPECT_THROW(stacked(images, {.count = 0}), ValueError);
}

}  // namespace
}  // namespace gan::data
