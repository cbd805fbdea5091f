// LeCam regularisation, for little data.
#pragma once

#include "gan/nn/module.hpp"
#include "gan/objectives/adversarial.hpp"
#include "gan/optim/schedule.hpp"

namespace gan {

/// LeCam regularisation (Tseng et al. 2021, equation 6, as the authors' program has it): to `objective`,
/// strength (mean max(0, D(x) - f)^2 + mean max(0, r - D(G(z)))^2) is added in D's turn, where r and f are running
/// means of D's logits of reals and of fakes, kept as state. (The paper's equation has no max.) Each of D's turns,
/// where the pass updates statistics, first moves r and f towards the means of its logits; in the first `start` turns,
/// at least one, they are those means, and nothing is added. r and f change on the logits' device, without the host.
/// The defaults are the program's for CIFAR-10; it raises the strength for less data. g is that of `objective`.
template <class Objective = NonSaturating, class T = float>
struct LeCam {
  Objective objective = {};
  Schedule strength = 0.3;
  double decay = 0.99;  ///< of the running means
  i64 start = 1000;     ///< turns of D
  mutable Param<T> real_mean{Shape{}, Param<T>::Kind::buffer, initializer::constant(0)};
  mutable Param<T> fake_mean{Shape{}, Param<T>::Kind::buffer, initializer::constant(0)};
  mutable Param<T> turns{Shape{}, Param<T>::Kind::buffer, initializer::constant(0)};  ///< counted up to `start`

  Tensor<T> d(const BasicScores<T>& real, const BasicScores<T>& fake, Pass& pass) const {
    const Device device = real.logits.device();
    for (Param<T>* p : {&real_mean, &fake_mean, &turns}) p->move_to(device);
    const Tensor<T> adversarial = discriminator_loss(objective, real, fake, pass);
    const double first = static_cast<double>(start > 1 ? start : 1);
    Tensor<T> on, r, f;  // copies, since the state changes; `on` is 0 or 1
    {
      NoGrad constant;
      on = clamp(turns.tensor() - (first - 1), 0, 1);
      r = affine(real_mean.tensor(), 1, 0);
      f = affine(fake_mean.tensor(), 1, 0);
      if (pass.update_stats) {
        const Tensor<T> keep = decay * on;
        r = keep * r + (1.0 - keep) * mean(real.logits);
        f = keep * f + (1.0 - keep) * mean(fake.logits);
        real_mean.set(r);
        fake_mean.set(f);
        turns.set(clamp(turns.tensor() + 1.0, 0, first));
      }
    }
    const Tensor<T> distance = mean(square(relu(real.logits - f))) + mean(square(relu(r - fake.logits)));
    return adversarial + strength.at(pass) * on * distance;
  }
  Tensor<T> g(const BasicScores<T>& fake) const requires(!detail::wants_real<T, Objective>) {
    return generator_loss(objective, fake, [&fake] { return fake; });
  }
  Tensor<T> g(const BasicScores<T>& real, const BasicScores<T>& fake) const requires(detail::wants_real<T, Objective>) {
    return generator_loss(objective, fake, [&real] { return real; });
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    if constexpr (detail::Visits<Objective, V>) v("objective", objective);
    v("real_mean", real_mean);
    v("fake_mean", fake_mean);
    v("turns", turns);
  }
};

}  // namespace gan
