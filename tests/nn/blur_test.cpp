// Low-pass resampling: its cases, constants, and PyTorch.
#include "gan/nn/blur.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;
using testing::ElementsAre;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"BlurDownsample", Sequential(BlurDownsample{}), image_input, {2, 2, 3, 8}, 0},
      {"BlurUpsample", Sequential(BlurUpsample{}), image_input, {2, 8, 12, 8}, 0},
  };
});

TEST(Blur, DownAfterUpGivesAConstantBackButAtTheBorder) {
  Pass pass = Pass::training();
  const Var up = BlurUpsample{}(Var::full({1, 4, 4, 1}, 8), pass);
  const Var line = reshape(slice(up, 1, 4, 5), Shape{8});
  EXPECT_THAT(line.to_vector(), ElementsAre(6, 8, 8, 8, 8, 8, 8, 6));
  EXPECT_EQ(up.to_vector()[0], 4.5f) << "9 / 16 in the corner";
  const Var back = BlurDownsample{}(up, pass);
  ASSERT_EQ(back.shape(), (Shape{1, 4, 4, 1}));
  EXPECT_THAT(reshape(slice(back, 1, 1, 2), Shape{4}).to_vector(), ElementsAre(6.25, 8, 8, 6.25));
}

using BlurReference = reference::LayerReference;

TEST_F(BlurReference, ValueAndGradients) {
  using Chain = BasicSequential<double>;
  check_layer("blur_upsample", Chain(BlurUpsample{}));
  check_layer("blur_downsample", Chain(BlurDownsample{}));
  check_layer("blur_downsample_odd", Chain(BlurDownsample{}));
}

}  // namespace
}  // namespace gan
