// Logistic regression: problems with known answers, errors, and scikit-learn.
#include "gan/analysis/logistic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gan/ops/random.hpp"
#include "support/classifier_reference.hpp"

namespace gan::analysis {
namespace {

using D = Tensor<double>;

TEST(LogisticRegression, OfOneNumberAtTwoPlacesIsTheirLogOdds) {
  // Nearly without regularisation: at x = 0 a quarter is positive, at x = 1 three quarters.
  D x(Shape{8, 1});
  std::vector<bool> positive;
  for (i64 i = 0; i < 8; ++i) {
    x.mutable_data()[i] = i < 4 ? 0 : 1;
    positive.push_back(i % 4 == 0 || (i >= 4 && i % 4 != 3));
  }
  const LogisticRegression r(x, positive, {.c = 1e9});
  EXPECT_NEAR(r.bias, std::log(1.0 / 3), 1e-6);
  EXPECT_NEAR(r.bias + r.weight[0], std::log(3.0), 1e-6);
  EXPECT_TRUE(r.converged);
  EXPECT_NEAR(r.scores(D::from({1}, {1, 1}))[0], std::log(3.0), 1e-6);
}

TEST(LogisticRegression, SeparatesWhatCanBeSeparated) {
  Rng rng{.seed = 3};
  D x = randn<double>({200, 30}, rng);
  std::vector<bool> positive;
  for (i64 i = 0; i < 200; ++i) {
    positive.push_back(i % 2 == 0);
    x.mutable_data()[30 * i + 4] += i % 2 == 0 ? 8 : -8;
  }
  const LogisticRegression r(x, positive, {.c = 1000});
  const std::vector<double> scores = r.scores(x);
  for (std::size_t i = 0; i < 200; ++i) EXPECT_EQ(scores[i] > 0, positive[i]) << i;
  EXPECT_EQ(std::max_element(r.weight.begin(), r.weight.end()) - r.weight.begin(), 4);
}

TEST(LogisticRegression, RefusesWhatItCannotFit) {
  const D x = D::from({1, 2, 3}, {3, 1});
  EXPECT_THROW(LogisticRegression(x, {true, true, true}), ValueError);
  EXPECT_THROW(LogisticRegression(x, {true, false}), ValueError);
  EXPECT_THROW(LogisticRegression(x, {true, false, true}, {.c = -1}), ValueError);
  EXPECT_THROW(LogisticRegression(D::full({2, 1}, std::nan("")), {true, false}), ValueError);
}

TEST(LogisticRegressionReference, IsThatOfScikitLearn) {
  using namespace reference;
  std::vector<bool> first;
  for (const i64 label : classifier_labels()) first.push_back(label == 0);
  for (const auto& [name, c] : {std::pair{"0.05", 0.05}, {"1", 1.0}, {"20", 20.0}}) {
    const LogisticRegression r(classifier_rows(), first, {.c = c, .tolerance = 1e-11});
    EXPECT_TRUE(r.converged);
    const std::string key = std::string("logistic.") + name;
    expect_fitted(D::from(r.weight, {7}), key + ".weight", 1e-8);
    expect_fitted(D::from({r.bias}, {1}), key + ".bias", 1e-8);
  }
}

}  // namespace
}  // namespace gan::analysis
