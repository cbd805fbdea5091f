// Penalties on the gradient of a discriminator with respect to its input. They are ordinary code, since gradients are
// themselves differentiable.
#pragma once

#include "gan/grad/grad.hpp"
#include "gan/nn/pass.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/ops/random.hpp"
#include "gan/ops/shape.hpp"

namespace gan {

/// The gradient of the sum of discriminator(x) with respect to x, itself differentiable. Running statistics do not
/// change.
template <class T, class Discriminator>
Tensor<T> input_gradient(Discriminator& discriminator, const Tensor<T>& x, Pass pass) {
  pass.update_stats = false;
  const Tensor<T> input = leaf(detach(x));
  return grad(sum(discriminator(input, pass)), {input}, true)[0];
}

/// Sum of squares of each row: (N, …) → (N).
template <class T>
Tensor<T> squared_norms(const Tensor<T>& x) {
  return sum(square(flatten(x)), {1});
}

/// No penalty.
struct NoPenalty {
  template <class T, class Discriminator>
  Tensor<T> operator()(Discriminator&, const Tensor<T>&, const Tensor<T>&, Pass&) const {
    return {};
  }
};

/// lambda mean (|grad D(x̂)| - 1)^2 at random points x̂ = e x + (1 - e) G(z), one e in [0, 1) per example (Gulrajani et
/// al. 2017, algorithm 1).
struct GradientPenalty {
  double lambda = 10;
  template <class T, class Critic>
  Tensor<T> operator()(Critic& critic, const Tensor<T>& real, const Tensor<T>& fake, Pass& pass) const {
    Shape each = real.shape();
    for (int i = 1; i < each.rank(); ++i) each = each.with(i, 1);
    return at(critic, real, fake, rand<T>(each, pass.rng, 0, 1, real.device()), pass);
  }
  /// The same with a given e (N, 1, …).
  template <class T, class Critic>
  Tensor<T> at(Critic& critic, const Tensor<T>& real, const Tensor<T>& fake, const Tensor<T>& e, Pass& pass) const {
    const Tensor<T> between = e * detach(real) + (1.0 - e) * detach(fake);
    const Tensor<T> norms = sqrt(squared_norms(input_gradient(critic, between, pass)) + 1e-12);
    return lambda * mean(square(norms - 1.0));
  }
};

/// gamma / 2 mean |grad D(x)|^2 at real x (Mescheder et al. 2018).
struct R1 {
  double gamma = 10;
  template <class T, class Discriminator>
  Tensor<T> operator()(Discriminator& discriminator, const Tensor<T>& real, const Tensor<T>&, Pass& pass) const {
    return (gamma / 2) * mean(squared_norms(input_gradient(discriminator, real, pass)));
  }
};

}  // namespace gan
