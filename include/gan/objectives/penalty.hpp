// Penalties on the gradient of a discriminator with respect to its input. They are ordinary code, since gradients are
// themselves differentiable.
//
// A penalty is called as penalty(discriminator, real, fake, pass) in D's turn and returns what is added to D's loss, or
// an undefined tensor for nothing. It makes passes of its own. Those that only need the gradient at the very examples
// that D has scored for the objective, R1 and R2, have a second form, penalty(discriminator, shown, pass), which spares
// these passes: see BasicShown.
#pragma once

#include "gan/grad/grad.hpp"
#include "gan/nn/pass.hpp"
#include "gan/objectives/objective.hpp"
#include "gan/ops/activation.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/ops/random.hpp"
#include "gan/ops/shape.hpp"
#include "gan/optim/schedule.hpp"

namespace gan {

/// What D was shown in its turn, as leaves, and its logits for them, with their history: the scores of the objective.
/// While it scored, Pass::per_example had to be what the penalty's per_example() says.
template <class T>
struct BasicShown {
  Tensor<T> real, real_logits, fake, fake_logits;
};

/// The gradient of the sum of logits with respect to x, a leaf that they were computed from; itself differentiable.
template <class T>
Tensor<T> gradient_at(const Tensor<T>& x, const Tensor<T>& logits) {
  return grad(sum(logits), {x}, true)[0];
}

/// The gradient of the sum of discriminator(x) with respect to x, itself differentiable. Running statistics do not
/// change. Throws ValueError where a BatchNorm uses the statistics of the batch, unless it is allowed: then the scores
/// of other examples depend on x, too, and the result is not the gradient of each example's own score.
template <class T, class Discriminator>
Tensor<T> input_gradient(Discriminator& discriminator, const Tensor<T>& x, Pass pass, bool allow_batch_norm = false) {
  pass.update_stats = false;
  pass.per_example = !allow_batch_norm;
  const Tensor<T> input = leaf(detach(x));
  return gradient_at(input, discriminator(input, pass));
}

/// Sum of squares of each row: (N, …) → (N).
template <class T>
Tensor<T> squared_norms(const Tensor<T>& x) {
  return sum(square(flatten(x)), {1});
}
/// The norm of each row, (N, …) → (N), with a derivative at 0, where it is 1e-6.
template <class T>
Tensor<T> row_norms(const Tensor<T>& x) {
  return sqrt(squared_norms(x) + 1e-12);
}

namespace detail {
/// For asking what a penalty can be called with.
struct AnyDiscriminator {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& pass) const;
};
/// Whether a penalty has the form that shares D's scores with the objective.
template <class T, class Penalty>
concept SharesScores = requires(const Penalty& penalty, AnyDiscriminator& D, const BasicShown<T>& shown, Pass& pass) {
  penalty(D, shown, pass);
};
}  // namespace detail

/// The penalty in whichever form it has. The discriminator takes (x, pass) and returns logits.
template <class T, class Penalty, class Discriminator>
Tensor<T> penalize(const Penalty& penalty, Discriminator& discriminator, const BasicShown<T>& shown, Pass& pass) {
  if constexpr (detail::SharesScores<T, Penalty>)
    return penalty(discriminator, shown, pass);
  else
    return penalty(discriminator, shown.real, shown.fake, pass);
}

/// No penalty.
struct NoPenalty {
  template <class T, class Discriminator>
  Tensor<T> operator()(Discriminator&, const Tensor<T>&, const Tensor<T>&, Pass&) const {
    return {};
  }
};

/// lambda mean (|grad D(x̂)| - 1)^2 at random points x̂ = e x + (1 - e) G(z), one e in [0, 1) per example (Gulrajani et
/// al. 2017, algorithm 1); `one_sided` takes only norms above 1: lambda mean max(0, |grad D(x̂)| - 1)^2 (section 4 and
/// appendix A). The norm is over all values of an example. Real and fake batches must have one shape.
struct GradientPenalty {
  Schedule lambda = 10;
  bool one_sided = false;
  bool allow_batch_norm = false;  ///< see input_gradient
  template <class T, class Critic>
  Tensor<T> operator()(Critic& critic, const Tensor<T>& real, const Tensor<T>& fake, Pass& pass) const {
    return at(critic, real, fake, rand<T>(detail::one_per_row(real.shape()), pass.rng, 0, 1, real.device()), pass);
  }
  /// The same with a given e (N, 1, …).
  template <class T, class Critic>
  Tensor<T> at(Critic& critic, const Tensor<T>& real, const Tensor<T>& fake, const Tensor<T>& e, Pass& pass) const {
    GAN_CHECK_SHAPE(real.shape() == fake.shape(), "GradientPenalty", "each real example needs a fake one", real.shape(),
                    fake.shape());
    const Tensor<T> between = e * detach(real) + (1.0 - e) * detach(fake);
    const Tensor<T> above = row_norms(input_gradient(critic, between, pass, allow_batch_norm)) - 1.0;
    return lambda.at(pass) * mean(square(one_sided ? relu(above) : above));
  }
};

/// gamma / 2 mean |grad D(x)|^2 at real x (Mescheder et al. 2018, equation 9; their program leaves out the 1/2, so that
/// its reg_param of 10 is a gamma of 20).
struct R1 {
  Schedule gamma = 10;
  bool allow_batch_norm = false;  ///< see input_gradient
  template <class T, class Discriminator>
  Tensor<T> operator()(Discriminator& discriminator, const Tensor<T>& real, const Tensor<T>&, Pass& pass) const {
    return of(input_gradient(discriminator, real, pass, allow_batch_norm), pass);
  }
  template <class T, class Discriminator>
  Tensor<T> operator()(Discriminator&, const BasicShown<T>& shown, Pass& pass) const {
    return of(gradient_at(shown.real, shown.real_logits), pass);
  }
  bool per_example() const { return !allow_batch_norm; }
  /// The penalty for a gradient of D.
  template <class T>
  Tensor<T> of(const Tensor<T>& gradient, const Pass& pass) const {
    return (gamma.at(pass) / 2) * mean(squared_norms(gradient));
  }
};

/// R1 at the fakes: gamma / 2 mean |grad D(G(z))|^2 (Mescheder et al. 2018, equation 10). R1{g} + R2{g} is the penalty
/// of R3GAN (Huang et al. 2024; objectives/penalties.hpp).
struct R2 {
  Schedule gamma = 10;
  bool allow_batch_norm = false;  ///< see input_gradient
  template <class T, class Discriminator>
  Tensor<T> operator()(Discriminator& discriminator, const Tensor<T>&, const Tensor<T>& fake, Pass& pass) const {
    return R1{gamma, allow_batch_norm}(discriminator, fake, fake, pass);
  }
  template <class T, class Discriminator>
  Tensor<T> operator()(Discriminator&, const BasicShown<T>& shown, Pass& pass) const {
    return R1{gamma}.of(gradient_at(shown.fake, shown.fake_logits), pass);
  }
  bool per_example() const { return !allow_batch_norm; }
};

}  // namespace gan
