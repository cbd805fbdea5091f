// ImagePool: what it shows, what it keeps, and that a checkpoint's values continue it.
#include "gan/train/image_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace gan {
namespace {

Var numbered(i64 first, i64 n) {
  std::vector<float> values;
  for (i64 i = 0; i < n; ++i) values.push_back(static_cast<float>(first + i));
  return Var::from(values, {n, 1, 1, 1});
}

TEST(ImagePool, ShowsNewImagesUntilItIsFull) {
  ImagePool pool(4, {1, 1, 1});
  Rng rng{1, 2, 0};
  EXPECT_EQ(pool(numbered(0, 3), rng).to_vector(), (std::vector<float>{0, 1, 2}));
  EXPECT_EQ(pool.size(), 3);
  const auto shown = pool(numbered(3, 1), rng).to_vector();
  EXPECT_EQ(shown, (std::vector<float>{3}));
  EXPECT_EQ(pool.size(), 4);
  EXPECT_EQ(rng.draw, 2u);
}

TEST(ImagePool, ThenShowsEarlierOnesHalfOfTheTimeAndLosesNone) {
  constexpr i64 capacity = 10, images = 2000;
  ImagePool pool(capacity, {1, 1, 1});
  Rng rng{7, 2, 0};
  std::multiset<float> seen;
  i64 earlier = 0;
  for (i64 i = 0; i < images; i += 2) {
    const auto shown = pool(numbered(i, 2), rng).to_vector();
    for (std::size_t k = 0; k < 2; ++k) {
      earlier += shown[k] < static_cast<float>(i);
      EXPECT_LE(shown[k], static_cast<float>(i + 1));
      seen.insert(shown[k]);
    }
  }
  EXPECT_NEAR(static_cast<double>(earlier) / images, 0.5, 0.06);
  for (i64 i = 0; i < images; ++i)
    EXPECT_LE(seen.count(static_cast<float>(i)), 2u) << "once new, and once from the pool";
}

TEST(ImagePool, ContinuesFromItsVisitedValues) {
  ImagePool pool(5, {1, 1, 1}), other(5, {1, 1, 1});
  Rng rng{3, 2, 0};
  for (i64 i = 0; i < 8; ++i) pool(numbered(i, 1), rng);
  std::vector<Var> values;
  u64 count = 0;
  each_param(pool, [&](const std::string&, Param<float>& p) { values.push_back(p.tensor()); });
  each_count(pool, [&](const std::string&, u64& n) { count = n; });
  each_param(other, [&](const std::string&, Param<float>& p) { p.set(values.front()); });
  each_count(other, [&](const std::string&, u64& n) { n = count; });
  Rng same = rng;
  for (i64 i = 8; i < 30; ++i)
    EXPECT_EQ(pool(numbered(i, 1), rng).item(), other(numbered(i, 1), same).item()) << i;
}

TEST(ImagePool, WithoutRoomShowsEveryImage) {
  ImagePool pool(0, {1, 1, 1});
  Rng rng;
  EXPECT_EQ(pool(numbered(4, 2), rng).to_vector(), (std::vector<float>{4, 5}));
  EXPECT_THROW(ImagePool(-1, {1, 1, 1}), ValueError);
  ImagePool small(2, {1, 1, 1});
  EXPECT_THROW(small(Var::zeros({1, 2, 1, 1}), rng), ShapeError);
}

}  // namespace
}  // namespace gan
