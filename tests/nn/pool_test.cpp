// Pooling and upsampling: their cases, and PyTorch.
#include "gan/nn/pool.hpp"

#include <gtest/gtest.h>

#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"MaxPool2D", Sequential(MaxPool2D{}), image_input, {2, 2, 3, 8}, 0},
      {"AvgPool2D", Sequential(AvgPool2D{}), image_input, {2, 2, 3, 8}, 0},
      {"GlobalAveragePool", Sequential(GlobalAveragePool{}), image_input, {2, 8}, 0},
      {"UpSampling2D", Sequential(UpSampling2D{}), image_input, {2, 8, 12, 8}, 0},
      {"UpSampling2D", Sequential(UpSampling2D{.mode = Interpolation::bilinear}), image_input, {2, 8, 12, 8}, 0},
      {"PixelShuffle", Sequential(PixelShuffle{2}), image_input, {2, 8, 12, 2}, 0},
  };
});

using PoolReference = reference::LayerReference;

TEST_F(PoolReference, PoolingAndUpsampling) {
  check_layer("max_pool2d", BasicSequential<double>(MaxPool2D{{.kernel = 2, .stride = 2}}));
  check_layer("upsample_nearest", BasicSequential<double>(UpSampling2D{2}));
  check_layer("avg_pool2d", BasicSequential<double>(AvgPool2D{}));
  check_layer("avg_pool2d_overlapping", BasicSequential<double>(AvgPool2D{{.kernel = 3, .stride = 2, .padding = 1}}));
  check_layer("global_average_pool", BasicSequential<double>(GlobalAveragePool{}));
  check_layer("upsample_bilinear", BasicSequential<double>(UpSampling2D{2, Interpolation::bilinear}));
  check_layer("upsample_bilinear_uneven",
              BasicSequential<double>(UpSampling2D{.factor = {2, 3}, .mode = Interpolation::bilinear}));
  check_layer("pixel_shuffle", BasicSequential<double>(PixelShuffle{2}));
  check_layer("pixel_shuffle3", BasicSequential<double>(PixelShuffle{3}));
}

}  // namespace
}  // namespace gan
