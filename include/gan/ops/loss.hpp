// Losses, each a mean over all elements (or rows) with shape (). All throw gan::Error for an undefined tensor.
#pragma once

#include "gan/ops/linear.hpp"

namespace gan {

/// Binary cross-entropy of logits against a constant target probability in [0, 1]: mean of softplus(x) - target x.
/// Finite for any finite logit. Throws ValueError for a target outside [0, 1].
template <class T>
Tensor<T> bce_with_logits(const Tensor<T>& logits, double target) {
  if (target < 0 || target > 1) throw ValueError("[bce_with_logits] the target must lie in [0, 1]");
  detail::require_defined("bce_with_logits", logits);
  // softplus(x) - t x = (1 - t) softplus(x) + t softplus(-x), without cancellation for large |x|.
  if (target == 1) return mean(softplus(affine(logits, -1, 0)));
  if (target == 0) return mean(softplus(logits));
  return add(affine(mean(softplus(logits)), 1 - target, 0), affine(mean(softplus(affine(logits, -1, 0))), target, 0));
}
/// The same against targets of the logits' shape: probabilities, whose range is not checked. Throws ShapeError for
/// another shape: nothing is broadcast.
template <class T>
Tensor<T> bce_with_logits(const Tensor<T>& logits, const Tensor<T>& targets) {
  detail::require_defined("bce_with_logits", logits, targets);
  GAN_CHECK_SHAPE(logits.shape() == targets.shape(), "bce_with_logits", "logits and targets differ in shape",
                  logits.shape(), targets.shape());
  return mean(sub(softplus(logits), mul(targets, logits)));
}
/// Mean squared difference over all elements. Throws ShapeError unless a and b have the same shape: nothing is
/// broadcast.
template <class T>
Tensor<T> mse(const Tensor<T>& a, const Tensor<T>& b) {
  detail::require_defined("mse", a, b);
  GAN_CHECK_SHAPE(a.shape() == b.shape(), "mse", "shapes differ", a.shape(), b.shape());
  return mean(square(sub(a, b)));
}
/// Mean absolute difference over all elements; the derivative is 0 where a equals b. Throws ShapeError unless a and b
/// have the same shape: nothing is broadcast.
template <class T>
Tensor<T> l1(const Tensor<T>& a, const Tensor<T>& b) {
  detail::require_defined("l1", a, b);
  GAN_CHECK_SHAPE(a.shape() == b.shape(), "l1", "shapes differ", a.shape(), b.shape());
  return mean(abs(sub(a, b)));
}
/// Mean over rows of -log softmax(logits)[label]: logits (N, classes), N class numbers. Throws ShapeError unless there
/// is one label per row, ValueError for a label outside [0, classes).
template <class T>
Tensor<T> cross_entropy(const Tensor<T>& logits, const std::vector<i64>& labels) {
  GAN_CHECK_SHAPE(logits.rank() == 2 && logits.shape(0) == static_cast<i64>(labels.size()), "cross_entropy",
                  "one label per row of logits (N, classes) is needed", logits.shape(),
                  Shape{static_cast<i64>(labels.size())});
  const Tensor<T> picked = mul(log_softmax(logits), one_hot<T>(labels, logits.shape(1)).to(logits.device()));
  return affine(sum(picked), -1.0 / static_cast<double>(labels.size()), 0);
}
/// The same for labels (N) that are class numbers as floats, as batches store them, on the logits' device. The host
/// does not wait for it, so a turn with this loss can be recorded (train/turn_graphs.hpp). Throws ShapeError,
/// DeviceError unless both are on one device, and on the CPU ValueError for a label that is not an integer in [0,
/// classes). On another device the host does not see the labels: an invalid one makes the loss NaN, which Trainer
/// reports.
template <class T>
Tensor<T> cross_entropy(const Tensor<T>& logits, const Tensor<T>& labels) {
  GAN_CHECK_SHAPE(logits.rank() == 2 && labels.rank() == 1 && logits.shape(0) == labels.size(), "cross_entropy",
                  "one label per row of logits (N, classes) is needed", logits.shape(), labels.shape());
  detail::require_device_of(logits, "cross_entropy", labels);
  if (labels.device().is_cpu()) detail::class_numbers(labels.to_vector(), logits.shape(1), "cross_entropy");
  const Tensor<T> chosen = detail::one_hot(labels, logits.shape(1));
  const Tensor<T> picked = div(sum(mul(log_softmax(logits), chosen), {1}), sum(chosen, {1}));  // 0 / 0 for no class
  return affine(mean(picked), -1, 0);
}

#define GAN_LOSS(T)                                                                          \
  GAN_EXTERN_OP template Tensor<T> bce_with_logits(const Tensor<T>&, double);                \
  GAN_EXTERN_OP template Tensor<T> bce_with_logits(const Tensor<T>&, const Tensor<T>&);      \
  GAN_EXTERN_OP template Tensor<T> mse(const Tensor<T>&, const Tensor<T>&);                  \
  GAN_EXTERN_OP template Tensor<T> l1(const Tensor<T>&, const Tensor<T>&);                   \
  GAN_EXTERN_OP template Tensor<T> cross_entropy(const Tensor<T>&, const std::vector<i64>&); \
  GAN_EXTERN_OP template Tensor<T> cross_entropy(const Tensor<T>&, const Tensor<T>&);
GAN_FOR_SCALARS(GAN_LOSS)
#undef GAN_LOSS

}  // namespace gan
