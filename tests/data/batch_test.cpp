// Batches: parts with the places of their examples.
#include "gan/data/batch.hpp"

#include <gtest/gtest.h>

namespace gan::data {
namespace {

TEST(Batch, HasTheSizeOfItsParts) {
  EXPECT_EQ(Batch{}.size(), 0);
  EXPECT_EQ((Batch{{{"x", Var::zeros({3, 2, 2, 1})}}, {}}).size(), 3);
  EXPECT_EQ((Batch{{{"x", Var::zeros({0, 2})}}}).size(), 0);
}

TEST(Batch, LabelsAreWholeNumbers) {
  const BasicBatch<double> batch{
      {{"x", Tensor<double>::zeros({3, 1})}, {"labels", Tensor<double>::from({2, 0, 11}, {3})}}, {}};
  EXPECT_EQ(batch.integers("labels"), (std::vector<i64>{2, 0, 11}));
  EXPECT_THROW((Batch{{{"x", Var::zeros({3, 1})}}, {0, 1, 2}}).integers("labels"), ValueError);
}

TEST(Batch, MovesWithItsIndices) {
  const Batch batch{{{"x", Var::ones({2, 1})}, {"labels", Var()}}, {4, 7}};
  const Batch moved = batch.to(Device::cpu());
  EXPECT_EQ(moved["x"].to_vector(), (std::vector<float>{1, 1}));
  EXPECT_FALSE(moved.has("labels"));
  EXPECT_EQ(moved.indices, (std::vector<i64>{4, 7}));
}

}  // namespace
}  // namespace gan::data
