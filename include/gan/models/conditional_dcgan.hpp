// The conditional DCGAN for MNIST digits (Radford, Metz & Chintala 2015, section 5.3 and table 3), as in the authors'
// code: every layer of both networks also receives the class.
#pragma once

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

struct ConditionalDcganOptions {
  i64 classes = 10;
  i64 channels = 1;  ///< of the images, which are 28 x 28
  i64 latent = 100;
  i64 features = 64;  ///< channels of the 14 x 14 stage; the 7 x 7 stage has twice as many
  i64 units = 1024;   ///< in the dense layers of both networks
  double learning_rate = 2e-4, beta1 = 0.5, weight_decay = 2.5e-5;
  i64 constant_epochs = 100, decay_epochs = 100;  ///< with a constant learning rate; while it falls linearly to zero
  i64 updates_per_epoch = 195;                    ///< of each player: every second of 390 minibatches of 128

  template <class F>
  void visit(F&& f) {
    f("classes", classes, "of the images", IntRange{1, 65536});
    f("channels", channels, "of the images", IntRange{1, 1024});
    f("latent", latent, "numbers in a latent vector", IntRange{1, 65536});
    f("features", features, "channels of the 14 x 14 stage", IntRange{1, 4096});
    f("units", units, "of the dense layers", IntRange{1, 65536});
    f("learning_rate", learning_rate, "of both players' Adam at the start", RealRange{0, 1e38});
    f("beta1", beta1, "of both players' Adam", RealRange{0, 0.999999});
    f("weight_decay", weight_decay, "L2, of both players' Adam", RealRange{0, 1e38});
    f("constant_epochs", constant_epochs, "epochs at the learning rate", IntRange{0, 1000000});
    f("decay_epochs", decay_epochs, "epochs while it falls to zero", IntRange{0, 1000000});
    f("updates_per_epoch", updates_per_epoch, "updates of each player in an epoch", IntRange{1, 1000000});
  }
};

/// z (N, latent) and one-hot classes (N, classes) → images (N, 28, 28, channels) in [0, 1]. No layer has a bias. Batch
/// normalisation has no scale and shift and always uses the statistics of the batch, even when sampling, so that an
/// image depends on the batch in which it is generated.
template <class T>
struct BasicConditionalGenerator {
  BasicDense<T> fc1, fc2;
  BasicConvTranspose2D<T> deconv1, deconv2;

  explicit BasicConditionalGenerator(const ConditionalDcganOptions& o);
  Tensor<T> operator()(const Tensor<T>& z, const Tensor<T>& classes, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("fc1", fc1);
    v("fc2", fc2);
    v("deconv1", deconv1);
    v("deconv2", deconv2);
  }
};

/// Images (N, 28, 28, channels) and one-hot classes (N, classes) → logits (N, 1); otherwise like the generator.
template <class T>
struct BasicConditionalDiscriminator {
  BasicConv2D<T> conv1, conv2;
  BasicDense<T> fc1, fc2;

  explicit BasicConditionalDiscriminator(const ConditionalDcganOptions& o);
  Tensor<T> operator()(const Tensor<T>& x, const Tensor<T>& classes, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("conv1", conv1);
    v("conv2", conv2);
    v("fc1", fc1);
    v("fc2", fc2);
  }
};

/// G has 6,820,538 and D 6,688,202 parameters, initialised as N(0, 0.02).
template <class T>
struct BasicConditionalDcgan {
  using Options = ConditionalDcganOptions;
  static constexpr const char* purpose =
      "conditional DCGAN for images with labels (Radford, Metz & Chintala 2015, section 5.3)";
  static constexpr const char* name = "conditional_dcgan";
  Options options;
  BasicConditionalGenerator<T> G;
  BasicConditionalDiscriminator<T> D;

  /// Throws ValueError for options outside the ranges that visit() states, as do the two networks.
  explicit BasicConditionalDcgan(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  /// All images of a sample are normalised as one batch.
  InputSpec input() const {
    return {.latent = {options.latent, Prior::uniform}, .classes = options.classes, .batch_statistics = true, .low = 0};
  }
  static Recipe recipe() { return {.data = "mnist", .epochs = 5, .batch_size = 128}; }
  data::Needs needs() const { return {.x = {28, 28, options.channels}, .labels = true, .low = 0}; }
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return {ability("sample", input(), G)}; }
};
using ConditionalDcgan = BasicConditionalDcgan<float>;

/// Adam with a learning rate that is constant for `constant_epochs` and then falls linearly to zero in `decay_epochs`.
OptimizerSpec conditional_dcgan_optimizer(const ConditionalDcganOptions& options);

/// The game on labelled batches: D and G alternate, each minibatch updating only one of them; fakes have the classes of
/// the images in the minibatch.
template <class T, class Objective = NonSaturating>
BasicGame<T> conditional_dcgan_game(BasicConditionalDcgan<T>& net, Objective objective = {}) {
  const OptimizerSpec optimizer = conditional_dcgan_optimizer(net.options);
  return adversarial(
      net.G, net.D, objective,
      {.input = net.input(), .separate_batches = true, .generator = optimizer, .discriminator = optimizer});
}

extern template struct BasicConditionalGenerator<float>;
extern template struct BasicConditionalGenerator<double>;
extern template struct BasicConditionalDiscriminator<float>;
extern template struct BasicConditionalDiscriminator<double>;
extern template struct BasicConditionalDcgan<float>;
extern template struct BasicConditionalDcgan<double>;

}  // namespace gan::models
