// An auxiliary classifier beside the discriminator.
#pragma once

#include "gan/objectives/adversarial.hpp"

namespace gan {

/// AC-GAN (Odena et al. 2017, section 3): to `objective`, the cross-entropy of D's second head is added, which tells
/// the class of an example. Scores must hold its logits (N, classes) as features and the labels, as class numbers (N)
/// or one-hot (N, classes). In the paper D learns to classify real and fake examples, and G makes what is classified
/// right, with weights of 1. Others differ: on_fake = 0, so that D does not learn from what G makes of a class (with
/// on_real = 2 in the Keras example), and of_generator = 0.1 in the programs of Gulrajani et al. 2017. Throws
/// ValueError for scores without features or labels.
template <class Objective = NonSaturating>
struct AuxiliaryClassifier {
  Objective objective = {};
  double on_real = 1, on_fake = 1;  ///< weights in D's loss
  double of_generator = 1;          ///< weight in G's loss

  template <class T>
  Tensor<T> d(const BasicScores<T>& real, const BasicScores<T>& fake, Pass& pass) const {
    Tensor<T> loss = discriminator_loss(objective, real, fake, pass);
    if (on_real != 0) loss = loss + on_real * classification(real);
    if (on_fake != 0) loss = loss + on_fake * classification(fake);
    return loss;
  }
  template <class T>
  requires(!detail::wants_real<T, Objective>) Tensor<T> g(const BasicScores<T>& fake)
  const {
    return generator_loss(objective, fake, [&fake] { return fake; }) + of_generator * classification(fake);
  }
  template <class T>
  requires(detail::wants_real<T, Objective>) Tensor<T> g(const BasicScores<T>& real, const BasicScores<T>& fake)
  const {
    return generator_loss(objective, fake, [&real] { return real; }) + of_generator * classification(fake);
  }
  template <class V>
  requires detail::Visits<Objective, V>
  void visit(V& v) { v("objective", objective); }

 private:
  template <class T>
  static Tensor<T> classification(const BasicScores<T>& scores) {
    if (!scores.features.defined() || !scores.labels.defined())
      throw ValueError("[AuxiliaryClassifier] scores with the logits of classes as features, and labels, are needed");
    if (scores.labels.rank() == 1) return cross_entropy(scores.features, scores.labels);
    GAN_CHECK_SHAPE(scores.labels.shape() == scores.features.shape(), "AuxiliaryClassifier",
                    "one-hot labels have the shape of the logits of classes", scores.features.shape(),
                    scores.labels.shape());
    return -mean(sum(log_softmax(scores.features) * scores.labels, {1}));
  }
};

}  // namespace gan
