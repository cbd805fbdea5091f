// A network's numbers in a safetensors file, under PyTorch's names and in its layouts: filters (O, I, KH, KW).
#pragma once

#include "gan/io/safetensors.hpp"
#include "gan/nn/module.hpp"

namespace gan::io {

namespace detail {
/// (O, KH, KW, I) to a file's (O, I, KH, KW), and back.
template <class T>
Tensor<T> filters_to_file(const Tensor<T>& w);
template <class T>
Tensor<T> filters_from_file(const Tensor<T>& w);

extern template Tensor<float> filters_to_file(const Tensor<float>&);
extern template Tensor<double> filters_to_file(const Tensor<double>&);
extern template Tensor<float> filters_from_file(const Tensor<float>&);
extern template Tensor<double> filters_from_file(const Tensor<double>&);
}  // namespace detail

/// Writes all parameters and buffers. Throws as SafeTensorsWriter::write.
template <class M>
void save_weights(M& net, const std::string& path, const Metadata& metadata = {}) {
  using T = scalar_of<M>;
  SafeTensorsWriter writer;
  each_param(net, [&writer](const std::string& name, Param<T>& p) {
    writer.add(name, p.filters ? detail::filters_to_file<T>(p) : Tensor<T>(p));
  });
  for (const auto& [key, value] : metadata) writer.metadata(key, value);
  writer.write(path);
}

/// Reads all parameters and buffers. Throws FormatError for a missing, unknown or wrongly shaped tensor; the network is
/// unchanged then.
template <class M>
void load_weights(M& net, const std::string& path) {
  using T = scalar_of<M>;
  const SafeTensors file = read_safetensors(path);
  std::vector<std::pair<Param<T>*, Tensor<T>>> values;
  each_param(net, [&](const std::string& name, Param<T>& p) {
    Tensor<T> v = file.get<T>(name);
    if (p.filters && v.rank() == 4) v = detail::filters_from_file(v);
    if (v.shape() != p.shape())
      throw FormatError(path + ": '" + name + "' has shape " + to_string(v.shape()) + ", the network's has " +
                        to_string(p.shape()));
    values.emplace_back(&p, std::move(v));
  });
  if (values.size() != file.entries().size())
    throw FormatError(path + ": holds " + std::to_string(file.entries().size()) + " tensors, the network has " +
                      std::to_string(values.size()));
  for (auto& [param, value] : values) param->set(value.to(param->device()));
}

}  // namespace gan::io
