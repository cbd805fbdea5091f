// Tensors: sharing, copying.
#include "gan/tensor/tensor.hpp"

#include <gtest/gtest.h>

#include "gan/ops/shape.hpp"

namespace gan {
namespace {

TEST(Tensor, FromHostValuesAndBack) {
  const float host[] = {1, 2, 3, 4, 5, 6};
  const Var t = Var::from(host, Shape{2, 3});
  EXPECT_EQ(t.shape(), (Shape{2, 3}));
  EXPECT_EQ(t.data()[4], 5);
  EXPECT_EQ(t.values().size(), 6u);
  EXPECT_EQ(t.to_vector(), std::vector<float>(host, host + 6));
  EXPECT_THROW(Var::from(host, Shape{2, 2}), ShapeError);
  EXPECT_THROW(t.item(), ShapeError);
  EXPECT_EQ(Var::scalar(3).item(), 3);
  EXPECT_FALSE(Var().defined());
}

TEST(Tensor, ReshapesAndLeadingSlicesShareMemory) {
  Var t = Var::zeros({4, 3});
  const Var shaped = reshape(t, Shape{2, 6}), part = rows(t, 2, 4), inner = slice(t, 1, 0, 2);
  t.mutable_data()[9] = 7;
  EXPECT_EQ(shaped.data()[9], 7);
  EXPECT_EQ(part.data()[3], 7);
  EXPECT_EQ(inner.data()[6], 0) << "slices of inner axes are copies";
  EXPECT_EQ(part.data(), t.data() + 6);
  Var copy = t.clone();
  copy.mutable_data()[9] = 1;
  EXPECT_EQ(t.data()[9], 7);
  EXPECT_THROW(copy.copy_from(part), ShapeError);
}

TEST(Tensor, EmptyTensorsAreHarmless) {
  const Var t(Shape{0, 3});
  EXPECT_EQ(t.size(), 0);
  EXPECT_TRUE(t.to_vector().empty());
  EXPECT_EQ(sum(t).item(), 0);
}

}  // namespace
}  // namespace gan
