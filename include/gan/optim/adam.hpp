// Adam (Kingma & Ba 2015). The defaults are those of the DCGAN paper.
#pragma once

#include "gan/optim/optimizer.hpp"

namespace gan {

struct Adam {
  double learning_rate = 2e-4;
  double beta1 = 0.5, beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;  ///< L2: added to the gradient

  static constexpr const char* name = "Adam";
  template <class F>
  void visit(F&& f) {
    f("learning_rate", learning_rate);
    f("beta1", beta1);
    f("beta2", beta2);
    f("epsilon", epsilon);
    f("weight_decay", weight_decay);
  }
  template <class T>
  struct State;
};

template <class T>
struct Adam::State {
  Tensors<T> m, v;  ///< first and second moments

  /// Throws ValueError for options out of range.
  explicit State(const Adam& options);
  void step(const Adam& options, u64 updates, Tensors<T>& w, const Tensors<T>& g);
  Tensors<T> ahead(const Adam& options, u64 updates, const Tensors<T>& w, const Tensors<T>& g);
  GraphArgument graph_argument(const Adam& options, u64 updates) const;
  template <class F>
  void visit(F&& f) {
    f("m", m);
    f("v", v);
  }
};

extern template struct Adam::State<float>;
extern template struct Adam::State<double>;
extern template OptimizerSpec::OptimizerSpec(Adam);

}  // namespace gan
