// InfoGAN's objective: an adversarial one that also makes what is generated tell its codes.
#pragma once

#include <cmath>
#include <numbers>

#include "gan/objectives/adversarial.hpp"

namespace gan {

/// InfoGAN (Chen et al. 2016, equations 5 and 6): from both players' losses, lambda times a lower bound of the mutual
/// information between codes and fakes is subtracted, which up to the constant entropy of the codes is
/// E[log Q(codes | fake)]. Q belongs to the discriminator's player, often as a second head. Scores of fakes hold
///   labels (N, 1 + m): the class number of the categorical code (only if classes > 0), then m continuous codes;
///   features (N, classes + m) or (N, classes + 2 m): what Q says, the logits of the classes, the means of the m codes
///   and the logarithms of their variances. Without the latter variances are 1, as in the authors' launcher.
/// Throws ValueError for scores without features or labels, ShapeError for other shapes.
template <class Objective = NonSaturating>
struct MutualInformation {
  i64 classes = 10;                        ///< of the categorical code; 0: there is none
  double categorical = 1, continuous = 1;  ///< lambda, for either kind of codes
  Objective objective = {};

  template <class T>
  Tensor<T> d(const BasicScores<T>& real, const BasicScores<T>& fake, Pass& pass) const {
    return discriminator_loss(objective, real, fake, pass) + unknown(fake);
  }
  template <class T>
  requires(!detail::wants_real<T, Objective>) Tensor<T> g(const BasicScores<T>& fake)
  const {
    return generator_loss(objective, fake, [&fake] { return fake; }) + unknown(fake);
  }
  template <class T>
  requires(detail::wants_real<T, Objective>) Tensor<T> g(const BasicScores<T>& real, const BasicScores<T>& fake)
  const {
    return generator_loss(objective, fake, [&real] { return real; }) + unknown(fake);
  }
  template <class V>
  requires detail::Visits<Objective, V>
  void visit(V& v) { v("objective", objective); }

  /// -log Q(category | fake), the mean over examples, in nats.
  template <class T>
  Tensor<T> category_loss(const BasicScores<T>& fake) const {
    check(fake);
    return cross_entropy(slice(fake.features, 1, 0, classes),
                         reshape(slice(fake.labels, 1, 0, 1), Shape{fake.labels.shape(0)}));
  }
  /// -log Q(continuous codes | fake), summed over the codes: the mean over examples, in nats.
  template <class T>
  Tensor<T> code_loss(const BasicScores<T>& fake) const {
    const i64 m = check(fake), first = classes > 0 ? 1 : 0;
    const Tensor<T> difference = slice(fake.labels, 1, first, first + m) - slice(fake.features, 1, classes, classes + m);
    Tensor<T> twice = square(difference);
    if (fake.features.shape(1) > classes + m) {
      const Tensor<T> log_variance = slice(fake.features, 1, classes + m, classes + 2 * m);
      twice = twice * exp(-log_variance) + log_variance;
    }
    return mean(sum(affine(twice, 0.5, 0.5 * std::log(2 * std::numbers::pi)), {1}));
  }

  /// "information": the lower bound for the categorical code, in nats, which log(classes) limits.
  template <class T, class Metric>
  void measure(const BasicScores<T>& fake, const Metric& metric) const {
    if (classes > 0) metric("information", std::log(static_cast<double>(classes)) - category_loss(fake));
  }

 private:
  template <class T>
  Tensor<T> unknown(const BasicScores<T>& fake) const {
    const i64 m = check(fake);
    Tensor<T> loss = Tensor<T>::zeros({}, fake.logits.device());
    if (classes > 0 && categorical != 0) loss = loss + categorical * category_loss(fake);
    if (m > 0 && continuous != 0) loss = loss + continuous * code_loss(fake);
    return loss;
  }
  /// The number of continuous codes.
  template <class T>
  i64 check(const BasicScores<T>& fake) const {
    if (!fake.features.defined() || !fake.labels.defined())
      throw ValueError("[MutualInformation] scores with what Q says as features, and codes as labels, are needed");
    GAN_CHECK_SHAPE(fake.labels.rank() == 2 && fake.features.rank() == 2, "MutualInformation",
                    "codes (N, 1 + m) and what Q says of them (N, classes + m or + 2 m) are needed", fake.labels.shape(),
                    fake.features.shape());
    const i64 m = fake.labels.shape(1) - (classes > 0 ? 1 : 0), says = fake.features.shape(1) - classes;
    GAN_CHECK_SHAPE(m >= 0 && (says == m || says == 2 * m), "MutualInformation",
                    "of " + std::to_string(m) + " codes and " + std::to_string(classes) + " classes Q says something else",
                    fake.labels.shape(), fake.features.shape());
    return m;
  }
};

}  // namespace gan
