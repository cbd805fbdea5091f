// Maxout units.
#pragma once

#include "gan/nn/channel_layout.hpp"
#include "gan/nn/module.hpp"
#include "gan/ops/pool.hpp"

namespace gan {

/// (…, units * pieces) → (…, units): the maximum of every `pieces` consecutive entries. After Dense(in, units * pieces)
/// it forms the maxout units of Goodfellow et al. 2013.
struct Maxout {
  i64 pieces = 2;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("Maxout", maxout(x, pieces), p);
  }
  template <class T>
  void propagate_layout(ChannelLayout<T>& layout) const {
    layout = {.channels = layout.channels / pieces, .flattened = 0, .producers = {}};
  }
};

}  // namespace gan
