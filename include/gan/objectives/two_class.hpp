// Discriminators with two outputs.
#pragma once

#include "gan/objectives/adversarial.hpp"

namespace gan {

/// For a D with a softmax over two classes, logits (N, 2), column 0 "fake" and column 1 "real": `objective` of the
/// difference real - fake, whose sigmoid is the softmax's probability of "real". With NonSaturating it is the
/// cross-entropy of the two classes. Penalties on the gradient of D take the sum of its outputs, so they are for a D
/// with one. Throws ShapeError for other logits.
template <class Objective = NonSaturating>
struct TwoClass {
  Objective objective = {};

  template <class T>
  Tensor<T> d(const BasicScores<T>& real, const BasicScores<T>& fake, Pass& pass) const {
    return discriminator_loss(objective, one(real), one(fake), pass);
  }
  template <class T>
  requires(!detail::wants_real<T, Objective>) Tensor<T> g(const BasicScores<T>& fake)
  const {
    return generator_loss(objective, one(fake), [&fake] { return one(fake); });
  }
  template <class T>
  requires(detail::wants_real<T, Objective>) Tensor<T> g(const BasicScores<T>& real, const BasicScores<T>& fake)
  const {
    return generator_loss(objective, one(fake), [&real] { return one(real); });
  }
  template <class V>
  requires detail::Visits<Objective, V>
  void visit(V& v) { v("objective", objective); }

 private:
  /// The same scores with logits (N, 1).
  template <class T>
  static BasicScores<T> one(BasicScores<T> scores) {
    const Tensor<T>& two = scores.logits;
    GAN_CHECK_SHAPE(two.rank() == 2 && two.shape(1) == 2, "TwoClass", "logits (N, 2) are needed", two.shape());
    scores.logits = slice(two, 1, 1, 2) - slice(two, 1, 0, 1);
    return scores;
  }
};

}  // namespace gan
