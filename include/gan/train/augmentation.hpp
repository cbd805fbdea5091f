// Augmentation: what is done to everything that a discriminator is shown, real or fake, in every turn: any value with
//   template <class T> Tensor<T> operator()(const Tensor<T>& x, Pass& pass) const;
// differentiable in x, since the generator learns through it, and random by pass.rng alone. It may also have
//   template <class T> void observe(const Tensor<T>& logits, Pass& pass);    called with D's logits of real examples
//   template <class V> void visit(V& v);                                     names its state, for checkpoints
#pragma once

#include <memory>

#include "gan/nn/module.hpp"

namespace gan {

/// Holds an augmentation of any type. Copies share its state.
class Augmentation {
 public:
  /// None: everything is shown as it is.
  Augmentation() = default;
  template <class A>
  requires std::is_invocable_v<const A&, const Tensor<float>&, Pass&> Augmentation(A augmentation)
      : own_(std::make_shared<Of<A>>(std::move(augmentation))) {}

  explicit operator bool() const { return own_ != nullptr; }
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& pass) const {
    return own_ ? own_->apply(x, pass) : x;
  }
  template <class T>
  void observe(const Tensor<T>& logits, Pass& pass) const {
    if (own_) own_->observe(detach(logits), pass);
  }
  template <class T>
  void visit(BasicVisitor<T>& v) {
    if (own_) own_->visit(v);
  }
  /// The same with a state of its own.
  Augmentation clone() const {
    Augmentation copy;
    if (own_) copy.own_ = own_->clone();
    return copy;
  }

 private:
  struct Any {
    virtual ~Any() = default;
    virtual Tensor<float> apply(const Tensor<float>& x, Pass& pass) const = 0;
    virtual Tensor<double> apply(const Tensor<double>& x, Pass& pass) const = 0;
    virtual void observe(const Tensor<float>& logits, Pass& pass) = 0;
    virtual void observe(const Tensor<double>& logits, Pass& pass) = 0;
    virtual void visit(BasicVisitor<float>& v) = 0;
    virtual void visit(BasicVisitor<double>& v) = 0;
    virtual std::shared_ptr<Any> clone() const = 0;
  };
  template <class A>
  struct Of final : Any {
    A own;

    explicit Of(A a) : own(std::move(a)) {}
    Tensor<float> apply(const Tensor<float>& x, Pass& pass) const override { return own(x, pass); }
    Tensor<double> apply(const Tensor<double>& x, Pass& pass) const override { return own(x, pass); }
    void observe(const Tensor<float>& logits, Pass& pass) override { see(logits, pass); }
    void observe(const Tensor<double>& logits, Pass& pass) override { see(logits, pass); }
    void visit(BasicVisitor<float>& v) override { name(v); }
    void visit(BasicVisitor<double>& v) override { name(v); }
    std::shared_ptr<Any> clone() const override { return std::make_shared<Of>(own); }

   private:
    template <class T>
    void see([[maybe_unused]] const Tensor<T>& logits, [[maybe_unused]] Pass& pass) {
      if constexpr (requires { own.observe(logits, pass); }) own.observe(logits, pass);
    }
    template <class V>
    void name([[maybe_unused]] V& v) {
      if constexpr (requires { own.visit(v); }) own.visit(v);
    }
  };
  std::shared_ptr<Any> own_;
};

}  // namespace gan
