// Layers that change only the shape: their cases, and that they change nothing else.
#include "gan/nn/reshape.hpp"

#include <gtest/gtest.h>

#include "support/layer_cases.hpp"

namespace gan {
namespace {

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"Flatten", Sequential(Flatten{}), image_input, {2, 192}, 0},
      {"Reshape", Sequential(Reshape{{2, 4}}), rows_input, {3, 2, 4}, 0},
  };
});

TEST(ReshapeLayers, KeepTheNumbersInTheirOrder) {
  Pass pass = Pass::inference();
  const Var x = Var::from({1, 2, 3, 4, 5, 6, 7, 8}, Shape{2, 2, 2, 1});
  const Var flat = Flatten{}(x, pass);
  EXPECT_EQ(flat.shape(), (Shape{2, 4}));
  EXPECT_EQ(flat.to_vector(), x.to_vector());
  const Var back = Reshape{{2, 2, 1}}(flat, pass);
  EXPECT_EQ(back.shape(), x.shape());
  EXPECT_EQ(back.to_vector(), x.to_vector());
  EXPECT_THROW(Reshape({{3}})(flat, pass), ShapeError);
}

}  // namespace
}  // namespace gan
