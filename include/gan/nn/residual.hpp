// A way around other modules.
#pragma once

#include "gan/nn/activation.hpp"
#include "gan/nn/sequential.hpp"

namespace gan {

template <class T>
struct ResidualOptions {
  BasicSequential<T> shortcut = {};  ///< what x passes on its way around; empty: nothing
  FusedActivation activation = {};   ///< of the sum
};

/// x → activation(shortcut(x) + body(x)) (He et al. 2016), for any module as body: Residual(Sequential{…}),
/// Residual(Sequential{…}, {.shortcut = Sequential{Conv2D(…)}, .activation = ReLU{}}). Names are "body.…" and
/// "shortcut.0.…". Throws ShapeError when the two ways end in different shapes.
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
  /// Of an image only: two ways of flat features would have to agree on their order.
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
