// Adaptive discriminator augmentation (Karras et al. 2020, "Training generative adversarial networks with limited
// data").
#pragma once

#include <optional>

#include "gan/nn/pass.hpp"
#include "gan/optim/schedule.hpp"
#include "gan/train/ada_pipe.hpp"

namespace gan {

/// How much to augment, by how sure D is of the real images (section 3 of the paper): r is the mean sign of its logits
/// of real images in the last `every` minibatches, and after these p grows by their number of images / `images` if r is
/// above the target, or shrinks by as much, to no less than 0.
struct AdaController {
  double target = 0.6;     ///< of r
  double images = 500000;  ///< that take p from 0 to 1; 100,000 for fine-tuning
  u64 every = 4;           ///< minibatches

  double p = 0;                            ///< as it is now
  double signs = 0, logits = 0, seen = 0;  ///< since p changed last: the sum and number of signs, and the images
  u64 minibatches = 0;                     ///< since then

  /// One minibatch of D's logits of real images, (N) or (N, …). Throws ShapeError without any, ValueError for options
  /// that make no sense.
  template <class T>
  void observe(const Tensor<T>& real_logits);
  template <class V>
  void visit(V& v) {
    v("p", p);
    v("signs", signs);
    v("logits", logits);
    v("seen", seen);
    v("minibatches", minibatches);
  }
};

/// Augments images (N, H, W, C) of 1 or 3 channels, each in its own way, by the steps of train/ada_pipe.hpp, each taken
/// with the probability p times its own; differentiable in the images to every order. Where p is 0, they stay as they
/// are. p is adapted by the controller, or follows a schedule: R3GAN is Ada{.p = …, .steps = AdaSteps::r3gan()} with p
/// from 0 to 0.55. What is done to image i is a function of (pass.rng, i, p). It is drawn on the host, and p depends on
/// what the host has seen, so that a GPU does not record the turn.
struct Ada {
  std::optional<Schedule> p = {};  ///< by the round, above 1 as 1; without one, the controller's
  AdaSteps steps = {};
  AdaController controller = {};  ///< unused with a fixed p

  /// Throws ShapeError for other images, ValueError for a negative p.
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& pass) const {
    return ada_augment(x, draw_ada(steps, p ? p->at(pass) : controller.p, x.shape(), pass.rng));
  }
  /// To be called with D's logits of the (augmented) real images of every minibatch.
  template <class T>
  void observe(const Tensor<T>& real_logits, Pass&) {
    if (!p) controller.observe(real_logits);
  }
  template <class V>
  void visit(V& v) {
    v("controller", controller);
  }
};

extern template void AdaController::observe(const Tensor<float>&);
extern template void AdaController::observe(const Tensor<double>&);

}  // namespace gan
