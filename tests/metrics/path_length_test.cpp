// Perceptual path length: closed forms.
#include "gan/metrics/path_length.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/ops/linear.hpp"
#include "gan/ops/reduce.hpp"

namespace gan::metrics {
namespace {

Var squared_distance(const Var& a, const Var& b) { return sum(square(a - b), {1}); }

TEST(PathLength, OfALinearGeneratorIsTheSquaredDistanceOfItsEnds) {
  // G(z) = 3 z: along a line |G(z(t + e)) - G(z(t))|^2 = 9 e^2 |b - a|^2, and E|b - a|^2 = 2 d for normal latents.
  const auto generate = [](const Var& z) { return 3.0 * z; };
  const PathLength r = path_length(generate, 8, squared_distance,
                                   {.pairs = 4000, .epsilon = 0.25, .path = LatentPath::linear, .discard = 0});
  EXPECT_EQ(r.pairs, 4000);
  EXPECT_EQ(r.kept, 4000);
  EXPECT_NEAR(r.mean, 9 * 16,
              6 * 9 * 8 / std::sqrt(4000.0));  // |b - a|^2 / 2 is chi-squared: deviation 2 sqrt(2 d) = 8
}

TEST(PathLength, OnTheSphereIsTheAngle) {
  // Unit vectors at the angle w: |z(t + e) - z(t)| = 2 sin(e w / 2), so the length is w^2 for a small e. Of z itself
  // the generator sees the direction only.
  const auto direction = [](const Var& z) { return z / sqrt(sum(square(z), {1}, true)); };
  const PathLength r = path_length(direction, Latent(2, Prior::normal), squared_distance,
                                   {.pairs = 4000, .epsilon = 1e-2, .discard = 0});
  EXPECT_NEAR(r.mean, 3.289868, 0.15);  // the angle is uniform in [0, pi]: pi^2 / 3
}

TEST(PathLength, LeavesOutTheEnds) {
  std::vector<double> lengths;
  for (int i = 0; i <= 100; ++i) lengths.push_back(i);
  lengths[50] = 1e9;  // the largest
  const PathLength r = path_length_of(lengths, 0.01);
  EXPECT_EQ(r.kept, 99);  // without 0 and 1e9
  EXPECT_NEAR(r.mean, (5050.0 - 50) / 99, 1e-12);
  EXPECT_EQ(path_length_of({1, 2, 3}, 0).mean, 2);
  // Between two lengths the lower end is the lower one, the upper end the higher.
  EXPECT_EQ(path_length_of({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 0.15).kept, 9);
}

TEST(PathLength, RefusesWhatIsNoPath) {
  const auto same = [](const Var& z) { return z; };
  EXPECT_THROW(path_length(same, 2, squared_distance, {.pairs = 0}), ValueError);
  EXPECT_THROW(path_length(same, 2, squared_distance, {.epsilon = 0}), ValueError);
  EXPECT_THROW(path_length(same, 2, [](const Var& x, const Var&) { return x; }, {.pairs = 4}), ShapeError);
  EXPECT_THROW(path_length_of({}, 0), ValueError);
  EXPECT_THROW(path_length_of({1, std::nan("")}, 0), ValueError);
  EXPECT_THROW(path_length_of({1}, 0.5), ValueError);
}

}  // namespace
}  // namespace gan::metrics
