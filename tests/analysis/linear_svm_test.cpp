// Support vector machines: problems with known answers, threads, errors, and scikit-learn.
#include "gan/analysis/linear_svm.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/core/parallel.hpp"
#include "gan/ops/random.hpp"
#include "support/classifier_reference.hpp"

namespace gan::analysis {
namespace {

using D = Tensor<double>;

TEST(LinearSvm, OfTwoPointsIsTheClosedForm) {
  // x = +-1, one class each, no bias: w minimises w^2 / 2 + 2 c (1 - w)^2, so w = 4 c / (1 + 4 c).
  for (const double c : {0.1, 1.0, 10.0}) {
    const LinearSvm svm(D::from({1, -1}, {2, 1}), std::vector<i64>{0, 1}, 2,
                        {.c = c, .bias = false, .tolerance = 1e-13, .passes = 10000});
    EXPECT_NEAR(svm.weight().data()[0], 4 * c / (1 + 4 * c), 1e-10);
    EXPECT_NEAR(svm.weight().data()[1], -4 * c / (1 + 4 * c), 1e-10);
    EXPECT_TRUE(svm.converged());
  }
}

/// 400 points around the corners of a simplex.
struct Clouds {
  Var x = Var(Shape{400, 10});
  std::vector<i64> labels;
  Clouds() {
    Rng rng{.seed = 1};
    x = randn<float>({400, 10}, rng);
    float* p = x.mutable_data();
    for (i64 i = 0; i < 400; ++i) {
      labels.push_back(i % 4);
      p[i * 10 + i % 4] += 6;
    }
  }
};

TEST(LinearSvm, TellsCloudsApartWithTheSameBitsForAnyNumberOfThreads) {
  const Clouds c;
  const int before = threads();
  std::vector<std::vector<double>> weights;
  for (const int n : {1, 2, 3}) {
    set_threads(n);
    const LinearSvm svm(c.x, c.labels, 4, {.passes = 500});
    weights.push_back(svm.weight().to_vector());
    EXPECT_GT(svm.accuracy(c.x, c.labels), 0.98);
    EXPECT_GT(svm.passes(), 1);
  }
  set_threads(before);
  EXPECT_EQ(weights[0], weights[1]);
  EXPECT_EQ(weights[0], weights[2]);
}

TEST(LinearSvm, StopsAfterItsPasses) {
  const Clouds c;
  const LinearSvm svm(c.x, c.labels, 4, {.c = 100, .tolerance = 1e-12, .passes = 3});
  EXPECT_EQ(svm.passes(), 3);
  EXPECT_FALSE(svm.converged());
}

TEST(LinearSvm, RefusesWhatItCannotFit) {
  const D x = D::from({1, 2, 3}, {3, 1});
  const std::vector<i64> labels{0, 1, 1};
  EXPECT_THROW(LinearSvm(x, std::vector<i64>{0, 1}, 2), ValueError);
  EXPECT_THROW(LinearSvm(x, std::vector<i64>{0, 1, 2}, 2), ValueError);
  EXPECT_THROW(LinearSvm(x, std::vector<i64>{0, 1, -1}, 2), ValueError);
  EXPECT_THROW(LinearSvm(x, labels, 1), ValueError);
  EXPECT_THROW(LinearSvm(x, labels, 2, {.c = 0}), ValueError);
  EXPECT_THROW(LinearSvm(x, labels, 2, {.passes = 0}), ValueError);
  EXPECT_THROW(LinearSvm(D::full({3, 1}, std::nan("")), labels, 2), ValueError);
  const LinearSvm svm(x, labels, 2);
  EXPECT_THROW(svm.scores(D::ones({2, 2})), ShapeError);
  EXPECT_THROW(svm.accuracy(x, std::vector<i64>{0}), ValueError);
}

TEST(Standardizer, MakesRowsOfMeanLengthOneAndConstantsZero) {
  Rng rng{.seed = 2};
  Var x = 3.0 * randn<float>({500, 4}, rng) + 7.0;
  for (i64 i = 0; i < 500; ++i) x.mutable_data()[4 * i + 2] = 5;
  const Standardizer s(x);
  s.apply(x);
  double mean[4] = {}, square[4] = {};
  for (i64 i = 0; i < 500; ++i)
    for (i64 k = 0; k < 4; ++k) {
      mean[k] += static_cast<double>(x.data()[4 * i + k]) / 500;
      square[k] += static_cast<double>(x.data()[4 * i + k] * x.data()[4 * i + k]) / 500;
    }
  for (i64 k = 0; k < 4; ++k) {
    EXPECT_NEAR(mean[k], 0, 1e-6);
    EXPECT_NEAR(square[k], k == 2 ? 0 : 0.25, 1e-6);
  }
  Var other = Var::ones({2, 3});
  EXPECT_THROW(s.apply(other), ShapeError);
}

TEST(LinearSvmReference, IsThatOfLiblinear) {
  using namespace reference;
  for (const auto& [name, c] : {std::pair{"0.05", 0.05}, {"1", 1.0}, {"20", 20.0}}) {
    const LinearSvm svm(classifier_rows(), classifier_labels(), 3, {.c = c, .tolerance = 1e-11, .passes = 2'000'000});
    EXPECT_TRUE(svm.converged());
    const std::string key = std::string("svm.") + name;
    const double tolerance = c < 0.1 ? 1e-11 : 1e-7;  // LIBLINEAR's own
    expect_fitted(svm.weight(), key + ".weight", tolerance);
    expect_fitted(svm.bias(), key + ".bias", tolerance);
    expect_fitted(svm.scores(tensor<double>(classifier_file()["test"])), key + ".scores", tolerance);
  }
  const LinearSvm free(classifier_rows(), classifier_labels(), 3,
                       {.bias = false, .tolerance = 1e-11, .passes = 1'000'000});
  expect_fitted(free.weight(), "svm.free.weight", 1e-7);
  EXPECT_EQ(free.bias().to_vector(), (std::vector<double>{0, 0, 0}));
}

}  // namespace
}  // namespace gan::analysis
