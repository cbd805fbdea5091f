// Sliced Wasserstein distance: known distances, pyramids that add up, and what is refused. Against SciPy.
#include "gan/metrics/swd.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gan/core/parallel.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/ops/random.hpp"
#include "gan/ops/reduce.hpp"
#include "gan/ops/shape.hpp"
#include "support/metrics_reference.hpp"

namespace gan::metrics {
namespace {

using D = Tensor<double>;

D noise(Shape shape, u64 seed) {
  Rng rng{.seed = seed};
  return rand<double>(shape, rng);
}
constexpr SlicedWassersteinOptions few{.patches_per_image = 16, .directions = 32};

TEST(SlicedWasserstein, IsTheMeanDistanceOfSortedProjections) {
  const D a = D::from({0, 0, 1, 0, 5, 5}, {3, 2}), b = D::from({7, 5, 0, 1, 2, 0}, {3, 2});
  // Along x: 0 1 5 against 0 2 7; along y: 0 0 5 against 0 1 5.
  EXPECT_NEAR(sliced_wasserstein(a, b, D::from({1, 0, 0, 1}, {2, 2})), (3 / 3.0 + 1 / 3.0) / 2, 1e-12);
  EXPECT_NEAR(sliced_wasserstein(a, a + 0.5, D::from({0.6, 0.8}, {2, 1})), 0.7, 1e-12);
}

TEST(SlicedWasserstein, SortsManyNumbers) {
  const D a = noise({6000, 1}, 1) - 0.5, b = noise({6000, 1}, 2) * 1e-3;
  std::vector<double> x = a.to_vector(), y = b.to_vector();
  x[7] = x[9] = 0, x[8] = -0.0, x[10] = -1e3, x[11] = 1e-310;
  const D odd = D::from(x, {6000, 1});
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += std::abs(x[i] - y[i]) / 6000;
  EXPECT_NEAR(sliced_wasserstein(odd, b, D::ones({1, 1})), sum, 1e-12 * sum);
  EXPECT_NEAR(sliced_wasserstein(a, D::zeros({6000, 1}), D::ones({1, 1})), mean(abs(a)).item(), 1e-12);
}

TEST(LaplacianPyramid, OfAFlatImageIsFlat) {
  const std::vector<D> p = laplacian_pyramid(D::full({1, 8, 16, 2}, 0.7), 3);
  ASSERT_EQ(p.size(), 3u);
  EXPECT_EQ(p[1].shape(), (Shape{1, 4, 8, 2}));
  EXPECT_EQ(p[2].shape(), (Shape{1, 2, 4, 2}));
  for (const double v : p[2].to_vector()) EXPECT_NEAR(v, 0.7, 1e-12);
  for (const double v : p[0].to_vector()) EXPECT_NEAR(v, 0, 1e-12);
}

TEST(SlicedWasserstein, OfASetToItselfIsZeroAndGrowsWithChanges) {
  const D a = noise({40, 32, 32, 3}, 1), b = noise({40, 32, 32, 3}, 2);
  const SlicedWassersteinDistance self = sliced_wasserstein_distance(a, a, few),
                                  other = sliced_wasserstein_distance(a, b, few);
  EXPECT_EQ(self.sizes, (std::vector<i64>{32, 16}));
  EXPECT_EQ(self.images, 40);
  EXPECT_EQ(self.distances, (std::vector<double>{0, 0}));
  const D flat = D::zeros({40, 16, 16, 3}) + noise({40, 1, 1, 3}, 4);  // each image of one colour
  const SlicedWassersteinDistance far = sliced_wasserstein_distance(noise({40, 16, 16, 3}, 3), flat, few);
  EXPECT_EQ(far.sizes, (std::vector<i64>{16}));
  EXPECT_GT(other.mean, 0);
  EXPECT_GT(far.mean, 3 * other.mean);
  EXPECT_NEAR(other.mean, (other.distances[0] + other.distances[1]) / 2, 1e-12);
  // Brightness and contrast of a set do not matter.
  EXPECT_NEAR(sliced_wasserstein_distance(a, a * 2.0 + 1.0, few).mean, 0, 1e-3);
}

TEST(SlicedWasserstein, HasTheSameBitsForAnyNumberOfThreads) {
  const int before = threads();
  const D a = noise({9, 16, 16, 1}, 1), b = noise({9, 16, 16, 1}, 2);
  set_threads(1);
  const double one = sliced_wasserstein_distance(a, b, few).mean;
  set_threads(3);
  EXPECT_EQ(one, sliced_wasserstein_distance(a, b, few).mean);
  set_threads(before);
}

TEST(SlicedWasserstein, RefusesWhatCannotBeCompared) {
  const D a = noise({2, 16, 16, 1}, 1);
  EXPECT_THROW(sliced_wasserstein_distance(a, noise({3, 16, 16, 1}, 1)), ShapeError);
  EXPECT_THROW(sliced_wasserstein_distance(noise({2, 16}, 1), noise({2, 16}, 1)), ShapeError);
  EXPECT_THROW(sliced_wasserstein_distance(a, D::full({2, 16, 16, 1}, std::nan(""))), ValueError);
  EXPECT_THROW(sliced_wasserstein_distance(noise({2, 12, 16, 1}, 1), noise({2, 12, 16, 1}, 1)), ValueError)
      << "12 < 16";
  EXPECT_THROW(sliced_wasserstein_distance(noise({2, 33, 33, 1}, 1), noise({2, 33, 33, 1}, 1)), ShapeError) << "odd";
  EXPECT_THROW(sliced_wasserstein_distance(a, a, {.patch = 6}), ValueError);
  EXPECT_THROW(sliced_wasserstein_distance(a, a, {.smallest = 4}), ValueError) << "smaller than a patch";
  EXPECT_THROW(sliced_wasserstein_distance(a, a, {.directions = 0}), ValueError);
  EXPECT_THROW(laplacian_pyramid(a, 0), ValueError);
  EXPECT_THROW(sliced_wasserstein(noise({3, 2}, 1), noise({3, 2}, 1), noise({3, 1}, 1)), ShapeError);
}

TEST(SlicedWassersteinReference, IsThatOfSciPy) {
  using namespace reference;
  const std::vector<D> pyramid = laplacian_pyramid(tensor<double>(ours(metrics_file()["swd.image"])), 3);
  for (std::size_t k = 0; k < 3; ++k) {
    const std::string key = "swd.level" + std::to_string(k);
    Worst worst;
    expect_close(pyramid[k], ours(metrics_file()[key]), 1e-14, key, worst);
    worst.print(key.c_str());
  }
  const double distance =
      sliced_wasserstein(given("swd.descriptors_a"), given("swd.descriptors_b"), given("swd.directions"));
  expect_relative(distance, metrics_file().number("swd.distance"), 1e-12, "sliced Wasserstein distance, SciPy");
}

}  // namespace
}  // namespace gan::metrics
