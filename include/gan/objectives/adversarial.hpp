// The objectives of Goodfellow et al. 2014, on logits.
#pragma once

#include "gan/objectives/objective.hpp"

namespace gan {

/// d: -log D(x) - log(1 - D(G(z))); g: -log D(G(z)) (section 3, last paragraph: stronger gradients early on).
struct NonSaturating {
  template <class T>
  Tensor<T> d(const BasicScores<T>& real, const BasicScores<T>& fake) const {
    return bce_with_logits(real.logits, 1.0) + bce_with_logits(fake.logits, 0.0);
  }
  template <class T>
  Tensor<T> g(const BasicScores<T>& fake) const {
    return bce_with_logits(fake.logits, 1.0);
  }
};

/// The minimax game itself (equation 1): g minimises log(1 - D(G(z))).
struct Saturating {
  template <class T>
  Tensor<T> d(const BasicScores<T>& real, const BasicScores<T>& fake) const {
    return NonSaturating{}.d(real, fake);
  }
  template <class T>
  Tensor<T> g(const BasicScores<T>& fake) const {
    return -bce_with_logits(fake.logits, 0.0);
  }
};

}  // namespace gan
