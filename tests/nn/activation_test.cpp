// Activations: their cases, and PyTorch.
#include "gan/nn/activation.hpp"

#include <gtest/gtest.h>

#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"ReLU", Sequential(ReLU{}), rows_input, rows_input, 0},
      {"LeakyReLU", Sequential(LeakyReLU{0.1}), rows_input, rows_input, 0},
      {"ELU", Sequential(ELU{}), rows_input, rows_input, 0},
      {"PReLU", Sequential(PReLU()), image_input, image_input, 1},
      {"PReLU", Sequential(PReLU({.channels = 8, .start = 0.1})), image_input, image_input, 8},
      {"Tanh", Sequential(Tanh{}), rows_input, rows_input, 0},
      {"Sigmoid", Sequential(Sigmoid{}), rows_input, rows_input, 0},
      {"Softmax", Sequential(Softmax{}), rows_input, rows_input, 0},
      {"Softplus", Sequential(Softplus{}), rows_input, rows_input, 0},
  };
});

using ActivationReference = reference::LayerReference;

TEST_F(ActivationReference, Activations) {
  check_layer("leaky_relu", BasicSequential<double>(LeakyReLU{layer_file().number("leaky_relu.slope")}));
  check_layer("relu", BasicSequential<double>(ReLU{}));
  check_layer("tanh", BasicSequential<double>(Tanh{}));
  check_layer("sigmoid", BasicSequential<double>(Sigmoid{}));
  check_layer("softmax", BasicSequential<double>(Softmax{}));
  check_layer("softmax_channels", BasicSequential<double>(Softmax{}));
  check_layer("softplus", BasicSequential<double>(Softplus{}));
  for (const std::string name : {"elu", "elu_alpha"})
    check_layer(name, BasicSequential<double>(ELU{layer_file().number(name + ".alpha")}));
  check_layer("prelu", BasicSequential<double>(BasicPReLU<double>({.channels = 3})));
  check_layer("prelu_shared", BasicSequential<double>(BasicPReLU<double>()));
}

}  // namespace
}  // namespace gan
