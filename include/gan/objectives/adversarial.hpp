// The objectives of Goodfellow et al. 2014, on logits.
#pragma once

#include "gan/objectives/objective.hpp"

namespace gan {

/// d: -log D(x) - log(1 - D(G(z))); g: -log D(G(z)) (section 3, last paragraph: stronger gradients early on). Labels
/// other than 1 and 0 smooth the targets of D; one-sided label smoothing is .real_label = 0.9 (Salimans et al. 2016,
/// section 3.4).
struct NonSaturating {
  double real_label = 1, fake_label = 0;  ///< in [0, 1]
  template <class T>
  Tensor<T> d(const Tensor<T>& real, const Tensor<T>& fake) const {
    return bce_with_logits(real, real_label) + bce_with_logits(fake, fake_label);
  }
  template <class T>
  Tensor<T> g(const Tensor<T>& fake) const {
    return bce_with_logits(fake, 1.0);
  }
};

/// The minimax game as stated (equation 1): g minimises log(1 - D(G(z))).
struct Saturating {
  double real_label = 1, fake_label = 0;  ///< of d, as in NonSaturating
  template <class T>
  Tensor<T> d(const Tensor<T>& real, const Tensor<T>& fake) const {
    return NonSaturating{real_label, fake_label}.d(real, fake);
  }
  template <class T>
  Tensor<T> g(const Tensor<T>& fake) const {
    return -bce_with_logits(fake, 0.0);
  }
};

}  // namespace gan
