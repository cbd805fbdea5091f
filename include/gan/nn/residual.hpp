// Residual connections.
#pragma once

#include "gan/nn/activation.hpp"
#include "gan/nn/sequential.hpp"

namespace gan {

template <class T>
struct ResidualOptions {
  BasicSequential<T> shortcut = {};  ///< the layers on the shortcut; empty: the identity
  FusedActivation activation = {};   ///< of the sum
};

/// x → activation(shortcut(x) + body(x)) (He et al. 2016), with any module as body: Residual(Sequential{…}),
/// Residual(Sequential{…}, {.shortcut = Sequential{Conv2D(…)}, .activation = ReLU{}}). Parameters are named "body.…"
/// and "shortcut.0.…". Throws ShapeError when the two branches produce different shapes.
template <class T>
class BasicResidual {
 public:
  template <class M>
  explicit BasicResidual(M body, ResidualOptions<T> o = {})
      : body_(std::move(body)), shortcut_(std::move(o.shortcut)), activation_(o.activation) {}
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("body", body_);
    v("shortcut", shortcut_);
  }
  /// Only for images: with flat features, the two branches would have to agree on their order.
  void propagate_layout(ChannelLayout<T>& layout) {
    layout = {.channels = layout.channels, .flattened = 0, .producers = {}};
    ChannelLayout<T> around = layout;
    shortcut_.propagate_layout(around);
    body_.propagate_layout(layout);
  }

 private:
  detail::AnyModule<T> body_;
  BasicSequential<T> shortcut_;
  FusedActivation activation_;
};
using Residual = BasicResidual<float>;

extern template class BasicResidual<float>;
extern template class BasicResidual<double>;

}  // namespace gan
