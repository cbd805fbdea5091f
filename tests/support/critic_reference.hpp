// The critic of gp.safetensors, and penalties on it against PyTorch: their value, and their gradient in the critic's
// parameters, which runs through second derivatives of every layer.
#pragma once

#include "gan/grad/grad.hpp"
#include "gan/nn/activation.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/sequential.hpp"
#include "support/reference.hpp"

namespace reference {

using Critic = gan::BasicSequential<double>;

inline const File& critic_file() {
  static const File f("gp.safetensors");
  return f;
}
inline const std::vector<std::string> critic_names{"0.weight", "0.bias", "2.weight", "2.bias", "5.weight", "5.bias"};

/// A parameter of the critic, or a gradient of one, in our layout.
inline Array critic_array(const File& file, const std::string& key) {
  return key.ends_with("5.weight") ? chw_to_hwc(file[key], 1, 4, 2, 2) : ours(file[key]);
}
/// real, fake or eps.
inline Tensor<double> critic_images(const char* key) { return tensor<double>(ours(critic_file()[key])); }

/// Convolutions of images (8, 8, 1) with an activation, fused into them or apart.
inline Critic critic_of(gan::FusedActivation activation, bool fused) {
  using Conv = gan::BasicConv2D<double>;
  gan::ConvOptions first{.in = 1, .out = 3, .kernel = 4, .stride = 2, .padding = 1};
  gan::ConvOptions second{.in = 3, .out = 4, .kernel = 4, .stride = 2, .padding = 1};
  if (!fused) {
    return Critic(Conv(first), gan::LeakyReLU{activation.slope}, Conv(second), gan::LeakyReLU{activation.slope},
                  gan::Flatten{}, gan::BasicDense<double>(16, 1));
  }
  first.activation = second.activation = activation;
  return Critic(Conv(first), Conv(second), gan::Flatten{}, gan::BasicDense<double>(16, 1));
}
/// PyTorch's.
inline Critic reference_critic(bool fused, gan::FusedActivation activation = gan::LeakyReLU{0.2}) {
  Critic critic = critic_of(activation, fused);
  auto name = critic_names.begin();
  each_param(critic, [&](const std::string&, gan::Param<double>& p) {
    p.set(tensor<double>(critic_array(critic_file(), "D." + *name++)));
  });
  to(critic, device());
  return critic;
}

/// `value` and its gradient in the critic's parameters, against the case `name` of a file.
inline void expect_penalty_as_pytorch(const File& file, const std::string& name, Critic& critic,
                                      const Tensor<double>& value, double tolerance) {
  SCOPED_TRACE(name);
  Worst worst;
  expect_close(reshape(value, Shape{1}), Array{Shape{1}, file[name + ".value"].values}, tolerance, name, worst);
  const gan::Tensors<double> g = grad(value, params(critic).tensors);
  for (std::size_t i = 0; i < critic_names.size(); ++i)
    expect_close(g[i], critic_array(file, name + ".grad." + critic_names[i]), tolerance,
                 "gradient of " + critic_names[i], worst, 1e-3);
  worst.print(name.c_str());
}

/// The gradient of a loss in all of the critic's parameters against a five-point stencil.
inline void expect_finite_differences(Critic& critic, const std::function<Tensor<double>()>& loss, double tolerance) {
  const gan::Parameters<double> parameters = params(critic);
  const gan::Tensors<double> g = grad(loss(), parameters.tensors);
  constexpr double step = 1e-4;
  double error = 0, largest = 0;
  for (std::size_t i = 0; i < g.size(); ++i) {
    Tensor<double> p = parameters.tensors[i];
    const std::vector<double> values = p.to_vector(), analytic = g[i].to_vector();
    const auto at = [&](std::size_t j, double offset) {
      std::vector<double> moved = values;
      moved[j] += offset;
      p.copy_from(Tensor<double>::from(std::span<const double>(moved), p.shape(), p.device()));
      return loss().item();
    };
    for (std::size_t j = 0; j < values.size(); ++j) {
      const double numeric = (8 * (at(j, step) - at(j, -step)) - (at(j, 2 * step) - at(j, -2 * step))) / (12 * step);
      error = std::max(error, std::abs(numeric - analytic[j]));
      largest = std::max(largest, std::abs(numeric));
    }
    p.copy_from(Tensor<double>::from(std::span<const double>(values), p.shape(), p.device()));
  }
  EXPECT_GT(largest, 0);
  EXPECT_LE(error, tolerance * largest);
  std::printf("[ worst    ] finite differences: %.1e relative\n", error / largest);
}

}  // namespace reference
