// Adversarial examples by the fast gradient sign method (Goodfellow, Shlens & Szegedy 2015, "Explaining and harnessing
// adversarial examples"), in one step or in several (Kurakin, Goodfellow & Bengio 2017, "Adversarial examples in the
// physical world", section 2), away from a class or towards one, and adversarial training.
#pragma once

#include <algorithm>

#include "gan/grad/grad.hpp"
#include "gan/nn/pass.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/ops/loss.hpp"

namespace gan::analysis {

struct FgsmOptions {
  double epsilon = 0.25;     ///< largest change of any number, in the images' units: 0.25 on [0, 1] is 0.5 on [-1, 1]
  i64 steps = 1;             ///< number of gradient steps
  double step = 0;           ///< change per step; 0: epsilon / steps
  bool targeted = false;     ///< move towards the labels instead of away from them
  double low = 0, high = 1;  ///< range to which images are clamped
};

namespace detail {
inline void check(const FgsmOptions& o) {
  if (!(o.epsilon >= 0) || o.steps < 1 || !(o.step >= 0) || !(o.low < o.high))
    throw ValueError("[fgsm] epsilon " + std::to_string(o.epsilon) + ", steps " + std::to_string(o.steps) + ", step " +
                     std::to_string(o.step) + ", range " + std::to_string(o.low) + " to " + std::to_string(o.high) +
                     "; epsilon and step of 0 or more, at least 1 step, and low < high are needed");
}
}  // namespace detail

/// Images x (N, …), moved by epsilon times the sign of the gradient of the cross-entropy between net(x, pass), logits
/// (N, classes), and `labels`, N class numbers; a gradient of 0 moves nothing (section 4, one step). With several
/// steps, each ends within epsilon of x. Results lie in [low, high] and have no history. The network runs in inference
/// mode unless `pass` says otherwise, and its running statistics do not change. Throws ValueError for options out of
/// range, and as cross_entropy.
template <class T, class Net>
Tensor<T> fgsm(Net& net, const Tensor<T>& x, const std::vector<i64>& labels, const FgsmOptions& options = {},
               Pass pass = Pass::inference()) {
  detail::check(options);
  pass.update_stats = false;
  const double step = options.step > 0 ? options.step : options.epsilon / static_cast<double>(options.steps);
  const Tensor<T> start = detach(x);
  Tensor<T> now = start;
  for (i64 k = 0; k < options.steps; ++k) {
    const Tensor<T> input = leaf(now);
    Pass same = pass;  // the same dropout in every step
    Tensor<T> direction;
    {
      const WithGrad record;
      direction = map(grad(cross_entropy(net(input, same), labels), {input})[0], functor::Sign{});
    }
    const NoGrad constant;
    const Tensor<T> moved = now + (options.targeted ? -step : step) * direction;
    const Tensor<T> near = maximum(minimum(moved, start + options.epsilon), start - options.epsilon);
    now = clamp(near, options.low, options.high);
  }
  return now;
}

struct AdversarialTraining {
  FgsmOptions attack = {};
  double clean = 0.5;  ///< weight of the loss on unchanged images; one half in section 6
};

/// clean J(x) + (1 - clean) J(x + epsilon sign(dJ/dx)), where J is the cross-entropy (section 6). The adversarial
/// examples are generated anew with the current network, and no gradient flows through their generation. A loss to
/// minimise, with history. Throws as fgsm, and ValueError for a share outside [0, 1] and for targeted attacks.
template <class T, class Net>
Tensor<T> adversarial_cross_entropy(Net& net, const Tensor<T>& x, const std::vector<i64>& labels,
                                    const AdversarialTraining& options, Pass& pass) {
  if (!(options.clean >= 0 && options.clean <= 1) || options.attack.targeted)
    throw ValueError("[adversarial_cross_entropy] a share of " + std::to_string(options.clean) +
                     " clean images; 0 to 1 is possible, and attacks away from the labels only");
  const Tensor<T> attacked = fgsm(net, x, labels, options.attack);
  return options.clean * cross_entropy(net(x, pass), labels) +
         (1 - options.clean) * cross_entropy(net(attacked, pass), labels);
}

/// The accuracy and confidence of a classifier.
struct ClassifierAccuracy {
  double accuracy = 0;       ///< share of images classified correctly
  double confidence = 0;  ///< mean probability of the predicted classes
  i64 images = 0;
};
/// Evaluates a classifier in inference mode on images x (N, …) with N labels. Throws as cross_entropy.
template <class T, class Net>
ClassifierAccuracy classifier_accuracy(Net& net, const Tensor<T>& x, const std::vector<i64>& labels) {
  const NoGrad constant;
  Pass pass = Pass::inference();
  const Tensor<T> p = softmax(net(x, pass));
  GAN_CHECK_SHAPE(p.rank() == 2 && p.shape(0) == static_cast<i64>(labels.size()) && p.shape(0) > 0,
                  "classifier_accuracy", "one label per row of logits (N, classes) is needed", p.shape(),
                  Shape{static_cast<i64>(labels.size())});
  const std::vector<T> values = p.to_vector();
  const auto classes = static_cast<std::size_t>(p.shape(1));
  ClassifierAccuracy a{.images = p.shape(0)};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto row = values.begin() + static_cast<std::ptrdiff_t>(i * classes);
    const auto best = std::max_element(row, row + static_cast<std::ptrdiff_t>(classes));
    a.accuracy += best - row == labels[i] ? 1 : 0;
    a.confidence += static_cast<double>(*best);
  }
  a.accuracy /= static_cast<double>(a.images);
  a.confidence /= static_cast<double>(a.images);
  return a;
}

}  // namespace gan::analysis
