// Feature matching.
#pragma once

#include "gan/objectives/adversarial.hpp"

namespace gan {

/// Feature matching (Salimans et al. 2016, section 3.1): g: the mean over features of the squared difference, or the
/// absolute one, between the means over real and over fake examples of D's features, which the scores must hold. The
/// mean over the batch comes first: distances of single examples would be something else. d is that of `objective`. The
/// features of reals are targets, without history. The authors' programs take the squares for MNIST and the absolute
/// values for CIFAR-10 and SVHN. Throws ValueError for scores without features, ShapeError for features that differ in
/// size.
template <class Objective = NonSaturating>
struct FeatureMatching {
  Objective objective = {};
  bool absolute = false;

  template <class T>
  Tensor<T> d(const BasicScores<T>& real, const BasicScores<T>& fake, Pass& pass) const {
    return discriminator_loss(objective, real, fake, pass);
  }
  template <class T>
  Tensor<T> g(const BasicScores<T>& real, const BasicScores<T>& fake) const {
    if (!real.features.defined() || !fake.features.defined())
      throw ValueError("[FeatureMatching] scores with features are needed");
    const Tensor<T> target = mean(flatten(detach(real.features)), {0}), own = mean(flatten(fake.features), {0});
    return absolute ? l1(own, target) : mse(own, target);
  }
  template <class V>
  requires detail::Visits<Objective, V>
  void visit(V& v) { v("objective", objective); }
};

}  // namespace gan
