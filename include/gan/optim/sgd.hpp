// Stochastic gradient descent with momentum, by PyTorch's formulas.
#pragma once

#include "gan/optim/optimizer.hpp"

namespace gan {

struct Sgd {
  double learning_rate = 0.1;
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;  ///< L2: added to the gradient
  bool nesterov = false;

  template <class T>
  struct State;
};

template <class T>
struct Sgd::State {
  Sgd options;
  u64 steps = 0;
  Tensors<T> velocity;

  explicit State(const Sgd& o) : options(o) {}
  void step(Tensors<T>& w, const Tensors<T>& g);
  template <class OnTensor, class OnCounter>
  void visit(OnTensor&& on_tensor, OnCounter&& on_counter) {
    on_counter("steps", steps);
    for (std::size_t i = 0; i < velocity.size(); ++i) on_tensor("velocity." + std::to_string(i), velocity[i]);
  }
};

extern template struct Sgd::State<float>;
extern template struct Sgd::State<double>;

}  // namespace gan
