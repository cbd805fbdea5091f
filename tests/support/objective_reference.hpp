// Objectives against PyTorch: the value, the gradient and the double backward of a case of make_objectives.py.
#pragma once

#include <functional>

#include "gan/grad/grad.hpp"
#include "gan/nn/module.hpp"
#include "gan/objectives/objective.hpp"
#include "gan/ops/elementwise.hpp"
#include "support/reference.hpp"

namespace reference {

inline const File& objectives() {
  static const File f("objectives.safetensors");
  return f;
}
/// An input of make_objectives.py.
inline Tensor<double> input(const std::string& name) { return tensor<double>(objectives()["in." + name]); }

struct ObjectiveReferenceCase {
  std::string name;
  std::vector<std::string> inputs;
  std::function<Tensor<double>(const gan::Tensors<double>&)> f;
};

inline void expect_as_pytorch(const ObjectiveReferenceCase& c) {
  SCOPED_TRACE(c.name);
  gan::Tensors<double> inputs;
  for (const std::string& name : c.inputs) inputs.push_back(leaf(input(name)));
  const Tensor<double> y = c.f(inputs);
  Worst worst;
  ASSERT_EQ(y.size(), 1);
  expect_close(reshape(y, Shape{}), objectives()[c.name + ".value"], 1e-13, "value", worst);
  const gan::Tensors<double> g = grad(y, inputs, true);
  Tensor<double> s;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    expect_close(g[i], objectives()[c.name + ".g." + c.inputs[i]], 1e-12, "gradient of " + c.inputs[i], worst, 1e-3);
    // Without a history of its own where the objective is linear: a zero that has one.
    const Tensor<double> part =
        sum(g[i] * tensor<double>(objectives()["u." + c.inputs[i]])) + 0.0 * sum(square(inputs[i]));
    s = s.defined() ? s + part : part;
  }
  const gan::Tensors<double> h = grad(s, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    expect_close(h[i], objectives()[c.name + ".h." + c.inputs[i]], 1e-12, "double backward of " + c.inputs[i], worst,
                 1e-3);
}

/// The cases of an objective on the scores of reals and fakes: `<name>.d` and `<name>.g`, on inputs of these names.
template <class Objective>
void expect_objective_as_pytorch(const std::string& name, const Objective& objective, const std::string& real = "real",
                                 const std::string& fake = "fake") {
  const auto d = [&](const gan::Tensors<double>& x) {
    gan::Pass pass = gan::Pass::training();
    return gan::discriminator_loss<double>(objective, x[0], x[1], pass);
  };
  if (objectives().has(name + ".d.value")) expect_as_pytorch({name + ".d", {real, fake}, d});
  if constexpr (gan::detail::wants_real<double, Objective>) {
    expect_as_pytorch({name + ".g", {real, fake}, [&](const gan::Tensors<double>& x) {
                         return gan::generator_loss<double>(objective, x[1], [&] { return x[0]; });
                       }});
  } else {
    expect_as_pytorch({name + ".g", {fake}, [&](const gan::Tensors<double>& x) {
                         return gan::generator_loss<double>(objective, x[0], [&] { return x[0]; });
                       }});
  }
}

}  // namespace reference
