// Inception Score: its bounds, a case by hand, splits, and what is refused.
#include "gan/metrics/inception_score.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "gan/ops/arithmetic.hpp"
#include "support/metrics_reference.hpp"

namespace gan::metrics {
namespace {

using D = Tensor<double>;

TEST(InceptionScore, LiesBetweenOneAndTheNumberOfClasses) {
  D sure = D::zeros({40, 4});
  for (i64 i = 0; i < 40; ++i) sure.mutable_data()[i * 4 + i % 4] = 1;
  const InceptionScore best = inception_score(sure);
  EXPECT_NEAR(best.mean, 4, 1e-12);
  EXPECT_NEAR(best.deviation, 0, 1e-12);
  EXPECT_EQ(best.splits, 10);
  EXPECT_EQ(best.samples, 40);
  EXPECT_NEAR(inception_score(D::full({40, 4}, 0.25)).mean, 1, 1e-12);
  EXPECT_NEAR(inception_score_of_logits(D::full({40, 4}, 1e4)).mean, 1, 1e-12);
  EXPECT_NEAR(inception_score_of_logits(sure * 2000.0).mean, 4, 1e-12);
}

TEST(InceptionScore, IsWhatTheFormulaSaysInEverySplit) {
  // Three samples in two splits: one, then two.
  const Var p = Var::from({0.5f, 0.5f, 0.75f, 0.25f, 0.25f, 0.75f}, {3, 2});
  const double second = std::exp(0.75 * std::log(1.5) + 0.25 * std::log(0.5));
  const InceptionScore s = inception_score(p, {.splits = 2});
  EXPECT_NEAR(s.mean, (1 + second) / 2, 1e-12);
  EXPECT_NEAR(s.deviation, (second - 1) / 2, 1e-12);
  const Var logits = Var::from({7, 7, std::log(3.0f), 0, 0, std::log(3.0f)}, {3, 2});
  EXPECT_NEAR(inception_score_of_logits(logits, {.splits = 2}).mean, s.mean, 1e-6);
}

TEST(InceptionScore, SplitsAreWithoutGapsAndOverlaps) {
  // Five samples in three splits: one, two, two. All of a split are alike, so that each score is 1.
  EXPECT_NEAR(inception_score(D::from({1, 0, 0, 1, 0, 1, 1, 0, 1, 0}, {5, 2}), {.splits = 3}).mean, 1, 1e-12);
}

TEST(InceptionScore, RefusesWhatIsNoProbability) {
  EXPECT_THROW(inception_score(D::full({40, 4}, 0.3)), ValueError) << "sums to 1.2";
  EXPECT_THROW(inception_score(D::from({1.5, -0.5}, {1, 2}), {.splits = 1}), ValueError);
  EXPECT_THROW(inception_score(D::full({9, 4}, 0.25)), ValueError) << "10 splits of 9 samples";
  EXPECT_THROW(inception_score(D::full({9, 4}, 0.25), {.splits = 0}), ValueError);
  EXPECT_THROW(inception_score_of_logits(D::full({10, 4}, std::numeric_limits<double>::infinity())), ValueError);
}

TEST(InceptionScoreReference, IsThatOfTorchFidelity) {
  using namespace reference;
  const auto s = inception_score_of_logits(given("isc.logits"));
  expect_relative(s.mean, metrics_file().number("isc.mean"), 1e-12, "inception score");
  expect_relative(s.deviation, metrics_file().number("isc.deviation"), 1e-12, "its deviation");
}

}  // namespace
}  // namespace gan::metrics
