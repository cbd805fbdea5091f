// Balanced consistency regularisation.
#pragma once

#include "gan/objectives/penalty.hpp"

namespace gan {

/// of_real mean (D(x) - D(a(x)))^2 + of_fake mean (D(G(z)) - D(a(G(z))))^2, on logits, for an augmentation a (Zhao et
/// al. 2021, "Improved consistency regularization", algorithm 1: bCR; of_fake = 0 is CR of Zhang et al. 2020). D learns
/// from both sides of each difference. a(x, pass) gives examples of the shape of x; it is not shown to the objective,
/// unlike AdversarialOptions::augment. Running statistics do not change in the passes of augmented examples.
template <class Augmentation>
struct Consistency {
  Augmentation augment = {};
  Schedule of_real = 10, of_fake = 10;

  template <class T, class Discriminator>
  Tensor<T> operator()(Discriminator& discriminator, const Tensor<T>& real, const Tensor<T>& fake, Pass& pass) const {
    const Tensor<T> x = detach(real), made = detach(fake);
    return (*this)(discriminator,
                   BasicShown<T>{x, quietly(discriminator, x, pass), made, quietly(discriminator, made, pass)}, pass);
  }
  template <class T, class Discriminator>
  Tensor<T> operator()(Discriminator& discriminator, const BasicShown<T>& shown, Pass& pass) const {
    const auto difference = [&](const Tensor<T>& x, const Tensor<T>& logits) {
      return mse(logits, quietly(discriminator, augment(detach(x), pass), pass));
    };
    const Tensor<T> of_reals = of_real.at(pass) * difference(shown.real, shown.real_logits);
    return of_reals + of_fake.at(pass) * difference(shown.fake, shown.fake_logits);
  }
  bool per_example() const { return false; }
  template <class V>
  requires detail::Visits<Augmentation, V>
  void visit(V& v) { v("augment", augment); }

 private:
  template <class T, class Discriminator>
  static Tensor<T> quietly(Discriminator& discriminator, const Tensor<T>& x, Pass& pass) {
    Pass own = pass;
    own.update_stats = false;
    const Tensor<T> logits = discriminator(x, own);
    pass.rng = own.rng;
    return logits;
  }
};
template <class Augmentation>
Consistency(Augmentation) -> Consistency<Augmentation>;

}  // namespace gan
