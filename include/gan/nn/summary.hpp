// A table of a network's layers, as Keras prints it.
#pragma once

#include "gan/nn/module.hpp"

namespace gan {

/// The layers of a forward pass with their output shapes and parameter counts.
struct Summary {
  std::vector<LayerRecord> layers;
  ParameterCount count;
};
std::string to_string(const Summary& summary);

/// Runs the network once on zeros of this shape, without changing it, and lists its layers in order.
template <class M>
Summary summarize(M& net, Shape input) {
  using T = scalar_of<M>;
  Summary summary;
  M copy = net;
  to(copy, Device::cpu());
  init(copy, 1);
  NoGrad constant;
  Pass pass = Pass::inference();
  pass.trace = &summary.layers;
  copy(Tensor<T>::zeros(input), pass);
  summary.count = count_parameters(copy);
  return summary;
}

/// A Keras-like table: layer (type), output shape (the batch is None), parameters; totals.
template <class M>
std::string summary(M& net, Shape input) {
  return to_string(summarize(net, input));
}

}  // namespace gan
