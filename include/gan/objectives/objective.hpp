// An objective consists of two short formulas: d(real, fake), which the discriminator minimises, and g(fake) or, if it
// depends on the real scores too, g(real, fake), which the generator minimises. They take tensors of logits, so that
// calls need no template arguments:
//   objective.d(D(x, p), D(G(z, p), p))
// or, in programs that do not need double, Scores.
#pragma once

#include "gan/ops/loss.hpp"

namespace gan {

/// The output of a discriminator for a batch.
template <class T>
struct BasicScores {
  Tensor<T> logits;  ///< before any sigmoid

  BasicScores(Tensor<T> discriminator_output) : logits(std::move(discriminator_output)) {}
};
using Scores = BasicScores<float>;

namespace detail {
template <class T, class Objective>
constexpr bool wants_real = requires(const Objective& o, const Tensor<T>& x) {
  o.g(x, x);
}
|| requires(const Objective& o, const BasicScores<T>& x) { o.g(x, x); };
}  // namespace detail

/// objective.d of logits (N, 1), whether it takes Tensor<T> or BasicScores<T>.
template <class T, class Objective>
Tensor<T> discriminator_loss(const Objective& objective, const Tensor<T>& real, const Tensor<T>& fake) {
  if constexpr (requires { objective.d(real, fake); })
    return objective.d(real, fake);
  else
    return objective.d(BasicScores<T>(real), BasicScores<T>(fake));
}

/// objective.g of the logits of the fakes: g(real, fake) if the objective has it, with the logits returned by real();
/// otherwise g(fake).
template <class T, class Objective, class Real>
Tensor<T> generator_loss(const Objective& objective, const Tensor<T>& fake, Real&& real) {
  if constexpr (detail::wants_real<T, Objective>) {
    const Tensor<T> on_real = real();
    if constexpr (requires { objective.g(on_real, fake); })
      return objective.g(on_real, fake);
    else
      return objective.g(BasicScores<T>(on_real), BasicScores<T>(fake));
  } else if constexpr (requires { objective.g(fake); }) {
    return objective.g(fake);
  } else {
    return objective.g(BasicScores<T>(fake));
  }
}

}  // namespace gan
