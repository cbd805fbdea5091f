// Wanted and found classes.
#include "gan/metrics/labels.hpp"

#include <gtest/gtest.h>

#include "gan/core/error.hpp"
#include "gan/data/shapes.hpp"
#include "gan/data/stacked.hpp"
#include "gan/metrics/coverage.hpp"

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

TEST(NearestNeighbourError, OfPointsOnALine) {
  const Var samples = Var::from({0.f, 1.f, 10.f}, Shape{3, 1}), queries = Var::from({9.f, 0.4f, 2.f, 6.f}, Shape{4, 1});
  const NearestNeighbourError r = nearest_neighbour_error(samples, Labels{0, 1, 2}, queries, Labels{1, 0, 1, 2});
  EXPECT_EQ(r.error, 0.25);  // 6 is nearer to 10, and 9 is no 1
  EXPECT_NEAR(r.distance, (0.4 + 1 + 4 + 1) / 4, 1e-6);
  EXPECT_EQ(r.samples, 3);
  EXPECT_THROW(nearest_neighbour_error(samples, Labels{0, 1}, queries, Labels{0, 1, 2, 1}), ValueError);
  EXPECT_THROW(nearest_neighbour_error(samples, Labels{0, 1, 2}, queries, Labels{0}), ValueError);
}

TEST(Stacked, HasAllModesAndTheirChannels) {
  const data::Dataset shapes = data::shapes({.count = 200, .channels = 1});  // five classes: 125 modes
  const data::Dataset stacked = data::stacked(shapes, {.count = 3000, .seed = 5});
  EXPECT_EQ(stacked.shape(), (Shape{3000, 28, 28, 3}));
  EXPECT_EQ(stacked.classes().size(), 125u);
  EXPECT_EQ(stacked.classes()[7], shapes.classes()[0] + " " + shapes.classes()[1] + " " + shapes.classes()[2]);
  Labels labels;
  for (i64 i = 0; i < stacked.size(); ++i) labels.push_back(stacked.label(i));
  EXPECT_EQ(label_coverage(labels, 125).hit, 125);
  EXPECT_LT(label_coverage(labels, 125).divergence, 0.1);
  // Each channel is one of the images, of the class that the label says.
  for (i64 i = 0; i < 20; ++i) {
    const i64 of[3] = {stacked.label(i) / 25, stacked.label(i) / 5 % 5, stacked.label(i) % 5};
    for (i64 c = 0; c < 3; ++c) {
      bool found = false;
      for (i64 j = 0; j < shapes.size() && !found; ++j) {
        found = shapes.label(j) == of[c];
        for (std::size_t p = 0; p < 784 && found; ++p)
          found = stacked.image(i)[3 * p + static_cast<std::size_t>(c)] == shapes.image(j)[p];
      }
      EXPECT_TRUE(found) << "channel " << c << " of image " << i;
    }
  }
  EXPECT_EQ(data::stacked(shapes, {.count = 30, .seed = 5}).checksum(), stacked.take(30).checksum());
  EXPECT_THROW(data::stacked(data::shapes({.count = 9}), {}), ValueError);  // colours
  EXPECT_THROW(data::stacked(shapes, {.count = 0}), ValueError);
}

}  // namespace
}  // namespace gan::metrics
