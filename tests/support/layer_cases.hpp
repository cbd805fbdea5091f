// Layers, an input each takes, and what PyTorch has for it. Each tests/nn/<header>_test.cpp enrols those of its header;
// every_layer_test reads them all.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "gan/nn/conv.hpp"
#include "gan/nn/sequential.hpp"

namespace gan {

struct LayerCase {
  std::string type;
  Sequential net;
  Shape input, output;
  i64 parameters;  ///< how many numbers it trains
};

inline const Shape image_input{2, 4, 6, 8}, rows_input{3, 8};
/// A convolution that keeps the shape of image_input.
inline const ConvOptions three_by_three{.in = 8, .out = 8, .kernel = 3, .padding = 1};

/// At a file's namespace scope, `const LayerCases cases([] { return std::vector<LayerCase>{…}; });` enrols them. They
/// are made when they are asked for, anew each time.
struct LayerCases {
  using Make = std::vector<LayerCase> (*)();
  LayerCases(Make make) { enrolled().push_back(make); }

  static std::vector<Make>& enrolled() {
    static std::vector<Make> all;
    return all;
  }
};

/// What all files of the program have enrolled, by type.
inline std::vector<LayerCase> every_layer() {
  std::vector<LayerCase> all;
  for (const LayerCases::Make make : LayerCases::enrolled())
    for (LayerCase& c : make()) all.push_back(std::move(c));
  std::stable_sort(all.begin(), all.end(), [](const LayerCase& a, const LayerCase& b) { return a.type < b.type; });
  return all;
}

}  // namespace gan
