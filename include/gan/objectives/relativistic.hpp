// Relativistic objectives: D judges how much more real an example is than one of the other kind.
#pragma once

#include "gan/objectives/objective.hpp"
#include "gan/ops/activation.hpp"
#include "gan/ops/elementwise.hpp"

namespace gan {

/// What a Relativistic objective does with a difference of scores that should be large.
enum class RelativisticLoss {
  standard,       ///< f(y) = softplus(-y)
  least_squares,  ///< f(y) = (y - 1)^2
  hinge,          ///< f(y) = max(0, 1 - y)
};
/// What an example is compared with.
enum class RelativisticTo {
  pair,     ///< the example of the other kind in the same row of the batch
  average,  ///< the mean score of the batch of the other kind
};

/// Relativistic objectives (Jolicoeur-Martineau 2018, section 4), with f and the comparison as named above:
///   pair:    d: mean f(D(x_i) - D(G(z_i)));
///   average: d: mean f(D(x) - mean D(G(z))) + mean f(mean D(x) - D(G(z)));
/// g is d with real and fake exchanged. The default is the pairing objective of R3GAN (Huang et al. 2024, equation 4),
/// which is log 2 where all logits are equal. The author's own program halves those against the average:
/// AdversarialOptions::discriminator_scale does so for D. Throws ShapeError for unequal batches of a pair.
struct Relativistic {
  RelativisticLoss loss = RelativisticLoss::standard;
  RelativisticTo to = RelativisticTo::pair;

  template <class T>
  Tensor<T> d(const Tensor<T>& real, const Tensor<T>& fake) const {
    if (to == RelativisticTo::average) return mean(f(real - mean(fake))) + mean(f(mean(real) - fake));
    GAN_CHECK_SHAPE(real.shape() == fake.shape(), "Relativistic", "each real example needs a fake one", real.shape(),
                    fake.shape());
    return mean(f(real - fake));
  }
  template <class T>
  Tensor<T> g(const Tensor<T>& real, const Tensor<T>& fake) const {
    return d(fake, real);
  }

 private:
  template <class T>
  Tensor<T> f(const Tensor<T>& y) const {
    switch (loss) {
      case RelativisticLoss::least_squares:
        return square(y - 1.0);
      case RelativisticLoss::hinge:
        return relu(1.0 - y);
      case RelativisticLoss::standard:
        break;
    }
    return softplus(-y);
  }
};

}  // namespace gan
