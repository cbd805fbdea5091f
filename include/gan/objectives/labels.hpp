// Objectives with random labels.
#pragma once

#include "gan/objectives/adversarial.hpp"
#include "gan/ops/random.hpp"

namespace gan {

/// NonSaturating with noisy labels in D's turn: each example has a target of its own, uniform in a range, and with
/// probability `flip` that of the other kind (Chintala et al. 2016, "How to train a GAN?", items 6). They propose 0.7
/// to 1.2 for reals; a target above 1 leaves D's loss without a minimum, so here ranges must lie within [0, 1]. g is
/// that of NonSaturating. Throws ValueError for a range or a probability outside [0, 1].
struct NoisyLabels {
  double real_low = 0.7, real_high = 1;
  double fake_low = 0, fake_high = 0.3;
  double flip = 0.05;  ///< the probability that an example has a label of the other kind

  template <class T>
  Tensor<T> d(const Tensor<T>& real, const Tensor<T>& fake, Pass& pass) const {
    const auto ordered = [](double low, double high) { return 0 <= low && low <= high && high <= 1; };
    if (!ordered(real_low, real_high) || !ordered(fake_low, fake_high) || !ordered(0, flip))
      throw ValueError("[NoisyLabels] labels and the probability of a flip must lie in [0, 1], the lower end first");
    return bce_with_logits(real, targets(real, real_low, real_high, fake_low, fake_high, pass.rng)) +
           bce_with_logits(fake, targets(fake, fake_low, fake_high, real_low, real_high, pass.rng));
  }
  template <class T>
  Tensor<T> g(const Tensor<T>& fake) const {
    return NonSaturating{}.g(fake);
  }

 private:
  /// One for each example, of the logits' shape: uniform in [low, high], or, if flipped, in the other range.
  template <class T>
  Tensor<T> targets(const Tensor<T>& logits, double low, double high, double other_low, double other_high,
                    Rng& rng) const {
    const Shape each = detail::one_per_row(logits.shape());
    const Tensor<T> own = rand<T>(each, rng, low, high, logits.device());
    const Tensor<T> other = rand<T>(each, rng, other_low, other_high, logits.device());
    const Tensor<T> coin = rand<T>(each, rng, 0, 1, logits.device());
    const Tensor<T> flipped = map(coin, functor::Inside{1 - flip, 1}, "NoisyLabels");  // coin < 1
    return broadcast_to(own + flipped * (other - own), logits.shape());
  }
};

}  // namespace gan
