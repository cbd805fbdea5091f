// The objective of Wasserstein GANs.
#pragma once

#include "gan/objectives/objective.hpp"

namespace gan {

/// d: mean D(G(z)) - mean D(x); g: -mean D(G(z)) (Arjovsky et al. 2017, equations 2 and 3). The scores of the critic D
/// are not logits and have no bounds. It must be kept Lipschitz continuous: by GradientPenalty, or by clipping its
/// weights (optim/optimizer_spec.hpp). Then -d estimates the Wasserstein distance, up to the Lipschitz constant.
struct Wasserstein {
  template <class T>
  Tensor<T> d(const Tensor<T>& real, const Tensor<T>& fake) const {
    return mean(fake) - mean(real);
  }
  template <class T>
  Tensor<T> g(const Tensor<T>& fake) const {
    return -mean(fake);
  }
};

}  // namespace gan
