// OptimizerSpec: a description of how a player's parameters are updated: a struct of options such as Adam, plus
// schedules and limits. A struct O describes an optimizer if it has a learning_rate and a nested
//   template <class T> struct State {
//     explicit State(const O& options);
//     void step(const O& options, u64 updates, Tensors<T>& w, const Tensors<T>& g);
//     template <class F> void visit(F&& f) { f("m", m); }
//   };
// where step receives the options with the learning rate (and momentum and beta2) of this update, and visit names every
// Tensors that is kept between updates; the Optimizer creates them before the first step, as zeros, one for every
// parameter. A state whose step is one of the fused kernels may provide the argument of that kernel,
//     GraphArgument graph_argument(const O& options, u64 updates) const;
// so that a device can record the step and repeat it with later values (backend/capture.hpp). A state with
//     Tensors<T> ahead(const O& options, u64 updates, const Tensors<T>& w, const Tensors<T>& g);
// says in ops what step does to w, and replaces what it keeps by tensors with history, so that a game can look ahead
// (AdversarialOptions::unrolled). Options with a `name` and a visit() of their fields (core/fields.hpp) are compared
// when a run is resumed.
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

/// When weights are clipped.
enum class ClipWhen {
  after_update,  ///< as in algorithm 1 of Arjovsky et al. 2017
  before_turn    ///< before the player's loss is computed (the authors' code): the other players meet unclipped weights
};

namespace detail {
/// What schedules may change from update to update.
struct UpdateValues {
  double learning_rate = 0, momentum = 0, beta2 = 0;
};

/// The options of an optimizer and its state for one player.
template <class T>
struct OptimizerState {
  virtual ~OptimizerState() = default;
  virtual void step(const UpdateValues& values, u64 updates, Tensors<T>& w, const Tensors<T>& g) = 0;
  /// What step makes of w, with history. Throws ValueError if the state does not say.
  virtual Tensors<T> ahead(const UpdateValues& values, u64 updates, const Tensors<T>& w, const Tensors<T>& g) = 0;
  /// The argument of the step's kernel, if the state provides it.
  virtual std::optional<GraphArgument> graph_argument(const UpdateValues& values, u64 updates) = 0;
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
  UpdateValues values;  ///< as in the struct
  bool has_momentum = false, has_beta2 = false;
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
  /// Replaces beta2 of the struct. Throws ValueError for an optimizer without beta2.
  OptimizerSpec beta2(Schedule value) const;
  /// Before each update, scales all gradients of the player by min(1, max / (norm + 1e-6)), where norm is the L2 norm
  /// of all of them together (Pascanu et al. 2013; PyTorch's clip_grad_norm_). Throws ValueError unless max > 0.
  OptimizerSpec clip_gradient_norm(double max) const;
  /// After each update, or before each turn, clamps every parameter to [-c, c] (WGAN), but no buffers. Throws
  /// ValueError unless c > 0.
  OptimizerSpec clip_weights(double c, ClipWhen when = ClipWhen::after_update) const;

  /// The learning rate, the momentum and beta2 of the update after the first `updates`: 0 for an optimizer without.
  double learning_rate_at(u64 updates) const { return values_at(updates).learning_rate; }
  double momentum_at(u64 updates) const { return values_at(updates).momentum; }
  double beta2_at(u64 updates) const { return values_at(updates).beta2; }
  detail::UpdateValues values_at(u64 updates) const;
  double gradient_limit() const { return gradient_limit_; }  ///< 0: none
  /// 0: none, or not at that time.
  double weight_limit(ClipWhen when) const { return when == clip_when_ ? weight_limit_ : 0; }

  /// The complete description, one "name = value" per line: "optimizer = Adam", its fields, its schedules and limits.
  std::string text() const;

  /// Creates the state of an optimizer with scalar type T.
  template <class T>
  std::unique_ptr<detail::OptimizerState<T>> make_state() const {
    return options_->make(T{}, static_cast<bool>(momentum_));
  }

 private:
  std::shared_ptr<const detail::AnyOptimizer> options_;
  std::shared_ptr<const Schedule> rate_, momentum_, beta2_;  ///< or null
  double gradient_limit_ = 0, weight_limit_ = 0;
  ClipWhen clip_when_ = ClipWhen::after_update;
};

namespace detail {

template <class O, class T>
struct OptimizerStateOf final : OptimizerState<T> {
  O options;
  typename O::template State<T> state;

  explicit OptimizerStateOf(const O& o) : options(o), state(o) {}
  void step(const UpdateValues& values, u64 updates, Tensors<T>& w, const Tensors<T>& g) override {
    set(values);
    state.step(options, updates, w, g);
  }
  Tensors<T> ahead([[maybe_unused]] const UpdateValues& values, [[maybe_unused]] u64 updates,
                   [[maybe_unused]] const Tensors<T>& w, [[maybe_unused]] const Tensors<T>& g) override {
    set(values);
    if constexpr (requires { state.ahead(options, updates, w, g); })
      return state.ahead(options, updates, w, g);
    else
      throw ValueError("[Optimizer] this optimizer has no ahead(), which unrolled games need");
  }
  std::optional<GraphArgument> graph_argument(const UpdateValues& values, [[maybe_unused]] u64 updates) override {
    set(values);
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
  void set(const UpdateValues& values) {
    options.learning_rate = values.learning_rate;
    if constexpr (requires { options.momentum = values.momentum; }) options.momentum = values.momentum;
    if constexpr (requires { options.beta2 = values.beta2; }) options.beta2 = values.beta2;
  }
};

template <class O>
struct AnyOptimizerOf final : AnyOptimizer {
  O options;

  explicit AnyOptimizerOf(const O& o) : options(o) {
    values.learning_rate = o.learning_rate;
    if constexpr (requires { o.momentum; }) {
      has_momentum = true;
      values.momentum = o.momentum;
    }
    if constexpr (requires { o.beta2; }) {
      has_beta2 = true;
      values.beta2 = o.beta2;
    }
    text = "optimizer = one of the program's own\n";
    if constexpr (requires { std::string(O::name); }) text = "optimizer = " + std::string(O::name) + "\n";
    if constexpr (requires { options.visit(AnyField{}); })
      text += write_fields(o);
    else
      text +=
          "learning_rate = " + field_text(values.learning_rate) + "\nmomentum = " + field_text(values.momentum) + "\n";
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
