// Layers and ops against PyTorch in double (make_references.py, make_ops.py): value, first derivatives (fused and
// written in ops), second derivatives, and what they do to their buffers.
#pragma once

#include <functional>

#include "gan/grad/grad.hpp"
#include "gan/nn/module.hpp"
#include "gan/nn/sequential.hpp"
#include "support/reference.hpp"

namespace reference {

inline constexpr double layer_tolerance = 1e-13;

inline const File& layer_file() {
  static const File f("layers.safetensors");
  return f;
}
/// Functions without a layer (make_ops.py).
inline const File& op_file() {
  static const File f("ops.safetensors");
  return f;
}
inline Worst worst_layer;

class LayerReference : public testing::Test {
 protected:
  static void TearDownTestSuite() { worst_layer.print("layers"); }
};

/// A tensor of a case, in our layout.
inline Array layer_array(const std::string& name, const std::string& key) {
  const File& file = op_file().has(name + ".x") ? op_file() : layer_file();
  return ours(file[name + "." + key]);
}

/// Compares y = f(x) with case `name`. `parameters` and their names are what f reads besides x.
inline void check_function(const std::string& name, const std::function<Tensor<double>(const Tensor<double>&)>& f,
                           const gan::Tensors<double>& parameters = {}, const std::vector<std::string>& names = {}) {
  gan::Tensors<double> inputs{gan::leaf(tensor<double>(layer_array(name, "x")))};
  inputs.insert(inputs.end(), parameters.begin(), parameters.end());
  std::vector<std::string> suffixes{"x"};
  for (const auto& p : names) suffixes.push_back("_" + p);

  const Tensor<double> y = f(inputs[0]);
  expect_close(y, layer_array(name, "y"), layer_tolerance, name + " value", worst_layer);

  const Tensor<double> gy = gan::leaf(tensor<double>(layer_array(name, "gy")));
  const gan::Tensors<double> fused = gan::grad(y, gan::detach(gy), inputs);
  const gan::Tensors<double> recorded = gan::grad(y, gy, inputs, true);
  Tensor<double> s = Tensor<double>::scalar(0, y.device());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Array expected = layer_array(name, "g" + suffixes[i]);
    expect_close(fused[i], expected, layer_tolerance, name + " g" + suffixes[i] + " (fused)", worst_layer);
    expect_close(recorded[i], expected, layer_tolerance, name + " g" + suffixes[i] + " (recorded)", worst_layer);
    s = s + gan::sum(recorded[i] * tensor<double>(layer_array(name, i == 0 ? "u" : "u" + suffixes[i])));
  }
  inputs.push_back(gy);
  suffixes.push_back("gy");
  const gan::Tensors<double> second = gan::grad(s, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    expect_close(second[i], layer_array(name, "h" + suffixes[i]), layer_tolerance, name + " h" + suffixes[i],
                 worst_layer, 1e-3);
}

/// The same for a layer, whose parameters and buffers bear PyTorch's names.
inline void check_layer(const std::string& name, gan::BasicSequential<double> layer,
                        gan::Pass pass = gan::Pass::training()) {
  SCOPED_TRACE(name);
  if (layer_file().has(name + ".count")) {
    EXPECT_EQ(gan::count_parameters(layer).trainable, static_cast<i64>(layer_file().number(name + ".count")));
  }
  gan::each_param(layer, [&](const std::string& path, gan::Param<double>& p) {
    p.set(tensor<double>(layer_array(name, path.substr(2))));
  });
  gan::to(layer, device());
  gan::Parameters<double> parameters = gan::params(layer);
  for (auto& path : parameters.names) path = path.substr(2);  // "0.weight": the position in the Sequential
  check_function(
      name, [&](const Tensor<double>& x) { return layer(x, pass); }, parameters.tensors, parameters.names);
  gan::each_param(layer, [&](const std::string& path, gan::Param<double>& p) {
    if (!p.trainable())
      expect_close<double>(p.tensor(), layer_array(name, path.substr(2) + "_after"), layer_tolerance, name + " " + path,
                           worst_layer);
  });
}

}  // namespace reference
