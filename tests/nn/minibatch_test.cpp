// Layers that compare the examples of a batch: their cases, what they see, errors, and PyTorch.
#include "gan/nn/minibatch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gan/ops/shape.hpp"
#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;
using testing::ElementsAre;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"MinibatchDiscrimination",
       Sequential(MinibatchDiscrimination({.in = 8, .features = 5, .kernel = 3})),
       rows_input,
       {3, 13},
       8 * 5 * 3 + 5},
      {"MinibatchStdDev", Sequential(MinibatchStdDev{}), image_input, {2, 4, 6, 9}, 0},
  };
});

TEST(MinibatchDiscrimination, CountsTheOthersThatAreNear) {
  MinibatchDiscrimination layer({.in = 1, .features = 1, .kernel = 2, .bias = 0.5});
  EXPECT_THAT(params(layer).names, ElementsAre("T", "bias"));
  init(layer, 1);
  layer.projection.set(Var::from({1, -2}, Shape{1, 1, 2}));
  Pass pass = Pass::training();
  const auto y = layer(Var::from({0, 0, 0, 1}, Shape{4, 1}), pass).to_vector();
  const float far = std::exp(-3.0f);
  const std::vector<float> expected{0, 2.5f + far, 0, 2.5f + far, 0, 2.5f + far, 1, 0.5f + 3 * far};
  for (std::size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(y[i], expected[i], 1e-6);
  EXPECT_EQ(layer(Var::from({7}, Shape{1, 1}), pass).to_vector()[1], 0.5f) << "alone, nothing is near: itself excluded";
  const auto apart = layer(Var::from({0, 30}, Shape{2, 1}), pass).to_vector();
  EXPECT_EQ(apart[1], 0.5f);
  EXPECT_THROW(layer(Var::ones({2, 3}), pass), ShapeError);
  EXPECT_THROW(MinibatchDiscrimination({.features = 3}), ValueError);
}

TEST(MinibatchStdDev, ShowsEachGroupItsSpread) {
  // Groups of two: images 0 and 2, 1 and 3.
  const Var x = Var::from({0, 5, 4, 5}, Shape{4, 1, 1, 1});
  Pass pass = Pass::training();
  const auto y = MinibatchStdDev{.group = 2}(x, pass).to_vector();
  EXPECT_THAT(y, ElementsAre(0, 2, 5, testing::FloatNear(1e-4f, 1e-6f), 4, 2, 5, testing::FloatNear(1e-4f, 1e-6f)));
  EXPECT_NO_THROW(MinibatchStdDev{}(rows(x, 0, 3), pass)) << "a batch that is smaller is one group";
  EXPECT_THROW(MinibatchStdDev{.group = 3}(x, pass), ShapeError);
  EXPECT_THROW(MinibatchStdDev{}(Var::ones({4, 2}), pass), ShapeError);
}

using MinibatchReference = reference::LayerReference;

TEST_F(MinibatchReference, ValueAndGradients) {
  using Chain = BasicSequential<double>;
  check_layer("minibatch_discrimination",
              Chain(BasicMinibatchDiscrimination<double>({.in = 4, .features = 3, .kernel = 2})));
  check_layer("minibatch_stddev", Chain(MinibatchStdDev{.group = 3}));
  check_layer("minibatch_stddev_whole", Chain(MinibatchStdDev{}));
}

}  // namespace
}  // namespace gan
