// Stacks of images: counts out of range.
#include "gan/data/stacked.hpp"

#include <gtest/gtest.h>

namespace gan::data {
namespace {

TEST(Stacked, CountsThatNoMemoryHoldsAreRefused) {
  const Dataset image(std::vector<u8>(4), {1, 2, 2, 1}, {.labels = {0}, .classes = {"a"}, .captions = {}});
  EXPECT_EQ(stacked(image, {.count = 3}).size(), 3);
  EXPECT_THROW(stacked(image, {.count = 0}), ValueError);
  EXPECT_THROW(stacked(image, {.count = i64{1} << 60}), ShapeError);
  EXPECT_THROW(stacked(image, {.count = INT64_MAX}), ShapeError);
}

}  // namespace
}  // namespace gan::data
