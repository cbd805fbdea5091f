// Rule: how a player's parameters are updated, as a description: a struct of options such as Adam, with schedules and
// limits. A struct R is a rule if it has a learning_rate and a nested
//   template <class T> struct State {
//     explicit State(const R& rule);
//     void step(const R& rule, u64 updates, Tensors<T>& w, const Tensors<T>& g);
//     template <class F> void visit(F&& f) { f("m", m); }
//   };
// where step gets the rule with the learning rate (and momentum) of this update, and visit names every Tensors that is
// kept between updates. A state whose step is one of the fused kernels may say what that is given,
//     Varying varying(const R& rule, u64 updates) const;
// so that a device can record the step and repeat it with later values (backend/capture.hpp). The Optimizer makes them: zeros, one for every parameter, before the first step.
#pragma once

#include <optional>

#include "gan/backend/capture.hpp"
#include "gan/nn/module.hpp"
#include "gan/optim/schedule.hpp"

namespace gan {

template <class R>
concept UpdateRule = requires(R rule) {
  { rule.learning_rate } -> std::convertible_to<double>;
  typename R::template State<float>;
  typename R::template State<double>;
};

namespace detail {
/// A rule and what it remembers of one player.
template <class T>
struct RuleState {
  virtual ~RuleState() = default;
  virtual void step(double learning_rate, double momentum, u64 updates, Tensors<T>& w, const Tensors<T>& g) = 0;
  /// What the step's kernel is given, where the state tells.
  virtual std::optional<Varying> varying(double learning_rate, double momentum, u64 updates) = 0;
  virtual void visit(const std::function<void(const char* name, Tensors<T>& tensors)>& f) = 0;
  virtual std::unique_ptr<RuleState> clone() const = 0;
};

/// A rule whose type is forgotten.
struct AnyRule {
  double learning_rate = 0, momentum = 0;  ///< of the struct
  bool has_momentum = false;

  virtual ~AnyRule() = default;
  /// With scheduled momentum the state keeps what momentum needs, whatever the struct says.
  virtual std::unique_ptr<RuleState<float>> make(float, bool scheduled_momentum) const = 0;
  virtual std::unique_ptr<RuleState<double>> make(double, bool scheduled_momentum) const = 0;
};
}  // namespace detail

/// Rule(Adam{.learning_rate = 1e-4}).learning_rate(schedule::linear_to_zero({.from = 1000, .steps = 1000})): what every
/// function here gives is a rule with one thing more.
class Rule {
 public:
  template <UpdateRule R>
  Rule(R rule);

  /// Multiplies the struct's learning rate.
  Rule learning_rate(Schedule factor) const;
  /// Replaces the struct's momentum. Throws ValueError for a rule without momentum.
  Rule momentum(Schedule value) const;
  /// Before each update, scales all gradients of the player by min(1, max / (norm + 1e-6)), norm being the L2 norm of
  /// all of them together (Pascanu et al. 2013; PyTorch's clip_grad_norm_). Throws ValueError unless max > 0.
  Rule clip_gradient_norm(double max) const;
  /// After each update, limits every parameter to [-c, c] (WGAN, Arjovsky et al. 2017, algorithm 1); buffers stay.
  /// Throws ValueError unless c > 0.
  Rule clip_weights(double c) const;

  /// The learning rate and the momentum (0 for a rule without) of the update that comes after `updates` others.
  double learning_rate_at(u64 updates) const;
  double momentum_at(u64 updates) const;
  double gradient_limit() const { return gradient_limit_; }  ///< 0: none
  double weight_limit() const { return weight_limit_; }      ///< 0: none

  /// What an optimizer of these numbers remembers.
  template <class T>
  std::unique_ptr<detail::RuleState<T>> make_state() const {
    return rule_->make(T{}, static_cast<bool>(momentum_));
  }

 private:
  std::shared_ptr<const detail::AnyRule> rule_;
  std::shared_ptr<const Schedule> rate_, momentum_;  ///< or null
  double gradient_limit_ = 0, weight_limit_ = 0;
};

namespace detail {

template <class R, class T>
struct RuleStateOf final : RuleState<T> {
  R rule;
  typename R::template State<T> state;

  explicit RuleStateOf(const R& r) : rule(r), state(r) {}
  void step(double learning_rate, double momentum, u64 updates, Tensors<T>& w, const Tensors<T>& g) override {
    set(learning_rate, momentum);
    state.step(rule, updates, w, g);
  }
  std::optional<Varying> varying(double learning_rate, double momentum, [[maybe_unused]] u64 updates) override {
    set(learning_rate, momentum);
    if constexpr (requires { { state.varying(rule, updates) } -> std::convertible_to<Varying>; })
      return state.varying(rule, updates);
    return std::nullopt;
  }
  void visit(const std::function<void(const char*, Tensors<T>&)>& f) override { state.visit(f); }
  std::unique_ptr<RuleState<T>> clone() const override {
    auto copy = std::make_unique<RuleStateOf>(*this);
    copy->state.visit([](const char*, Tensors<T>& tensors) {
      for (auto& t : tensors) t = t.clone();
    });
    return copy;
  }

 private:
  void set(double learning_rate, [[maybe_unused]] double momentum) {
    rule.learning_rate = learning_rate;
    if constexpr (requires { rule.momentum = momentum; }) rule.momentum = momentum;
  }
};

template <class R>
struct AnyRuleOf final : AnyRule {
  R rule;

  explicit AnyRuleOf(const R& r) : rule(r) {
    learning_rate = r.learning_rate;
    if constexpr (requires { r.momentum; }) {
      has_momentum = true;
      momentum = r.momentum;
    }
  }
  std::unique_ptr<RuleState<float>> make(float, bool scheduled) const override { return state<float>(scheduled); }
  std::unique_ptr<RuleState<double>> make(double, bool scheduled) const override { return state<double>(scheduled); }
  template <class T>
  std::unique_ptr<RuleState<T>> state([[maybe_unused]] bool scheduled_momentum) const {
    R described = rule;
    if constexpr (requires { described.momentum = 1; })
      if (scheduled_momentum) described.momentum = 1;
    return std::make_unique<RuleStateOf<R, T>>(described);
  }
};

}  // namespace detail

template <UpdateRule R>
Rule::Rule(R rule) : rule_(std::make_shared<detail::AnyRuleOf<R>>(rule)) {}

}  // namespace gan
