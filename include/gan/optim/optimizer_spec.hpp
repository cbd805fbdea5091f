// OptimizerSpec: a description of how a player's parameters are updated: a struct of options such as Adam, plus
// schedules and limits. A struct O describes an optimizer if it has a learning_rate and a nested
//   template <class T> struct State {
//     explicit State(const O& options);
//     void step(const O& options, u64 updates, Tensors<T>& w, const Tensors<T>& g);
//     template <class F> void visit(F&& f) { f("m", m); }
//   };
// where step receives the options with the learning rate (and momentum) of this update, and visit names every Tensors
// that is kept between updates; the Optimizer creates them before the first step, as zeros, one for every parameter. A
// state whose step is one of the fused kernels may provide the argument of that kernel,
//     GraphArgument graph_argument(const O& options, u64 updates) const;
// so that a device can record the step and repeat it with later values (backend/capture.hpp). Options with a `name` and
// a visit() of their fields (core/fields.hpp) are compared when a run is resumed.
#pragma once

#include <optional>

#include "gan/backend/capture.hpp"
#include "gan/core/fields.hpp"
#include "gan/nn/module.hpp"
#include "gan/optim/schedule.hpp"

namespace gan {

template <class O>
concept OptimizerOptions = requires(O options) {
  { options.learning_rate } -> std::convertible_to<double>;
  typename O::template State<float>;
  typename O::template State<double>;
};

namespace detail {
/// The options of an optimizer and its state for one player.
template <class T>
struct OptimizerState {
  virtual ~OptimizerState() = default;
  virtual void step(double learning_rate, double momentum, u64 updates, Tensors<T>& w, const Tensors<T>& g) = 0;
  /// The argument of the step's kernel, if the state provides it.
  virtual std::optional<GraphArgument> graph_argument(double learning_rate, double momentum, u64 updates) = 0;
  virtual void visit(const std::function<void(const char* name, Tensors<T>& tensors)>& f) = 0;
  virtual std::unique_ptr<OptimizerState> clone() const = 0;
};

/// A visitor that accepts any field.
struct AnyField {
  template <class V>
  void operator()(const char*, V&) const {}
};

/// The type-erased options of an optimizer.
struct AnyOptimizer {
  double learning_rate = 0, momentum = 0;  ///< as in the struct
  bool has_momentum = false;
  std::string text;  ///< the name and the fields of the optimizer, one "name = value" per line

  virtual ~AnyOptimizer() = default;
  /// Creates the state. With scheduled momentum it includes the velocity, whatever momentum the struct has.
  virtual std::unique_ptr<OptimizerState<float>> make(float, bool scheduled_momentum) const = 0;
  virtual std::unique_ptr<OptimizerState<double>> make(double, bool scheduled_momentum) const = 0;
};
}  // namespace detail

/// OptimizerSpec(Adam{.learning_rate = 1e-4}).learning_rate(schedule::linear_to_zero({.from = 1000, .steps = 1000})):
/// each function returns a copy of the spec with one more setting.
class OptimizerSpec {
 public:
  template <OptimizerOptions O>
  OptimizerSpec(O options);

  /// Multiplies the learning rate of the struct by `factor`.
  OptimizerSpec learning_rate(Schedule factor) const;
  /// Replaces the momentum of the struct. Throws ValueError for an optimizer without momentum.
  OptimizerSpec momentum(Schedule value) const;
  /// Before each update, scales all gradients of the player by min(1, max / (norm + 1e-6)), where norm is the L2 norm
  /// of all of them together (Pascanu et al. 2013; PyTorch's clip_grad_norm_). Throws ValueError unless max > 0.
  OptimizerSpec clip_gradient_norm(double max) const;
  /// After each update, clamps every parameter to [-c, c] (WGAN, Arjovsky et al. 2017, algorithm 1), but no buffers.
  /// Throws ValueError unless c > 0.
  OptimizerSpec clip_weights(double c) const;

  /// The learning rate and the momentum (0 for an optimizer without momentum) of the update after the first `updates`.
  double learning_rate_at(u64 updates) const;
  double momentum_at(u64 updates) const;
  double gradient_limit() const { return gradient_limit_; }  ///< 0: none
  double weight_limit() const { return weight_limit_; }      ///< 0: none

  /// The complete description, one "name = value" per line: "optimizer = Adam", its fields, its schedules and limits.
  std::string text() const;

  /// Creates the state of an optimizer with scalar type T.
  template <class T>
  std::unique_ptr<detail::OptimizerState<T>> make_state() const {
    return options_->make(T{}, static_cast<bool>(momentum_));
  }

 private:
  std::shared_ptr<const detail::AnyOptimizer> options_;
  std::shared_ptr<const Schedule> rate_, momentum_;  ///< or null
  double gradient_limit_ = 0, weight_limit_ = 0;
};

namespace detail {

template <class O, class T>
struct OptimizerStateOf final : OptimizerState<T> {
  O options;
  typename O::template State<T> state;

  explicit OptimizerStateOf(const O& o) : options(o), state(o) {}
  void step(double learning_rate, double momentum, u64 updates, Tensors<T>& w, const Tensors<T>& g) override {
    set(learning_rate, momentum);
    state.step(options, updates, w, g);
  }
  std::optional<GraphArgument> graph_argument(double learning_rate, double momentum,
                                              [[maybe_unused]] u64 updates) override {
    set(learning_rate, momentum);
    if constexpr (requires { { state.graph_argument(options, updates) } -> std::convertible_to<GraphArgument>; })
      return state.graph_argument(options, updates);
    return std::nullopt;
  }
  void visit(const std::function<void(const char*, Tensors<T>&)>& f) override { state.visit(f); }
  std::unique_ptr<OptimizerState<T>> clone() const override {
    auto copy = std::make_unique<OptimizerStateOf>(*this);
    copy->state.visit([](const char*, Tensors<T>& tensors) {
      for (auto& t : tensors) t = t.clone();
    });
    return copy;
  }

 private:
  void set(double learning_rate, [[maybe_unused]] double momentum) {
    options.learning_rate = learning_rate;
    if constexpr (requires { options.momentum = momentum; }) options.momentum = momentum;
  }
};

template <class O>
struct AnyOptimizerOf final : AnyOptimizer {
  O options;

  explicit AnyOptimizerOf(const O& o) : options(o) {
    learning_rate = o.learning_rate;
    if constexpr (requires { o.momentum; }) {
      has_momentum = true;
      momentum = o.momentum;
    }
    text = "optimizer = one of the program's own\n";
    if constexpr (requires { std::string(O::name); }) text = "optimizer = " + std::string(O::name) + "\n";
    if constexpr (requires { options.visit(AnyField{}); })
      text += write_fields(o);
    else
      text += "learning_rate = " + field_text(learning_rate) + "\nmomentum = " + field_text(momentum) + "\n";
  }
  std::unique_ptr<OptimizerState<float>> make(float, bool scheduled) const override { return state<float>(scheduled); }
  std::unique_ptr<OptimizerState<double>> make(double, bool scheduled) const override {
    return state<double>(scheduled);
  }
  template <class T>
  std::unique_ptr<OptimizerState<T>> state([[maybe_unused]] bool scheduled_momentum) const {
    O described = options;
    if constexpr (requires { described.momentum = 1; })
      if (scheduled_momentum) described.momentum = 1;
    return std::make_unique<OptimizerStateOf<O, T>>(described);
  }
};

}  // namespace detail

template <OptimizerOptions O>
OptimizerSpec::OptimizerSpec(O options) : options_(std::make_shared<detail::AnyOptimizerOf<O>>(options)) {}

}  // namespace gan
