// The objectives of Goodfellow et al. 2014, on logits.
#pragma once

#include "gan/objectives/objective.hpp"
#include "gan/ops/elementwise.hpp"

namespace gan {

/// d: -log D(x) - log(1 - D(G(z))); g: -log D(G(z)) (section 3, last paragraph: stronger gradients early on). Targets
/// other than 1, 0 and 1 smooth the labels; one-sided label smoothing is .real_label = 0.9, with G's target left at 1
/// or, as in the authors' ImageNet program, at half of the label of the reals, which is what D answers at the
/// equilibrium (Salimans et al. 2016, section 3.4). A fake_label above 0 makes D reinforce what G already does.
struct NonSaturating {
  double real_label = 1, fake_label = 0;  ///< D's targets, in [0, 1]
  double wanted_label = 1;                ///< G's target for fakes, in [0, 1]
  template <class T>
  Tensor<T> d(const Tensor<T>& real, const Tensor<T>& fake) const {
    return bce_with_logits(real, real_label) + bce_with_logits(fake, fake_label);
  }
  template <class T>
  Tensor<T> g(const Tensor<T>& fake) const {
    return bce_with_logits(fake, wanted_label);
  }
};

/// The minimax game as stated (equation 1): D's loss is that of NonSaturating, and G minimises the negative of its part
/// that depends on G, log(1 - D(G(z))). That saturates, since its gradient is D(G(z)), near 0 early on.
struct Saturating {
  double real_label = 1, fake_label = 0;  ///< as in NonSaturating
  template <class T>
  Tensor<T> d(const Tensor<T>& real, const Tensor<T>& fake) const {
    return NonSaturating{.real_label = real_label, .fake_label = fake_label}.d(real, fake);
  }
  template <class T>
  Tensor<T> g(const Tensor<T>& fake) const {
    return -bce_with_logits(fake, fake_label);
  }
};

/// Least squares (Mao et al. 2017, equation 2): d: 1/2 mean (D(x) - b)^2 + 1/2 mean (D(G(z)) - a)^2;
/// g: 1/2 mean (D(G(z)) - c)^2. With b - c = 1 and b - a = 2 it minimises Pearson's chi-squared divergence. With .scale
/// = 1 it is the mean squared error, as in CycleGAN's program.
struct LeastSquares {
  double fake_label = 0, real_label = 1, wanted_label = 1;  ///< a, b and c
  double scale = 0.5;                                       ///< of each term
  template <class T>
  Tensor<T> d(const Tensor<T>& real, const Tensor<T>& fake) const {
    return scale * mean(square(real - real_label)) + scale * mean(square(fake - fake_label));
  }
  template <class T>
  Tensor<T> g(const Tensor<T>& fake) const {
    return scale * mean(square(fake - wanted_label));
  }
};

}  // namespace gan
