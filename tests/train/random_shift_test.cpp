// Random shifts.
#include "gan/train/random_shift.hpp"

#include <gtest/gtest.h>

#include <set>

#include "gan/core/parallel.hpp"
#include "gan/ops/random.hpp"

namespace gan {
namespace {

TEST(RandomShift, MovesWholeImagesByEveryAmount) {
  const i64 n = 500, h = 5, w = 6;
  Rng noise{.seed = 1};
  const Var x = rand<float>({n, h, w, 2}, noise, 1, 2);
  Rng rng{.seed = 3};
  const Var y = random_shift(x, 2, -1, rng);
  std::set<std::pair<i64, i64>> seen;
  for (i64 i = 0; i < n; ++i) {
    int fits = 0;
    for (i64 down = -2; down <= 2; ++down)
      for (i64 right = -2; right <= 2; ++right) {
        bool same = true;
        for (i64 a = 0; a < h && same; ++a)
          for (i64 b = 0; b < w && same; ++b)
            for (i64 c = 0; c < 2 && same; ++c) {
              const i64 from_a = a - down, from_b = b - right;
              const bool inside = from_a >= 0 && from_a < h && from_b >= 0 && from_b < w;
              const float expected = inside ? x.data()[((i * h + from_a) * w + from_b) * 2 + c] : -1;
              same = y.data()[((i * h + a) * w + b) * 2 + c] == expected;
            }
        if (same) {
          ++fits;
          seen.emplace(down, right);
        }
      }
    ASSERT_EQ(fits, 1) << "image " << i;
  }
  EXPECT_EQ(seen.size(), 25u);
}

TEST(RandomShift, SameBitsForAnyNumberOfThreadsAndNextDrawDiffers) {
  Rng noise{.seed = 1};
  const Var x = rand<float>({300, 16, 16, 3}, noise);
  const int before = threads();
  std::vector<std::vector<float>> results;
  for (const int t : {1, 3}) {
    set_threads(t);
    Rng rng{.seed = 3};
    results.push_back(random_shift(x, 4, 0, rng).to_vector());
    results.push_back(random_shift(x, 4, 0, rng).to_vector());
  }
  set_threads(before);
  EXPECT_EQ(results[0], results[2]);
  EXPECT_EQ(results[1], results[3]);
  EXPECT_NE(results[0], results[1]);
  Rng rng{.seed = 3};
  EXPECT_EQ(random_shift(x, 0, 0, rng).to_vector(), x.to_vector());
}

TEST(RandomShift, RefusesOtherArguments) {
  Rng rng;
  EXPECT_THROW(random_shift(Var::zeros({4, 4}), 1, 0, rng), ShapeError);
  EXPECT_THROW(random_shift(Var::zeros({1, 4, 4, 1}), 4, 0, rng), ValueError);
  EXPECT_THROW(random_shift(Var::zeros({1, 4, 4, 1}), -1, 0, rng), ValueError);
}

}  // namespace
}  // namespace gan
