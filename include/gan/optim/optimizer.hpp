// Optimizer: updates parameters in place by a rule.
#pragma once

#include "gan/optim/rule.hpp"

namespace gan {

template <class T>
class Optimizer {
 public:
  /// From any rule: Adam{.learning_rate = 1e-4}, or Rule(Adam{}).clip_weights(0.01).
  template <UpdateRule R>
  Optimizer(R rule) : Optimizer(Rule(rule)) {}
  /// Throws ValueError for options out of range.
  Optimizer(Rule rule) : rule_(std::move(rule)), state_(rule_.template make_state<T>()) {}
  Optimizer(const Optimizer& other) : rule_(other.rule_), state_(other.state_->clone()), updates_(other.updates_) {}
  Optimizer(Optimizer&&) noexcept = default;
  Optimizer& operator=(Optimizer other) noexcept {
    std::swap(rule_, other.rule_);
    std::swap(state_, other.state_);
    updates_ = other.updates_;
    return *this;
  }

  /// One update of parameters with gradients of the same shapes: clips gradients, applies the rule with the schedules'
  /// present values, clips weights. Throws ShapeError when shapes differ from the parameters' or the last step's.
  void step(Parameters<T>& parameters, const Tensors<T>& gradients);
  /// Makes the tensors that the rule keeps for these parameters, zeros, unless they are there. Throws ShapeError when
  /// they are there for other parameters.
  void prepare(const Parameters<T>& parameters);
  /// Calls on_tensor(name, tensor) and on_counter(name, count) for all state that resuming needs, prepared for these
  /// parameters: "m.0.weight" belongs to the parameter "0.weight", "m.0.weight#2" to the second one of that name.
  void visit(const Parameters<T>& parameters, const std::function<void(const std::string&, Tensor<T>&)>& on_tensor,
             const std::function<void(const std::string&, u64&)>& on_counter);

  /// Calls f(kind, tensors) for all that the rule remembers so far.
  void each_kept(const std::function<void(const char*, Tensors<T>&)>& f) { state_->visit(f); }
  /// What the next update's kernel is given, where the rule tells.
  std::optional<Varying> varying() const {
    return state_->varying(rule_.learning_rate_at(updates_), rule_.momentum_at(updates_), updates_);
  }
  /// Counts an update that a device repeated from a recording, or takes the count back to one that was not made.
  void set_updates(u64 count) { updates_ = count; }
  /// Updates made so far.
  u64 updates() const { return updates_; }
  /// The learning rate of the next update.
  double learning_rate() const { return rule_.learning_rate_at(updates_); }
  const Rule& rule() const { return rule_; }

 private:
  Rule rule_;
  std::unique_ptr<detail::RuleState<T>> state_;
  u64 updates_ = 0;
};

extern template class Optimizer<float>;
extern template class Optimizer<double>;

}  // namespace gan
