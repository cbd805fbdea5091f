// The hinge objective.
#pragma once

#include "gan/objectives/objective.hpp"
#include "gan/ops/activation.hpp"

namespace gan {

/// d: mean max(0, margin - D(x)) + mean max(0, margin + D(G(z))); g: -mean D(G(z)), without a margin (Lim & Ye 2017;
/// Miyato et al. 2018, equations 16 and 17).
struct Hinge {
  double margin = 1;
  template <class T>
  Tensor<T> d(const Tensor<T>& real, const Tensor<T>& fake) const {
    return mean(relu(margin - real)) + mean(relu(margin + fake));
  }
  template <class T>
  Tensor<T> g(const Tensor<T>& fake) const {
    return -mean(fake);
  }
};

}  // namespace gan
