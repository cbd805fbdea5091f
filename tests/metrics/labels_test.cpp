// Wanted and found classes.
#include "gan/metrics/labels.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "gan/core/error.hpp"
#include "gan/ops/random.hpp"

namespace gan::metrics {
namespace {

using Labels = std::vector<i64>;

TEST(LabelAgreement, CountsPairs) {
  const LabelAgreement r = label_agreement(Labels{0, 0, 1, 2}, Labels{0, 1, 1, 0}, 3);
  EXPECT_EQ(r.share, 0.5);
  EXPECT_EQ(r.counts, (Labels{1, 1, 0, 0, 1, 0, 1, 0, 0}));
  EXPECT_THROW(label_agreement(Labels{}, Labels{}, 3), ValueError);
  EXPECT_THROW(label_agreement(Labels{0}, Labels{0, 1}, 3), ValueError);
  EXPECT_THROW(label_agreement(Labels{0}, Labels{3}, 3), ValueError);
  EXPECT_THROW(label_agreement(Labels{-1}, Labels{0}, 3), ValueError);
}

TEST(MatchedAgreement, FindsTheBestMatching) {
  // Group 2 is class 0, and group 0 class 1 though more of it are of class 0.
  const Labels groups{0, 0, 0, 0, 0, 2, 2, 2, 2, 1, 1}, labels{0, 0, 0, 1, 1, 0, 0, 0, 0, 2, 1};
  const MatchedAgreement r = matched_agreement(groups, labels, 3);
  EXPECT_EQ(r.class_of, (Labels{1, 2, 0}));
  EXPECT_DOUBLE_EQ(r.share, 7.0 / 11);
  EXPECT_THROW(matched_agreement(groups, Labels{0}, 3), ValueError);
  EXPECT_THROW(matched_agreement(groups, labels, 2), ValueError);
}

TEST(MatchedAgreement, IsThatOfTheBestPermutation) {
  Rng rng{7};
  for (int trial = 0; trial < 50; ++trial) {
    constexpr i64 classes = 5, n = 40;
    const auto numbers = [&rng] {
      Labels all;
      for (const float x : rand_classes(n, classes, rng).to_vector()) all.push_back(static_cast<i64>(x));
      return all;
    };
    const Labels groups = numbers(), labels = numbers();
    Labels classes_of{0, 1, 2, 3, 4};
    i64 best = 0;
    do {
      i64 right = 0;
      for (std::size_t i = 0; i < groups.size(); ++i)
        right += classes_of[static_cast<std::size_t>(groups[i])] == labels[i];
      best = std::max(best, right);
    } while (std::next_permutation(classes_of.begin(), classes_of.end()));
    EXPECT_DOUBLE_EQ(matched_agreement(groups, labels, classes).share, static_cast<double>(best) / n);
  }
}

TEST(TagF1, CountsTagsOfAllImages) {
  const Var wanted = Var::from({1, 1, 0, 0, 1, 0}, Shape{2, 3}),
            found = Var::from({0.9f, 0.2f, 0.6f, 0, 1, 0}, Shape{2, 3});
  EXPECT_DOUBLE_EQ(tag_f1(found, wanted), 2.0 * 2 / (3 + 3));
  EXPECT_EQ(tag_f1(wanted, wanted), 1);
  EXPECT_EQ(tag_f1(Var::zeros({2, 3}), wanted), 0);
  EXPECT_EQ(tag_f1(Var::zeros({2, 3}), Var::zeros({2, 3})), 1);
  EXPECT_THROW(tag_f1(Var::zeros({2, 2}), wanted), ShapeError);
}

TEST(NearestNeighbourError, OfPointsOnALine) {
  const Var samples = Var::from({0.f, 1.f, 10.f}, Shape{3, 1}), queries = Var::from({9.f, 0.4f, 2.f, 6.f}, Shape{4, 1});
  const NearestNeighbourError r = nearest_neighbour_error(samples, Labels{0, 1, 2}, queries, Labels{1, 0, 1, 2});
  EXPECT_EQ(r.error, 0.25);  // 6 is nearer to 10, and 9 is no 1
  EXPECT_NEAR(r.distance, (0.4 + 1 + 4 + 1) / 4, 1e-6);
  EXPECT_EQ(r.samples, 3);
  EXPECT_THROW(nearest_neighbour_error(samples, Labels{0, 1}, queries, Labels{0, 1, 2, 1}), ValueError);
  EXPECT_THROW(nearest_neighbour_error(samples, Labels{0, 1, 2}, queries, Labels{0}), ValueError);
}

}  // namespace
}  // namespace gan::metrics
