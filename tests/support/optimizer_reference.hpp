// Five steps of an optimizer, and eight under a schedule or a limit, against PyTorch in double (make_references.py).
#pragma once

#include "gan/optim/adam.hpp"
#include "gan/optim/rmsprop.hpp"
#include "gan/optim/sgd.hpp"
#include "support/reference.hpp"

namespace reference {

using gan::Adam;
using gan::Optimizer;
using gan::OptimizerSpec;
using gan::Parameters;
using gan::RmsProp;
using gan::Sgd;
using gan::Tensors;

inline constexpr int optimizer_parameters = 2;

inline const File& optimizer_file() {
  static const File f("optimizers.safetensors");
  return f;
}

/// Tensors "<key>p0" and "<key>p1".
inline Tensors<double> read_parameters(const std::string& key) {
  Tensors<double> out;
  for (int i = 0; i < optimizer_parameters; ++i)
    out.push_back(tensor<double>(optimizer_file()[key + "p" + std::to_string(i)]));
  return out;
}

inline void expect_equal(const Tensors<double>& w, const std::string& key, double tolerance, Worst& worst) {
  for (int i = 0; i < optimizer_parameters; ++i) {
    const std::string name = key + "p" + std::to_string(i);
    expect_close(w[static_cast<std::size_t>(i)], optimizer_file()[name], tolerance, name, worst);
  }
}

/// Five steps.
inline void check_steps(const std::string& name, Optimizer<double> optimizer) {
  SCOPED_TRACE(name);
  Worst worst;
  Parameters<double> w{{"p0", "p1"}, read_parameters(name + ".")};
  for (int step = 0; step < 5; ++step) {
    const std::string number = std::to_string(step) + "_";
    optimizer.step(w, read_parameters(name + ".g" + number));
    expect_equal(w.tensors, name + ".after" + number, 1e-15, worst);
  }
  worst.print(name.c_str());
}

/// Eight steps of the common plan: learning rates and parameters at the end.
inline void check_plan(const std::string& name, Optimizer<double> optimizer) {
  SCOPED_TRACE(name);
  Worst worst;
  const Array rates = optimizer_file()[name + ".lrs"];
  const double first = rates.values[0];
  ASSERT_EQ(rates.values.size(), 8u);
  Parameters<double> w{{"p0", "p1"}, read_parameters("plan.")};
  for (std::size_t step = 0; step < rates.values.size(); ++step) {
    EXPECT_NEAR(optimizer.learning_rate(), rates.values[step], 1e-15 * first) << "update " << step;
    optimizer.step(w, read_parameters("plan.g" + std::to_string(step) + "_"));
  }
  expect_equal(w.tensors, name + ".", 1e-14, worst);
  worst.print(name.c_str());
}

inline std::vector<std::pair<std::string, OptimizerSpec>> rules() {
  return {{"sgd", Sgd{.learning_rate = 0.1, .momentum = 0.9, .nesterov = true}},
          {"adam", Adam{.learning_rate = 0.01}},
          {"rmsprop", RmsProp{.learning_rate = 0.01, .momentum = 0.5, .centered = true}}};
}

}  // namespace reference
