// Layers, ops and augmentations against PyTorch in double (make_references.py, make_gan_layers.py, make_ops.py,
// make_augment.py): value, first derivatives (fused and written in ops), second derivatives, and what they do to their
// buffers.
#pragma once

#include <functional>

#include "gan/grad/grad.hpp"
#include "gan/io/weights.hpp"
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
/// Layers that GANs brought (make_gan_layers.py).
inline const File& gan_layer_file() {
  static const File f("gan_layers.safetensors");
  return f;
}
/// Augmentations (make_augment.py).
inline const File& augment_file() {
  static const File f("augment.safetensors");
  return f;
}
/// The file that has a case.
inline const File& file_of(const std::string& name) {
  for (const File* file : {&op_file(), &gan_layer_file(), &augment_file()})
    if (file->has(name + ".x")) return *file;
  return layer_file();
}
inline Worst worst_layer;

class LayerReference : public testing::Test {
 protected:
  static void TearDownTestSuite() { worst_layer.print("layers"); }
};

/// A tensor of a case, in our layout.
inline Array layer_array(const std::string& name, const std::string& key) {
  return ours(file_of(name)[name + "." + key]);
}

/// Compares y = f(x) with case `name`. `parameters` and their names are what f reads besides x. Gradients are compared
/// relative to at least `scale`, where rounding is all there is of one.
inline void check_function(const std::string& name, const std::function<Tensor<double>(const Tensor<double>&)>& f,
                           const gan::Tensors<double>& parameters = {}, const std::vector<std::string>& names = {},
                           double scale = 0) {
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
    expect_close(fused[i], expected, layer_tolerance, name + " g" + suffixes[i] + " (fused)", worst_layer, scale);
    expect_close(recorded[i], expected, layer_tolerance, name + " g" + suffixes[i] + " (recorded)", worst_layer, scale);
    s = s + gan::sum(recorded[i] * tensor<double>(layer_array(name, i == 0 ? "u" : "u" + suffixes[i])));
  }
  inputs.push_back(gy);
  suffixes.push_back("gy");
  const gan::Tensors<double> second = gan::grad(s, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    expect_close(second[i], layer_array(name, "h" + suffixes[i]), layer_tolerance, name + " h" + suffixes[i],
                 worst_layer, std::max(scale, 1e-3));
}

/// The same for a layer, whose parameters and buffers bear PyTorch's names.
inline void check_layer(const std::string& name, gan::BasicSequential<double> layer,
                        gan::Pass pass = gan::Pass::training(), double scale = 0) {
  SCOPED_TRACE(name);
  const File& file = file_of(name);
  if (file.has(name + ".count")) {
    EXPECT_EQ(gan::count_parameters(layer).trainable, static_cast<i64>(file.number(name + ".count")));
  }
  gan::each_param(layer, [&](const std::string& path, gan::Param<double>& p) {
    p.set(gan::io::detail::from_file<double>(file.contents(), name + "." + path.substr(2), p));
  });
  gan::to(layer, device());
  gan::Parameters<double> parameters = gan::params(layer);
  for (auto& path : parameters.names) path = path.substr(2);  // "0.weight": the position in the Sequential
  check_function(
      name, [&](const Tensor<double>& x) { return layer(x, pass); }, parameters.tensors, parameters.names, scale);
  gan::each_param(layer, [&](const std::string& path, gan::Param<double>& p) {
    if (!p.trainable())
      expect_close<double>(gan::io::detail::to_file(p), file[name + "." + path.substr(2) + "_after"], layer_tolerance,
                           name + " " + path, worst_layer);
  });
}

}  // namespace reference
