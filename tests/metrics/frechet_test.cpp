// Fréchet distance: closed forms, singular covariances, statistics in batches.
#include "gan/metrics/frechet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "gan/core/parallel.hpp"
#include "gan/ops/linear.hpp"
#include "gan/ops/random.hpp"
#include "support/metrics_reference.hpp"

namespace gan::metrics {
namespace {

using D = Tensor<double>;

D normal(i64 n, i64 d, u64 seed) {
  Rng rng{.seed = seed};
  return randn<double>({n, d}, rng);
}
/// Features with correlations, of rank `rank`, in d dimensions.
D correlated(i64 n, i64 rank, i64 d, u64 seed) { return matmul(normal(n, rank, seed), normal(rank, d, 99)) + 3.0; }

TEST(Statistics, AreThoseOfFourPoints) {
  const FeatureStatistics s(Var::from({0, 0, 2, 0, 0, 4, 2, 4}, {4, 2}));
  EXPECT_EQ(s.mean().to_vector(), (std::vector<double>{1, 2}));
  const std::vector<double> c = s.covariance().to_vector();
  EXPECT_NEAR(c[0], 4.0 / 3, 1e-15);
  EXPECT_NEAR(c[1], 0, 1e-15);
  EXPECT_NEAR(c[3], 16.0 / 3, 1e-15);
}

TEST(Statistics, DoNotDependOnHowTheyCame) {
  const D x = correlated(1000, 5, 7, 1) + 1e4;  // far from the origin: sums of squares would lose eight digits
  const FeatureStatistics whole(x);
  FeatureStatistics batches, left, right;
  batches.add(D(Shape{0, 7}));
  for (i64 first = 0; first < 1000; first += 150) batches.add(x.view({std::min<i64>(150, 1000 - first), 7}, first * 7));
  left.add(x.view({1, 7}));
  right.add(x.view({999, 7}, 7));
  left.merge(right);
  left.merge(FeatureStatistics{});
  for (const FeatureStatistics* s : {&batches, &left}) {
    EXPECT_EQ(s->count(), 1000);
    for (std::size_t i = 0; i < 7; ++i) EXPECT_NEAR(s->mean().to_vector()[i], whole.mean().to_vector()[i], 1e-9);
    for (std::size_t i = 0; i < 49; ++i)
      EXPECT_NEAR(s->covariance().to_vector()[i], whole.covariance().to_vector()[i], 1e-11);
  }
  FeatureStatistics twice = whole;
  twice.merge(twice);
  EXPECT_EQ(twice.count(), 2000);
  EXPECT_NEAR(twice.covariance().to_vector()[0] * 1999, whole.covariance().to_vector()[0] * 1998, 1e-8);
}

TEST(Frechet, IsTheClosedFormOfTwoGaussians) {
  const D m1 = D::from({1, -2}, {2}), m2 = D::from({4, 2}, {2});
  // Diagonal: the sum of (s1 - s2)^2 over deviations.
  EXPECT_NEAR(frechet_distance(m1, D::from({4, 0, 0, 9}, {2, 2}), m2, D::from({1, 0, 0, 25}, {2, 2})), 25 + 1 + 4,
              1e-12);
  // Any 2 x 2: tr (C1 C2)^(1/2) = sqrt(tr C1 C2 + 2 sqrt(det C1 det C2)); here C1 C2 = (7 5; 4 11), dets 5 and 11.
  EXPECT_NEAR(frechet_distance(m1, D::from({2, 1, 1, 3}, {2, 2}), m1, D::from({3.4, 0.8, 0.8, 3.4}, {2, 2})),
              2 + 3 + 6.8 - 2 * std::sqrt(2 * 3.4 + 0.8 + 0.8 + 3 * 3.4 + 2 * std::sqrt(5 * (3.4 * 3.4 - 0.64))),
              1e-12);
  // One dimension, and a variance of zero.
  EXPECT_NEAR(frechet_distance(D::from({0}, {1}), D::from({0}, {1, 1}), D::from({3}, {1}), D::from({4}, {1, 1})), 13,
              1e-12);
}

TEST(Frechet, KeepsSmallVariancesBesideLargeOnes) {
  const D m = D::zeros({2}), thin = D::from({1, 0, 0, 1e-10}, {2, 2}), thick = D::from({1, 0, 0, 1e-2}, {2, 2});
  EXPECT_NEAR(frechet_distance(m, thin, m, thick), (0.1 - 1e-5) * (0.1 - 1e-5), 1e-12);
}

/// (d, d), orthogonal: Gram-Schmidt, twice.
D rotation(i64 d) {
  D q = normal(d, d, 5);
  for (i64 i = 0; i < d; ++i) {
    double* const v = q.mutable_data() + i * d;
    for (int again = 0; again < 2; ++again)
      for (i64 j = 0; j <= i; ++j) {
        const double* const e = q.data() + j * d;
        const double dot = std::inner_product(v, v + d, e, 0.0);
        for (i64 k = 0; k < d; ++k) v[k] = j < i ? v[k] - dot * e[k] : v[k] / std::sqrt(dot);
      }
  }
  return q;
}

// Rounding must not pass for a direction: the square root would make 1e-8 of 1e-16.
TEST(Frechet, OfASingularCovarianceSeesNoDirectionsThatAreNotThere) {
  D x = D::zeros({500, 40});
  const D some = normal(500, 3, 1), y = normal(500, 40, 2);
  for (i64 i = 0; i < 500; ++i) std::copy_n(some.data() + 3 * i, 3, x.mutable_data() + 40 * i);
  const double straight = frechet_distance(x, y).distance;  // here the zeros are exact
  const D q = rotation(40);
  EXPECT_NEAR(frechet_distance(matmul(x, q), matmul(y, q)).distance, straight, 1e-11 * straight);
}

TEST(Frechet, OfASetToItselfIsZero) {
  for (const i64 rank : {3, 20, 64}) {  // of 64: singular covariances, and one that is not
    const D x = correlated(200, rank, 64, 7);
    const FrechetDistance f = frechet_distance(x, x);
    EXPECT_LT(f.distance, 1e-9) << rank;
    EXPECT_EQ(f.samples_a, 200);
  }
  const D few = normal(10, 64, 3);
  EXPECT_LT(frechet_distance(few, few).distance, 1e-9);
}

TEST(Frechet, OfASetMovedByAVectorIsItsSquaredLength) {
  const D x = correlated(300, 4, 32, 7), y = x + 0.5;
  EXPECT_NEAR(frechet_distance(x, y).distance, 0.25 * 32, 1e-9);
  const D wide = x * 3.0;  // 4 tr C, and the mean moves by 2 m
  const FeatureStatistics s(x);
  double expected = 0;
  for (i64 i = 0; i < 32; ++i)
    expected += 4 * s.covariance().data()[i * 33] + 4 * s.mean().data()[i] * s.mean().data()[i];
  EXPECT_NEAR(frechet_distance(x, wide).distance, expected, 1e-9 * expected);
}

TEST(Frechet, GrowsWithTheDifferenceAndIsSymmetric) {
  const D x = normal(500, 8, 1), y = normal(400, 8, 2), far = normal(400, 8, 2) * 1.5;
  const double near = frechet_distance(x, y).distance;
  EXPECT_NEAR(near, frechet_distance(y, x).distance, 1e-12);
  EXPECT_GT(near, 0);
  EXPECT_GT(frechet_distance(x, far).distance, 2 * near);
  EXPECT_EQ(frechet_distance(x, y).samples_b, 400);
}

TEST(Frechet, HasTheSameBitsForAnyNumberOfThreads) {
  const int before = threads();
  const D x = correlated(5000, 40, 64, 1), y = correlated(3000, 60, 64, 2);
  set_threads(1);
  const double one = frechet_distance(x, y).distance;
  set_threads(3);
  EXPECT_EQ(one, frechet_distance(x, y).distance);
  set_threads(before);
}

TEST(Frechet, RefusesWhatCannotBeCompared) {
  const Var x = Var::ones({5, 3});
  EXPECT_THROW(frechet_distance(x, Var::ones({1, 3})), ValueError);
  EXPECT_THROW(frechet_distance(x, Var::ones({5, 4})), ShapeError);
  EXPECT_THROW(frechet_distance(x, Var::full({5, 3}, std::numeric_limits<float>::quiet_NaN())), ValueError);
  FeatureStatistics s(x);
  EXPECT_THROW(s.add(Var::ones({5, 4})), ShapeError);
  EXPECT_THROW(s.add(Var::full({5, 3}, std::numeric_limits<float>::infinity())), ValueError);
  EXPECT_EQ(s.count(), 5);
  EXPECT_THROW(FeatureStatistics{}.mean(), ValueError);
  EXPECT_THROW(FeatureStatistics{}.covariance(), ValueError);
  const D m = D::zeros({2}), c = D::from({1, 0, 0, 1}, {2, 2});
  EXPECT_THROW(frechet_distance(m, c, D::zeros({3}), c), ShapeError);
  EXPECT_THROW(frechet_distance(m, c, m, D::from({1, 0.5, 0, 1}, {2, 2})), ValueError);
  EXPECT_THROW(frechet_distance(m, c, m, D::from({-1, 0, 0, 1}, {2, 2})), ValueError);
  EXPECT_THROW(frechet_distance(m, c, D::full({2}, std::nan("")), c), ValueError);
}

TEST(FrechetReference, IsThatOfPytorchFidAndTorchFidelity) {
  using namespace reference;
  const FeatureStatistics a(given("a"));
  expect_relative(a.mean(), "mean", 1e-14);
  expect_relative(a.covariance(), "covariance", 1e-14);
  const double fid = frechet_distance(given("a"), given("b")).distance;
  expect_relative(fid, metrics_file().number("fid.pytorch_fid"), 1e-9, "fid, pytorch-fid");
  expect_relative(fid, metrics_file().number("fid.torch_fidelity"), 1e-9, "fid, torch-fidelity");
  const double few = frechet_distance(given("few_a"), given("few_b")).distance;
  expect_relative(few, metrics_file().number("fid.few"), 1e-9, "fid of singular covariances, 60 digits");
}

}  // namespace
}  // namespace gan::metrics
