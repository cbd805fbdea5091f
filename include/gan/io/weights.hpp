// A network's weights in a safetensors file, under PyTorch's names and in its layouts: filters (O, I, KH, KW), the
// features of a flattened image in the order (C, H, W). A saved file, read with `safetensors.torch.load_file`, goes
// into `load_state_dict` of the same network in PyTorch, and vice versa.
#pragma once

#include "gan/io/safetensors.hpp"
#include "gan/nn/module.hpp"

namespace gan::io {

namespace detail {
/// A parameter's values in the layout of files, on the CPU.
template <class T>
Tensor<T> to_file(const Param<T>& p);
/// The values of tensor `name` in this parameter's layout, on the CPU. Throws FormatError, which names both, if the
/// tensor is missing or has another shape.
template <class T>
Tensor<T> from_file(const SafeTensors& file, const std::string& name, const Param<T>& p);

/// The values that a file holds for parameters; all are read before the first parameter changes.
template <class T>
class ReadWeights {
 public:
  /// Reads the values of p. Throws as from_file, and FormatError, which names both, if the file holds different values
  /// under another name of p.
  void read(const SafeTensors& file, const std::string& name, Param<T>& p);
  /// Reads a weight that a layer computes. Throws as from_file.
  void read(const SafeTensors& file, const std::string& name, const ComputedWeight<T>& weight);
  /// Sets the parameters, on whatever device they are.
  void apply();

 private:
  struct Entry {
    std::string name;
    Param<T>* param;  ///< null for a weight that is computed
    Tensor<T> values;
    std::function<void(const Tensor<T>&)> assign;
  };
  std::vector<Entry> entries_;
};

/// Throws FormatError if the file holds a tensor whose name begins with `prefix` but is not in `names`. Ignores
/// PyTorch's num_batches_tracked, which is not needed here.
void require_no_others(const SafeTensors& file, const std::string& prefix, const std::vector<std::string>& names);

/// The weight in the layout of files, on the CPU.
template <class T>
Tensor<T> to_file(const ComputedWeight<T>& weight) {
  Param<T> folded = weight.like;
  folded.set(weight.value());
  return to_file<T>(folded);
}

extern template Tensor<float> to_file(const Param<float>&);
extern template Tensor<double> to_file(const Param<double>&);
extern template Tensor<float> from_file(const SafeTensors&, const std::string&, const Param<float>&);
extern template Tensor<double> from_file(const SafeTensors&, const std::string&, const Param<double>&);
extern template class ReadWeights<float>;
extern template class ReadWeights<double>;
}  // namespace detail

/// Adds all parameters and buffers to a writer, with `prefix` before each name. As in PyTorch's state_dict, a tensor
/// with two names, such as a weight shared by two layers, is added under both.
template <class M>
void add_weights(SafeTensorsWriter& writer, M& net, const std::string& prefix = "") {
  using T = scalar_of<M>;
  each_param(net,
             [&](const std::string& name, Param<T>& p) { writer.add(prefix + name, detail::to_file<T>(p)); });
}

/// Writes all parameters and buffers. Throws as SafeTensorsWriter::write.
template <class M>
void save_weights(M& net, const std::string& path, const Metadata& metadata = {}) {
  SafeTensorsWriter writer;
  add_weights(writer, net);
  for (const auto& [key, value] : metadata) writer.metadata(key, value);
  writer.write(path);
}

/// The same for use elsewhere: in place of the parameters of SpectralNorm, WeightNorm and Equalized it writes the
/// weight that they compute in an inference pass, under the name that it has without them, so that the file fits the
/// plain network, in PyTorch as here. load_weights reads such a file into the network with them, too.
template <class M>
void save_folded_weights(M& net, const std::string& path, const Metadata& metadata = {}) {
  using T = scalar_of<M>;
  SafeTensorsWriter writer;
  BasicVisitor<T> visitor([&writer](const std::string& name, Param<T>& p) { writer.add(name, detail::to_file<T>(p)); });
  visitor.when_computed([&writer](const std::string& name, const ComputedWeight<T>& weight) {
    writer.add(name, detail::to_file(weight));
    return true;
  });
  net.visit(visitor);
  for (const auto& [key, value] : metadata) writer.metadata(key, value);
  writer.write(path);
}

/// Reads all parameters and buffers from the tensors whose names begin with `prefix`, also where the file holds a
/// computed weight in place of the parameters behind it (save_folded_weights). Throws FormatError for a missing,
/// unknown or wrongly shaped tensor, and if a parameter has two names under which the file holds different values; the
/// network is then unchanged.
template <class M>
void load_weights(M& net, const SafeTensors& file, const std::string& prefix = "") {
  using T = scalar_of<M>;
  detail::ReadWeights<T> values;
  std::vector<std::string> names;
  BasicVisitor<T> visitor([&](const std::string& name, Param<T>& p) {
    names.push_back(prefix + name);
    values.read(file, names.back(), p);
  });
  visitor.when_computed([&](const std::string& name, const ComputedWeight<T>& weight) {
    if (!file.contains(prefix + name)) return false;
    names.push_back(prefix + name);
    values.read(file, names.back(), weight);
    return true;
  });
  net.visit(visitor);
  detail::require_no_others(file, prefix, names);
  values.apply();
}
template <class M>
void load_weights(M& net, const std::string& path, const std::string& prefix = "") {
  load_weights(net, read_safetensors(path), prefix);
}

}  // namespace gan::io
