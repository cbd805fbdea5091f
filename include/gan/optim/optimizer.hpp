// Optimizer: a rule that changes parameters in place, held by value. A rule is a struct of options with a nested
//   template <class T> struct State { State(Rule); void step(Tensors<T>& w, const Tensors<T>& g); void visit(F); };
// where visit calls f(name, tensor) for every tensor and f(name, counter) for every u64 that resuming needs.
#pragma once

#include "gan/nn/module.hpp"

namespace gan {

template <class T>
class Optimizer {
 public:
  /// From any rule: Adam{.learning_rate = 1e-4}.
  template <class Rule>
    requires requires { typename Rule::template State<T>; }
  Optimizer(Rule rule) : state_(std::make_unique<Holder<typename Rule::template State<T>>>(rule)) {}
  Optimizer(const Optimizer& other) : state_(other.state_->clone()) {}
  Optimizer(Optimizer&&) noexcept = default;
  Optimizer& operator=(Optimizer other) noexcept {
    state_ = std::move(other.state_);
    return *this;
  }

  /// One update of parameters w with gradients g of the same shapes. Throws ShapeError when they differ.
  void step(Parameters<T>& parameters, const Tensors<T>& gradients) {
    check(parameters, gradients);
    state_->step(parameters.tensors, gradients);
  }
  /// Calls on_tensor(name, tensor) and on_counter(name, count) for all state that resuming needs.
  void visit(const std::function<void(const std::string&, Tensor<T>&)>& on_tensor,
             const std::function<void(const std::string&, u64&)>& on_counter) {
    state_->visit(on_tensor, on_counter);
  }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual void step(Tensors<T>& w, const Tensors<T>& g) = 0;
    virtual void visit(const std::function<void(const std::string&, Tensor<T>&)>&,
                       const std::function<void(const std::string&, u64&)>&) = 0;
    virtual std::unique_ptr<Base> clone() const = 0;
  };
  template <class S>
  struct Holder final : Base {
    S state;
    template <class Rule>
      requires(!std::same_as<Rule, Holder>)
    explicit Holder(const Rule& rule) : state(rule) {}
    void step(Tensors<T>& w, const Tensors<T>& g) override { state.step(w, g); }
    void visit(const std::function<void(const std::string&, Tensor<T>&)>& on_tensor,
               const std::function<void(const std::string&, u64&)>& on_counter) override {
      state.visit(on_tensor, on_counter);
    }
    std::unique_ptr<Base> clone() const override {
      auto copy = std::make_unique<Holder>(*this);
      copy->state.visit([](const std::string&, Tensor<T>& t) { t = t.clone(); }, [](const std::string&, u64&) {});
      return copy;
    }
  };
  static void check(const Parameters<T>& parameters, const Tensors<T>& gradients) {
    if (parameters.tensors.size() != gradients.size())
      throw ShapeError("[Optimizer] " + std::to_string(parameters.tensors.size()) + " parameters but " +
                       std::to_string(gradients.size()) + " gradients");
    for (std::size_t i = 0; i < gradients.size(); ++i)
      GAN_CHECK_SHAPE(parameters.tensors[i].shape() == gradients[i].shape(), "Optimizer",
                      "the gradient of '" + parameters.names[i] + "' has another shape", parameters.tensors[i].shape(),
                      gradients[i].shape());
  }
  std::unique_ptr<Base> state_;
};

namespace detail {
/// Zeros of the shapes of w, unless there are some already. Throws ValueError when the number of parameters changed.
template <class T>
void ensure_moments(Tensors<T>& moments, const Tensors<T>& w) {
  if (moments.empty())
    for (const auto& p : w) moments.push_back(Tensor<T>::zeros(p.shape(), p.device()));
  if (moments.size() != w.size()) throw ValueError("[Optimizer] the number of parameters changed between steps");
}
}  // namespace detail

}  // namespace gan
