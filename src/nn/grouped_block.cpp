// See nn/grouped_block.hpp.
#include "gan/nn/grouped_block.hpp"

#include <cmath>

namespace gan {
namespace {

/// L1 or L2: a convolution that keeps the size of the image.
ConvOptions layer(const GroupedBlockOptions& o, i64 in, i64 kernel, i64 groups) {
  if (o.blocks < 1) throw ValueError("[GroupedBlock] blocks must be at least 1: " + std::to_string(o.blocks));
  const double gain = std::sqrt(2 / (1 + o.slope * o.slope)) * std::pow(static_cast<double>(o.blocks), -0.25);
  return {.in = in,
          .out = o.width * o.expansion,
          .kernel = kernel,
          .padding = kernel / 2,
          .groups = groups,
          .activation = LeakyReLU{o.slope},
          .initializer = {Initializer::Kind::normal, 0, gain, Initializer::Scale::fan_in}};
}

}  // namespace

template <class T>
BasicGroupedBlock<T>::BasicGroupedBlock(const GroupedBlockOptions& o)
    : l1(layer(o, o.width, 1, 1)),
      l2(layer(o, o.width * o.expansion, 3, o.groups)),
      l3({.in = o.width * o.expansion,
          .out = o.width,
          .kernel = 1,
          .bias = false,
          .initializer = initializer::constant(0)}) {}

template <class T>
Tensor<T> BasicGroupedBlock<T>::operator()(const Tensor<T>& x, Pass& p) const {
  return traced("GroupedBlock", x + l3(l2(l1(x, p), p), p), p);
}

template struct BasicGroupedBlock<float>;
template struct BasicGroupedBlock<double>;

}  // namespace gan
