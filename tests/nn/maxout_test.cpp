// Maxout: its cases, and PyTorch.
#include "gan/nn/maxout.hpp"

#include <gtest/gtest.h>

#include "gan/nn/dense.hpp"
#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"Maxout", Sequential(Maxout{4}), rows_input, {3, 2}, 0},
  };
});

using MaxoutReference = reference::LayerReference;

TEST_F(MaxoutReference, OfADense) {
  check_layer("maxout", BasicSequential<double>(BasicDense<double>(5, 12), Maxout{3}));
}

}  // namespace
}  // namespace gan
