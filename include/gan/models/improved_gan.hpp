// Semi-supervised learning with a GAN (Salimans et al. 2016, "Improved techniques for training GANs", section 5): the
// discriminator is a classifier, which learns from few labels, from images without labels, and from fakes. Networks and
// constants of the authors' program for MNIST.
#pragma once

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/objectives/objective.hpp"
#include "gan/train/game.hpp"

namespace gan::models {

struct ImprovedGanOptions {
  i64 classes = 10;
  i64 labels_per_class = 10;     ///< training images of each class whose labels are used
  i64 labels_seed = 1;           ///< which images these are
  double unlabelled = 1;         ///< weight of the loss on images without labels and on fakes
  double input_noise = 0.3;      ///< standard deviation of the noise on the images that D sees
  double noise = 0.5;            ///< the same of that on the inputs of its other layers
  double learning_rate = 0.003;  ///< of both players' Adam
  double epsilon = 1e-4;         ///< of both players' Adam
  static constexpr i64 latent = 100;

  template <class F>
  void visit(F&& f) {
    f("classes", classes, "of the images", IntRange{2, 65536});
    f("labels_per_class", labels_per_class, "training images of each class whose labels are used",
      IntRange{1, 1000000000});
    f("labels_seed", labels_seed, "of the draw of these images", IntRange{0, 1000000000});
    f("unlabelled", unlabelled, "weight of the loss on images without labels and on fakes", RealRange{0, 1e6});
    f("input_noise", input_noise, "standard deviation of the noise on the discriminator's images", RealRange{0, 1e6});
    f("noise", noise, "standard deviation of the noise on the inputs of its other layers", RealRange{0, 1e6});
    f("learning_rate", learning_rate, "of both players' Adam", RealRange{0, 1e38});
    f("epsilon", epsilon, "of both players' Adam", RealRange{0, 1});
  }
};

/// G: z (N, 100) → images (N, 28, 28, 1) in [0, 1], with two hidden layers of 500 softplus units and batch norm, which
/// learns a shift alone, and a weight-normalised output: 694,568 trainable parameters. The authors draw z from U(0, 1);
/// the batch norm of the first layer makes U(-1, 1) the same. D: images → logits (N, classes), with hidden layers of
/// 1,000, 500, 250, 250 and 250 rectified units, all weight-normalised with noise on their inputs during training:
/// 1,538,770 trainable parameters; the gains of hidden layers come from data alone. Throws ValueError for options
/// outside the ranges that visit() states.
template <class T>
struct BasicImprovedGan {
  using Options = ImprovedGanOptions;
  static constexpr const char* name = "improved_gan";
  static constexpr const char* purpose = "classifier of 28 x 28 images from few labels (Salimans et al. 2016)";
  Options options;
  BasicSequential<T> G, D;

  explicit BasicImprovedGan(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit_generators(V& v) { visit(v); }
  /// 300 passes of the authors, who go through the unlabelled images once for each player.
  static Recipe recipe() {
    return {.data = "mnist", .epochs = 600, .batch_size = 100, .ema = 0, .measure = "test-errors"};
  }
  data::Needs needs() const;
  InputSpec input() const { return {.latent = {Options::latent, Prior::uniform}, .low = 0}; }
  /// Sets the gains and biases of D's layers from 500 of the images (init_from_data), with noise.
  void begin(const data::Source& data);
  /// The logits of the classes, and as features the outputs of D's last hidden layer, before the noise on them.
  BasicScores<T> scores(const Tensor<T>& x, Pass& pass) const;
  /// D minimises SemiSupervised, with labelled images y, unlabelled images x and fakes; G feature matching with the x
  /// of a batch of its own. The authors' Adam adds 1e-8 to the second moment under the root, which matters to the small
  /// gradients of G; so does an epsilon of 1e-4 here. Metrics: labelled and unlabelled, the two parts of D's loss, D(x)
  /// and D(G(z)).
  BasicGame<T> game();
  /// sample, and classify: images → logits (N, classes).
  BasicAbilities<T> abilities();
};
using ImprovedGan = BasicImprovedGan<float>;

extern template struct BasicImprovedGan<float>;
extern template struct BasicImprovedGan<double>;

}  // namespace gan::models
