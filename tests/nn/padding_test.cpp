// Paddings: their cases, and PyTorch.
#include "gan/nn/padding.hpp"

#include <gtest/gtest.h>

#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"ReflectionPad2D", Sequential(ReflectionPad2D{3}), image_input, {2, 10, 12, 8}, 0},
      {"ZeroPad2D", Sequential(ZeroPad2D{{1, 2, 0, 3}}), image_input, {2, 7, 9, 8}, 0},
  };
});

using PaddingReference = reference::LayerReference;

TEST_F(PaddingReference, Paddings) {
  const auto sides = [](const std::string& name) {
    const auto p = layer_file()[name + ".padding"].values;
    const auto at = [&](std::size_t i) { return static_cast<i64>(p.at(i)); };
    return Padding{at(0), at(1), at(2), at(3)};
  };
  check_layer("zero_pad", BasicSequential<double>(ZeroPad2D{sides("zero_pad")}));
  check_layer("reflection_pad", BasicSequential<double>(ReflectionPad2D{sides("reflection_pad")}));
}

}  // namespace
}  // namespace gan
