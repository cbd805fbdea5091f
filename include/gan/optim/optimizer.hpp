// Optimizer: updates parameters in place as its spec describes.
#pragma once

#include "gan/optim/optimizer_spec.hpp"

namespace gan {

template <class T>
class Optimizer {
 public:
  /// From any spec: Adam{.learning_rate = 1e-4}, or OptimizerSpec(Adam{}).clip_weights(0.01).
  template <OptimizerOptions R>
  Optimizer(R spec) : Optimizer(OptimizerSpec(spec)) {}
  /// Throws ValueError for options out of range.
  Optimizer(OptimizerSpec spec) : spec_(std::move(spec)), state_(spec_.template make_state<T>()) {}
  Optimizer(const Optimizer& other) : spec_(other.spec_), state_(other.state_->clone()), updates_(other.updates_) {}
  Optimizer(Optimizer&&) noexcept = default;
  Optimizer& operator=(Optimizer other) noexcept {
    std::swap(spec_, other.spec_);
    std::swap(state_, other.state_);
    updates_ = other.updates_;
    return *this;
  }

  /// Updates parameters once, with gradients of the same shapes: clips gradients, applies the spec with the current
  /// values of its schedules, clips weights. Throws ShapeError when shapes differ from those of the parameters or of
  /// the last step.
  void step(Parameters<T>& parameters, const Tensors<T>& gradients);
  /// Clips the weights if the spec wants that before each turn.
  void begin_turn(Parameters<T>& parameters) const;
  /// What step would make of parameters w, as differentiable functions of w and of the gradients. The optimizer's own
  /// state then has a history as well: call it on a copy. Throws ValueError for a spec with clip_gradient_norm, and for
  /// an optimizer that does not say in ops what it does.
  Tensors<T> ahead(const Tensors<T>& w, const Tensors<T>& gradients);
  /// Creates the optimizer state for these parameters, as zeros, unless it exists, and moves it to their device. Throws
  /// ShapeError when it exists for other parameters.
  void prepare(const Parameters<T>& parameters);
  /// Prepares the state for these parameters and calls on_tensor(name, tensor) and on_counter(name, count) for all of
  /// it that resuming needs: "m.0.weight" belongs to the parameter "0.weight", "m.0.weight#2" to the second one of that
  /// name.
  void visit(const Parameters<T>& parameters, const std::function<void(const std::string&, Tensor<T>&)>& on_tensor,
             const std::function<void(const std::string&, u64&)>& on_counter);

  /// Calls f(kind, tensors) for all existing state.
  void each_kept(const std::function<void(const char*, Tensors<T>&)>& f) { state_->visit(f); }
  /// The argument of the next update's kernel, if the spec provides it.
  std::optional<GraphArgument> graph_argument() const {
    return state_->graph_argument(spec_.values_at(updates_), updates_);
  }
  /// Sets the update count: after a device has repeated an update from a recording, or to undo the count of an update
  /// that was only recorded.
  void set_updates(u64 count) { updates_ = count; }
  /// The number of updates made so far.
  u64 updates() const { return updates_; }
  /// The learning rate of the next update.
  double learning_rate() const { return spec_.learning_rate_at(updates_); }
  const OptimizerSpec& spec() const { return spec_; }

 private:
  OptimizerSpec spec_;
  std::unique_ptr<detail::OptimizerState<T>> state_;
  u64 updates_ = 0;
};

extern template class Optimizer<float>;
extern template class Optimizer<double>;

}  // namespace gan
