// Normalisation: its cases, running statistics and errors, and PyTorch.
#include "gan/nn/norm.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/nn/activation.hpp"
#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;
using D = Tensor<double>;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"BatchNorm", Sequential(BatchNorm(8)), image_input, image_input, 16},
      {"BatchNorm", Sequential(BatchNorm(8, {.train_gamma = false})), image_input, image_input, 8},
      {"InstanceNorm", Sequential(InstanceNorm(8)), image_input, image_input, 0},
      {"InstanceNorm", Sequential(InstanceNorm(8, {.affine = true, .activation = ReLU{}})), image_input, image_input,
       16},
      {"LayerNorm", Sequential(LayerNorm({8})), rows_input, rows_input, 16},
      {"LayerNorm", Sequential(LayerNorm({4, 6, 8}, {.activation = LeakyReLU{0.2}})), image_input, image_input, 384},
      {"LayerNorm", Sequential(LayerNorm({4, 6, 8}, {.per_channel = true})), image_input, image_input, 16},
      {"LayerNorm", Sequential(LayerNorm({8}, {.affine = false})), image_input, image_input, 0},
      {"PixelNorm", Sequential(PixelNorm{}), image_input, image_input, 0},
      {"GroupNorm", Sequential(GroupNorm({.groups = 4, .channels = 8})), image_input, image_input, 16},
      {"GroupNorm", Sequential(GroupNorm({.groups = 2, .channels = 8, .affine = false, .activation = ReLU{}})),
       image_input, image_input, 0},
  };
});

TEST(BatchNorm, RunningStatisticsMoveOnlyWhenAsked) {
  BatchNorm norm(2, {.momentum = 0.25});
  init(norm, 1);
  const Var x = Var::from({1, 10, 3, 30}, Shape{2, 2});
  Pass still{.batch_stats = true, .update_stats = false, .dropout = false, .rng = {}};
  norm(x, still);
  EXPECT_EQ(norm.running_mean.to_vector(), (std::vector<float>{0, 0}));
  Pass training = Pass::training();
  const Var y = norm(x, training);
  EXPECT_NEAR(y.data()[0], -1, 1e-4);
  EXPECT_NEAR(norm.running_mean.data()[0], 0.25 * 2, 1e-6);
  EXPECT_NEAR(norm.running_var.data()[0], 0.75 + 0.25 * 2, 1e-6) << "the unbiased variance of 1 and 3 is 2";
  Pass inference = Pass::inference();
  EXPECT_NEAR(norm(x, inference).data()[0], (1 - 0.5) / std::sqrt(1.25 + 1e-5), 1e-5);
}

TEST(PixelNorm, LeavesVectorsOfMeanSquareOne) {
  Pass pass = Pass::training();
  const Var y = PixelNorm{}(Var::from({3, 4, 0, 0, -1, 1}, Shape{1, 3, 1, 2}), pass);
  const std::vector<float> expected{3 / std::sqrt(12.5f), 4 / std::sqrt(12.5f), 0, 0, -1, 1};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(y.values()[i], expected[i], 1e-6);
}

TEST(Norms, RefuseWhatTheyWereNotMadeFor) {
  Pass pass = Pass::training();
  EXPECT_THROW(LayerNorm({4})(Var::ones({2, 3}), pass), ShapeError);
  EXPECT_THROW(LayerNorm({2, 3})(Var::ones({3}), pass), ShapeError);
  EXPECT_THROW(LayerNorm(Shape{}), ValueError);
  EXPECT_THROW(GroupNorm({.groups = 3, .channels = 4}), ValueError);
  EXPECT_THROW(GroupNorm({.groups = 0, .channels = 4}), ValueError);
  EXPECT_THROW(GroupNorm({.groups = 2, .channels = 4})(Var::ones({2, 2, 2, 6}), pass), ShapeError);
  EXPECT_THROW(GroupNorm({.groups = 4, .channels = 4})(Var::ones({2, 4}), pass), ShapeError);
  EXPECT_THROW(InstanceNorm(4)(Var::ones({2, 2, 2, 3}), pass), ShapeError);
  EXPECT_THROW(InstanceNorm(3)(Var::ones({2, 1, 1, 3}), pass), ShapeError);
  EXPECT_THROW(PReLU({.channels = 4})(Var::ones({2, 3}), pass), ShapeError);
}

using NormReference = reference::LayerReference;

TEST_F(NormReference, BatchNorm) {
  for (const std::string name :
       {"batch_norm2d_train", "batch_norm1d_train", "batch_norm2d_options", "batch_norm2d_eval", "batch_norm1d_eval"}) {
    const bool training = layer_file().number(name + ".training") != 0;
    check_layer(name,
                BasicSequential<double>(BasicBatchNorm<double>(layer_file()[name + ".x"].shape[1],
                                                               {.momentum = layer_file().number(name + ".momentum"),
                                                                .epsilon = layer_file().number(name + ".eps")})),
                training ? Pass::training() : Pass::inference());
  }
}

TEST_F(NormReference, LayerNorm) {
  using Norm = BasicLayerNorm<double>;
  const double eps = layer_file().number("layer_norm_plain.eps");
  check_layer("layer_norm", BasicSequential<double>(Norm({5})));
  check_layer("layer_norm_plain", BasicSequential<double>(Norm({5}, {.epsilon = eps, .affine = false})));
  check_layer("layer_norm_two", BasicSequential<double>(Norm({3, 5})));
  check_layer("layer_norm_per_channel", BasicSequential<double>(Norm({4, 2, 3}, {.per_channel = true})));

  const std::string name = "layer_norm_image";  // the file's weight (1, C, H, W) is ours as (1, H, W, C)
  Norm norm({4, 2, 3});
  EXPECT_EQ(count_parameters(norm).trainable, static_cast<i64>(layer_file().number(name + ".count")));
  const D weight = leaf(tensor<double>(layer_array(name, "weight"))),
          bias = leaf(tensor<double>(layer_array(name, "bias")));
  const auto f = [&](const D& x) {
    return layer_norm(x, 3, reshape(weight, norm.normalized), reshape(bias, norm.normalized));
  };
  check_function(name, f, {weight, bias}, {"weight", "bias"});
}

TEST_F(NormReference, GroupNorm) {
  for (const std::string name :
       {"group_norm", "group_norm_one", "group_norm_each", "group_norm_rows", "group_norm_plain"})
    check_layer(name, BasicSequential<double>(BasicGroupNorm<double>(
                          {.groups = static_cast<i64>(layer_file().number(name + ".groups")),
                           .channels = layer_file()[name + ".x"].shape[1],
                           .epsilon = layer_file().number(name + ".eps"),
                           .affine = layer_file().has(name + ".weight")})));
}

TEST_F(NormReference, InstanceNorm) {
  using Norm = BasicInstanceNorm<double>;
  check_layer("instance_norm", BasicSequential<double>(Norm(4, {.epsilon = layer_file().number("instance_norm.eps")})));
  check_layer(
      "instance_norm_affine",
      BasicSequential<double>(Norm(3, {.epsilon = layer_file().number("instance_norm_affine.eps"), .affine = true})));
}

}  // namespace
}  // namespace gan
