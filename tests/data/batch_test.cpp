// Batches: their size, and labels as whole numbers.
#include "gan/data/batch.hpp"

#include <gtest/gtest.h>

namespace gan::data {
namespace {

TEST(Batch, HasTheSizeOfItsImages) {
  EXPECT_EQ(Batch{}.size(), 0);
  EXPECT_EQ((Batch{Var::zeros({3, 2, 2, 1}), {}, {}}).size(), 3);
  EXPECT_EQ((Batch{Var::zeros({0, 2}), {}, {}}).size(), 0);
}

TEST(Batch, LabelsAreWholeNumbers) {
  const BasicBatch<double> batch{Tensor<double>::zeros({3, 1}), Tensor<double>::from({2, 0, 11}, {3}), {}};
  EXPECT_EQ(batch.class_numbers(), (std::vector<i64>{2, 0, 11}));
  EXPECT_THROW((Batch{Var::zeros({3, 1}), {}, {}}).class_numbers(), ValueError);
}

TEST(Batch, MovesWithoutLabelsToo) {
  const Batch batch{Var::ones({2, 1}), {}, {4, 7}};
  const Batch moved = batch.to(Device::cpu());
  EXPECT_EQ(moved.x.to_vector(), (std::vector<float>{1, 1}));
  EXPECT_FALSE(moved.labels.defined());
  EXPECT_EQ(moved.indices, (std::vector<i64>{4, 7}));
}

}  // namespace
}  // namespace gan::data
