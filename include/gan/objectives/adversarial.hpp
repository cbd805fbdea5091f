// The objectives of Goodfellow et al. 2014, on logits.
#pragma once

#include "gan/objectives/objective.hpp"
#include "gan/ops/elementwise.hpp"

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

/// Least squares (Mao et al. 2017, equation 2): d: 1/2 mean (D(x) - b)^2 + 1/2 mean (D(G(z)) - a)^2;
/// g: 1/2 mean (D(G(z)) - c)^2. With b - c = 1 and b - a = 2 it minimises Pearson's chi-squared divergence.
struct LeastSquares {
  double fake_label = 0, real_label = 1, wanted_label = 1;  ///< a, b and c
  template <class T>
  Tensor<T> d(const Tensor<T>& real, const Tensor<T>& fake) const {
    return 0.5 * mean(square(real - real_label)) + 0.5 * mean(square(fake - fake_label));
  }
  template <class T>
  Tensor<T> g(const Tensor<T>& fake) const {
    return 0.5 * mean(square(fake - wanted_label));
  }
};

}  // namespace gan
