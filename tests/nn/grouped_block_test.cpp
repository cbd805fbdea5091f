// R3GAN's residual block: its case, its start, and PyTorch.
#include "gan/nn/grouped_block.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gan/ops/random.hpp"
#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;
using testing::ElementsAre;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"GroupedBlock", Sequential(GroupedBlock({.width = 8, .groups = 4})), image_input, image_input,
       8 * 16 + 16 * 4 * 9 + 16 * 8 + 2 * 16},
  };
});

TEST(GroupedBlock, StartsAsTheIdentity) {
  GroupedBlock block({.width = 8, .groups = 2, .blocks = 16});
  init(block, 1);
  Rng rng{2};
  const Var x = rand<float>({2, 3, 3, 8}, rng, -1, 1);
  Pass pass = Pass::training();
  EXPECT_EQ(block(x, pass).to_vector(), x.to_vector());
  EXPECT_THAT(params(block).names,
              ElementsAre("LinearLayer1.Layer.weight", "LinearLayer2.Layer.weight", "LinearLayer3.Layer.weight",
                          "NonLinearity1.Bias", "NonLinearity2.Bias"));
  EXPECT_THROW(GroupedBlock({.width = 8, .groups = 3}), ValueError);
  EXPECT_THROW(GroupedBlock({.width = 8, .blocks = 0}), ValueError);
}

TEST(GroupedBlock, StartsSmallerInANetworkOfMoreBlocks) {
  for (const i64 blocks : {1, 16}) {
    GroupedBlock block({.width = 96, .groups = 12, .blocks = blocks});
    init(block, 1);
    const double variance = 2 / 1.04 / std::sqrt(static_cast<double>(blocks));
    EXPECT_NEAR(mean(square(block.l1.weight.tensor())).item() * 96, variance, 0.05 * variance);
    EXPECT_NEAR(mean(square(block.l2.weight.tensor())).item() * 16 * 9, variance, 0.05 * variance) << "16 a group";
  }
}

TEST(GroupedBlock, HasThePapersNumberOfParameters) {
  GroupedBlock block({.width = 768, .groups = 96, .blocks = 8});
  EXPECT_EQ(count_parameters(block).trainable, 2 * 768 * 1536 + 1536 * 16 * 9 + 2 * 1536);
}

using GroupedBlockReference = reference::LayerReference;

TEST_F(GroupedBlockReference, ValueAndGradients) {
  check_layer("grouped_block", BasicSequential<double>(BasicGroupedBlock<double>({.width = 4, .groups = 2})));
}

}  // namespace
}  // namespace gan
