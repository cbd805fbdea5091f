// A table of a network's layers, as printed by Keras.
#pragma once

#include "gan/nn/module.hpp"

namespace gan {

/// The layers of a forward pass with their output shapes and parameter counts.
struct Summary {
  std::vector<LayerRecord> layers;
  ParameterCount count;
};
std::string to_string(const Summary& summary);

namespace detail {
template <class I, class M>
concept SummaryInput = std::same_as<I, Shape> || std::same_as<I, Tensor<scalar_of<M>>>;

/// The input that a network is run on: zeros of a shape, or the given values.
template <class T>
Tensor<T> summary_input(const Shape& shape, Device device) {
  return Tensor<T>::zeros(shape, device);
}
template <class T>
Tensor<T> summary_input(const Tensor<T>& values, Device device) {
  return values.to(device);
}

/// Gives values to parameters that have none, for the lifetime of this object. Restoring them matters when a copy of a
/// module shares memory with the original.
template <class M>
class ValuesForNow {
 public:
  using T = scalar_of<M>;
  explicit ValuesForNow(M& net) {
    each_param(net, [this](const std::string& name, Param<T>& p) {
      if (p.ready) return;
      p.draw(p.initializer, 1, name);
      drawn_.push_back(&p);
    });
  }
  ~ValuesForNow() {
    for (Param<T>* p : drawn_) p->ready = false;
  }
  ValuesForNow(const ValuesForNow&) = delete;
  ValuesForNow& operator=(const ValuesForNow&) = delete;

 private:
  std::vector<Param<T>*> drawn_;
};
}  // namespace detail

/// Runs a copy of the network once, as net(inputs…, pass), and lists its layers in order. Each input is a Shape, batch
/// first, for zeros, or a tensor, for networks that cannot run on zeros: summarize(G, Shape{1, 100}, Shape{1, 10}),
/// summarize(G, z, labels). Throws what the network throws for these inputs.
template <class M, detail::SummaryInput<M>... Inputs>
Summary summarize(M& net, const Inputs&... inputs) {
  using T = scalar_of<M>;
  Summary summary;
  M copy = net;
  const detail::ValuesForNow<M> values(copy);
  NoGrad constant;
  Pass pass = Pass::inference();
  pass.trace = &summary.layers;
  const Device device = device_of(copy);
  copy(detail::summary_input<T>(inputs, device)..., pass);
  summary.count = count_parameters(copy);
  return summary;
}

template <class M>
Summary summarize(M& net, const Shape& input) {
  return summarize<M, Shape>(net, input);
}

/// A table as in Keras: layer (type), output shape (the batch is None), parameters; then totals. Inputs as for
/// summarize.
template <class M, detail::SummaryInput<M>... Inputs>
std::string summary(M& net, const Inputs&... inputs) {
  return to_string(summarize(net, inputs...));
}
template <class M>
std::string summary(M& net, const Shape& input) {
  return to_string(summarize(net, input));
}

}  // namespace gan
