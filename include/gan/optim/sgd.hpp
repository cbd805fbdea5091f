// Stochastic gradient descent with momentum, with PyTorch's formulas.
#pragma once

#include "gan/optim/optimizer.hpp"

namespace gan {

struct Sgd {
  double learning_rate = 0.1;
  double momentum = 0;
  double dampening = 0;     ///< fraction of the gradient left out of the velocity, from the second update on
  double weight_decay = 0;  ///< L2: added to the gradient
  bool nesterov = false;

  static constexpr const char* name = "Sgd";
  template <class F>
  void visit(F&& f) {
    f("learning_rate", learning_rate);
    f("momentum", momentum);
    f("dampening", dampening);
    f("weight_decay", weight_decay);
    f("nesterov", nesterov);
  }
  template <class T>
  struct State;
};

template <class T>
struct Sgd::State {
  bool has_velocity;
  Tensors<T> velocity;

  /// Throws ValueError for options out of range.
  explicit State(const Sgd& options);
  void step(const Sgd& options, u64 updates, Tensors<T>& w, const Tensors<T>& g);
  Tensors<T> ahead(const Sgd& options, u64 updates, const Tensors<T>& w, const Tensors<T>& g);
  GraphArgument graph_argument(const Sgd& options, u64 updates) const;
  template <class F>
  void visit(F&& f) {
    if (has_velocity) f("velocity", velocity);
  }
};

extern template struct Sgd::State<float>;
extern template struct Sgd::State<double>;
extern template OptimizerSpec::OptimizerSpec(Sgd);

}  // namespace gan
