// A sequence of modules, held by value.
#pragma once

#include "gan/nn/channel_layout.hpp"
#include "gan/nn/module.hpp"

namespace gan {

namespace detail {
/// A type-erased module, held by value.
template <class T>
class AnyModule {
 public:
  template <class M>
  explicit AnyModule(M module) : module_(std::make_unique<Holder<M>>(std::move(module))) {}
  AnyModule(const AnyModule& other) : module_(other.module_->clone()) {}
  AnyModule(AnyModule&&) noexcept = default;
  /// In place for a module of the same type, so that handles to its parameters stay valid.
  AnyModule& operator=(const AnyModule& other) {
    if (!module_ || !module_->assign(*other.module_)) module_ = other.module_->clone();
    return *this;
  }
  AnyModule& operator=(AnyModule&&) noexcept = default;
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const { return module_->forward(x, p); }
  void visit(BasicVisitor<T>& v) { module_->visit(v); }
  void propagate_layout(ChannelLayout<T>& f) { module_->propagate_layout(f); }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual Tensor<T> forward(const Tensor<T>& x, Pass& p) = 0;
    virtual void visit(BasicVisitor<T>& v) = 0;
    virtual void propagate_layout(ChannelLayout<T>& f) = 0;
    virtual std::unique_ptr<Base> clone() const = 0;
    virtual bool assign(const Base& other) = 0;  // false for a module of another type
  };
  template <class M>
  struct Holder final : Base {
    M module;
    explicit Holder(M m) : module(std::move(m)) {}
    Tensor<T> forward(const Tensor<T>& x, Pass& p) override { return module(x, p); }
    void visit([[maybe_unused]] BasicVisitor<T>& v) override {
      if constexpr (requires { module.visit(v); }) module.visit(v);
    }
    void propagate_layout(ChannelLayout<T>& f) override {
      if constexpr (requires { module.propagate_layout(f); })
        this->module.propagate_layout(f);  // nvcc mistakes `module` at the start of a line for C++20's keyword
      else if constexpr (requires(BasicVisitor<T>& v) { module.visit(v); })
        f = {};
    }
    std::unique_ptr<Base> clone() const override { return std::make_unique<Holder>(module); }
    bool assign([[maybe_unused]] const Base& other) override {
      if constexpr (std::is_copy_assignable_v<M>) {
        const auto* const same = dynamic_cast<const Holder*>(&other);
        if (same) this->module = same->module;
        return same != nullptr;
      }
      return false;
    }
  };
  std::unique_ptr<Base> module_;
};
}  // namespace detail

/// Sequential{Dense(2, 64), LeakyReLU{0.2}, Dense(64, 1)}: the output of each module is the input of the next.
/// Parameters are named by position: "0.weight". Files order the features of a Dense after a Flatten, or before a
/// Reshape to an image, as PyTorch does.
template <class T>
class BasicSequential {
 public:
  BasicSequential() = default;
  template <class... Ms>
  requires(sizeof...(Ms) > 1 ||
           (!std::same_as<std::remove_cvref_t<Ms>, BasicSequential> && ...)) explicit BasicSequential(Ms... modules) {
    layers_.reserve(sizeof...(Ms));
    (layers_.emplace_back(std::move(modules)), ...);
    ChannelLayout<T> layout;
    propagate_layout(layout);
  }
  /// Appends a module.
  template <class M>
  BasicSequential& add(M module) {
    layers_.emplace_back(std::move(module));
    ChannelLayout<T> layout;
    propagate_layout(layout);
    return *this;
  }
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const { return range(x, p, 0, layers_.size()); }
  /// Applies only layers first, …, last - 1, counted from 0: for intermediate features, or to go on from them. Throws
  /// ValueError unless first <= last <= size().
  Tensor<T> range(const Tensor<T>& x, Pass& p, std::size_t first, std::size_t last) const {
    if (first > last || last > layers_.size())
      throw ValueError("[Sequential] layers " + std::to_string(first) + " to " + std::to_string(last) + " of " +
                       std::to_string(layers_.size()));
    Tensor<T> y = x;
    for (std::size_t i = first; i < last; ++i) y = layers_[i](y, p);
    return y;
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    for (std::size_t i = 0; i < layers_.size(); ++i) v(std::to_string(i), layers_[i]);
  }
  std::size_t size() const { return layers_.size(); }
  void propagate_layout(ChannelLayout<T>& layout) {
    for (auto& layer : layers_) layer.propagate_layout(layout);
  }

 private:
  std::vector<detail::AnyModule<T>> layers_;
};
using Sequential = BasicSequential<float>;

}  // namespace gan
