// RMSProp (Tieleman & Hinton 2012), with PyTorch's formulas: epsilon is added outside the square root.
#pragma once

#include "gan/optim/optimizer.hpp"

namespace gan {

struct RmsProp {
  double learning_rate = 0.01;
  double alpha = 0.99;  ///< decay of the average of squared gradients: the weight of its old value
  double epsilon = 1e-8;
  double weight_decay = 0;  ///< L2: added to the gradient
  double momentum = 0;
  bool centered = false;  ///< divides by the standard deviation of the gradient instead of its RMS (Graves 2013)

  static constexpr const char* name = "RmsProp";
  template <class F>
  void visit(F&& f) {
    f("learning_rate", learning_rate);
    f("alpha", alpha);
    f("epsilon", epsilon);
    f("weight_decay", weight_decay);
    f("momentum", momentum);
    f("centered", centered);
  }
  template <class T>
  struct State;
};

template <class T>
struct RmsProp::State {
  bool has_average, has_velocity;
  Tensors<T> squares, average, velocity;

  /// Throws ValueError for options out of range.
  explicit State(const RmsProp& options);
  void step(const RmsProp& options, u64 updates, Tensors<T>& w, const Tensors<T>& g);
  Tensors<T> ahead(const RmsProp& options, u64 updates, const Tensors<T>& w, const Tensors<T>& g);
  GraphArgument graph_argument(const RmsProp& options, u64 updates) const;
  template <class F>
  void visit(F&& f) {
    f("squares", squares);
    if (has_average) f("average", average);
    if (has_velocity) f("velocity", velocity);
  }
};

extern template struct RmsProp::State<float>;
extern template struct RmsProp::State<double>;
extern template OptimizerSpec::OptimizerSpec(RmsProp);

}  // namespace gan
