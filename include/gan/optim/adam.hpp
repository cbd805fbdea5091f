// Adam (Kingma & Ba 2015). The defaults are the DCGAN paper's.
#pragma once

#include "gan/optim/optimizer.hpp"

namespace gan {

struct Adam {
  double learning_rate = 2e-4;
  double beta1 = 0.5, beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;  ///< L2: added to the gradient

  template <class T>
  struct State;
};

template <class T>
struct Adam::State {
  Adam options;
  u64 steps = 0;
  Tensors<T> m, v;  ///< first and second moments

  explicit State(const Adam& o) : options(o) {}
  void step(Tensors<T>& w, const Tensors<T>& g);
  template <class OnTensor, class OnCounter>
  void visit(OnTensor&& on_tensor, OnCounter&& on_counter) {
    on_counter("steps", steps);
    for (std::size_t i = 0; i < m.size(); ++i) {
      on_tensor("m." + std::to_string(i), m[i]);
      on_tensor("v." + std::to_string(i), v[i]);
    }
  }
};

extern template struct Adam::State<float>;
extern template struct Adam::State<double>;

}  // namespace gan
