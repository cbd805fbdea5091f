// Kernel distance: by hand, in subsets, and what is refused.
#include "gan/metrics/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "gan/core/parallel.hpp"
#include "gan/ops/random.hpp"
#include "support/metrics_reference.hpp"

namespace gan::metrics {
namespace {

using D = Tensor<double>;

D normal(i64 n, i64 d, u64 seed) {
  Rng rng{.seed = seed};
  return randn<double>({n, d}, rng);
}

TEST(SquaredMmd, IsWhatTheFormulaSays) {
  // In one dimension k(x, y) = (x y + 1)^3. {0, 1} and {1, 2}: k(0,1) = 1, k(1,2) = 27; across 1, 1, 8, 27.
  const D a = D::from({0, 1}, {2, 1}), b = D::from({1, 2}, {2, 1});
  EXPECT_NEAR(squared_mmd(a, b), 1 + 27 - 2 * 37.0 / 4, 1e-12);
  // degree 1, two dimensions, scale 2, constant -1: 2 x.y - 1.
  const Var p = Var::from({1, 0, 0, 1, 1, 1}, {3, 2}), q = Var::from({1, 2, 2, 2}, {2, 2});
  // within p: -1, 1, 1; within q: 2 * 6 - 1 = 11; across x.y: 1, 2, 2, 2, 3, 4, mean 14 / 6.
  EXPECT_NEAR(squared_mmd(p, q, {.degree = 1, .scale = 2, .constant = -1}), 1.0 / 3 + 11 - 2 * (2 * 14.0 / 6 - 1),
              1e-12);
}

TEST(KernelDistance, OfSubsetsIsThatOfTheChosenSamples) {
  const D a = normal(40, 3, 1), b = normal(30, 3, 2);
  const KernelDistance d = kernel_distance(a, b, {.subsets = 5, .subset_size = 12, .seed = 9});
  const auto subset = [](const D& x, const std::vector<i64>& which) {
    std::vector<double> v;
    for (const i64 i : which)
      for (i64 k = 0; k < 3; ++k) v.push_back(x.data()[i * 3 + k]);
    return D::from(v, {static_cast<i64>(which.size()), 3});
  };
  double sum = 0, squares = 0;
  for (u64 k = 0; k < 5; ++k) {
    const auto draw = [k](u64 i) {
      return Rng{.seed = 9, .stream = name_stream("kernel_distance"), .draw = 2 * k + i};
    };
    const double v = squared_mmd(subset(a, choose(40, 12, draw(0))), subset(b, choose(30, 12, draw(1))));
    sum += v;
    squares += v * v;
  }
  EXPECT_NEAR(d.mean, sum / 5, 1e-12);
  EXPECT_NEAR(d.deviation, std::sqrt(squares / 5 - sum * sum / 25), 1e-9);
  EXPECT_GT(d.deviation, 0);
  EXPECT_EQ(d.subsets, 5);
  EXPECT_EQ(d.subset_size, 12);
  EXPECT_EQ(d.samples_a, 40);
  EXPECT_EQ(d.samples_b, 30);
}

TEST(KernelDistance, IsNearZeroForOneDistributionAndNotForTwo) {
  const D a = normal(600, 8, 1), b = normal(600, 8, 2), far = normal(600, 8, 3) * 1.3;
  const KernelDistanceOptions o{.subsets = 20, .subset_size = 200};
  const KernelDistance same = kernel_distance(a, b, o), other = kernel_distance(a, far, o);
  EXPECT_LT(std::abs(same.mean), 3 * same.deviation);
  EXPECT_GT(other.mean, 3 * other.deviation);
}

TEST(KernelDistance, HasTheSameBitsForAnyNumberOfThreads) {
  const int before = threads();
  const D a = normal(700, 20, 1), b = normal(600, 20, 2);
  set_threads(1);
  const double one = squared_mmd(a, b);
  set_threads(3);
  EXPECT_EQ(one, squared_mmd(a, b));
  set_threads(before);
}

TEST(KernelDistance, RefusesWhatCannotBeCompared) {
  const Var x = Var::ones({5, 3});
  EXPECT_THROW(squared_mmd(x, Var::ones({1, 3})), ValueError);
  EXPECT_THROW(squared_mmd(x, Var::ones({5, 4})), ShapeError);
  EXPECT_THROW(squared_mmd(x, Var::full({5, 3}, std::numeric_limits<float>::quiet_NaN())), ValueError);
  EXPECT_THROW(squared_mmd(x, x, {.degree = 0}), ValueError);
  EXPECT_THROW(kernel_distance(x, x), ValueError) << "subsets of 1000 out of 5";
  EXPECT_THROW(kernel_distance(x, x, {.subset_size = 1}), ValueError);
  EXPECT_THROW(kernel_distance(x, x, {.subsets = 0, .subset_size = 5}), ValueError);
  EXPECT_EQ(kernel_distance(x, x, {.subsets = 2, .subset_size = 5}).mean, 0);
}

TEST(KernelDistanceReference, IsThatOfTorchFidelity) {
  using namespace reference;
  const D a = given("a"), b = given("b");
  const D some = a.view({50, 12});
  expect_relative(squared_mmd(some, b), metrics_file().number("kid.mean"), 1e-10, "kid, torch-fidelity");
  expect_relative(kernel_distance(some, b, {.subsets = 2, .subset_size = 50}).mean, metrics_file().number("kid.mean"),
                  1e-10, "kid of subsets of all");
  const Array rows_a = metrics_file()["kid.rows_a"], rows_b = metrics_file()["kid.rows_b"];
  D values(Shape{3});
  for (i64 k = 0; k < 3; ++k) {
    const auto subset = [k](const D& x, const Array& rows) {
      D y(Shape{20, 12});
      for (i64 i = 0; i < 20; ++i) {
        const i64 row = static_cast<i64>(rows.values[static_cast<std::size_t>(20 * k + i)]);
        std::copy(x.data() + 12 * row, x.data() + 12 * row + 12, y.mutable_data() + 12 * i);
      }
      return y;
    };
    values.mutable_data()[k] = squared_mmd(subset(a, rows_a), subset(b, rows_b));
  }
  expect_relative(values, "kid.subsets", 1e-10);
}

}  // namespace
}  // namespace gan::metrics
