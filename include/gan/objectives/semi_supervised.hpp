// Semi-supervised learning: a discriminator that is a classifier of K classes, with "fake" as class K + 1.
#pragma once

#include "gan/objectives/objective.hpp"
#include "gan/ops/activation.hpp"

namespace gan {

/// Salimans et al. 2016, section 5. The logits l (N, K) are those of the K classes; the logit of class K + 1, "fake",
/// is fixed at 0, so that D(x) = Z / (Z + 1) with Z = sum_k exp l_k, and log Z is the logit of "real":
///   d: labelled (mean over labelled examples of log Z - l_y)
///      + unlabelled (1/2 mean softplus(-log Z(x)) + 1/2 mean softplus(log Z(G(z))));
///   g: -mean softplus(log Z(G(z))), the authors' choice with minibatch discrimination. For classification they use
/// feature matching instead: FeatureMatching<SemiSupervised>.
/// Real scores may hold labels (N), class numbers as floats: examples with a negative label are unlabelled, as all are
/// where there are no labels. Throws ShapeError unless logits are (N, K) and labels (N).
struct SemiSupervised {
  double labelled = 1, unlabelled = 1;  ///< weights

  template <class T>
  Tensor<T> d(const BasicScores<T>& real, const BasicScores<T>& fake) const {
    const Tensor<T> loss =
        unlabelled * 0.5 * (mean(softplus(-real_logit(real.logits))) + mean(softplus(real_logit(fake.logits))));
    return real.labels.defined() ? loss + labelled * classification(real.logits, real.labels) : loss;
  }
  template <class T>
  Tensor<T> g(const BasicScores<T>& fake) const {
    return -mean(softplus(real_logit(fake.logits)));
  }

  /// log Z: (N, K) → (N), the logit of "real".
  template <class T>
  static Tensor<T> real_logit(const Tensor<T>& logits) {
    GAN_CHECK_SHAPE(logits.rank() == 2, "SemiSupervised", "logits (N, K) are needed", logits.shape());
    return logsumexp(logits, 1);
  }
  /// The mean over labelled examples of log Z - l_y; 0 where none is labelled. Logits (N, K), labels (N).
  template <class T>
  static Tensor<T> classification(const Tensor<T>& logits, const Tensor<T>& labels) {
    GAN_CHECK_SHAPE(logits.rank() == 2 && labels.rank() == 1 && logits.shape(0) == labels.size(), "SemiSupervised",
                    "one label per row of logits (N, K) is needed", logits.shape(), labels.shape());
    const Tensor<T> chosen = detail::one_hot(detach(labels), logits.shape(1));  // zeros where there is no label
    const Tensor<T> number = clamp(sum(chosen), 1, static_cast<double>(labels.size()));
    return -sum(log_softmax(logits) * chosen) / number;
  }
};

}  // namespace gan
