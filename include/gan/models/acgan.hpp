// AC-GAN (Odena, Olah & Shlens 2017): the discriminator also tells the class of an image, and the generator makes
// images that are told right. Networks and constants of Keras's program for MNIST.
#pragma once

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/embedding.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

struct AcganOptions {
  i64 classes = 10;
  i64 channels = 1;  ///< of the images, which are 28 x 28
  i64 latent = 100;
  i64 features = 96;                ///< channels of the generator's 14 x 14 stage, doubled in each smaller one
  i64 discriminator_features = 32;  ///< channels of the discriminator's first layer, doubled in each further one
  bool batch_norm = false;          ///< before each ReLU of the generator; the program has none
  double on_real = 2, on_fake = 0;  ///< weights of the class loss in D's turn; 1 and 1 in the paper
  double of_generator = 1;          ///< weight of the class loss in G's turn
  double smoothing = 0.1;           ///< from all targets of real and fake: .9 and .1, and .9 in G's turn
  double learning_rate = 2e-4, beta1 = 0.5;

  template <class F>
  void visit(F&& f) {
    f("classes", classes, "of the images", IntRange{1, 65536});
    f("channels", channels, "of the images", IntRange{1, 1024});
    f("latent", latent, "numbers in a latent vector", IntRange{1, 65536});
    f("features", features, "channels of the generator's 14 x 14 stage", IntRange{1, 4096});
    f("discriminator_features", discriminator_features, "channels of the discriminator's first layer",
      IntRange{1, 4096});
    f("batch_norm", batch_norm, "batch norm before each ReLU of the generator, which then learns sooner");
    f("on_real", on_real, "weight of the classes of real images in D's loss", RealRange{0, 1e6});
    f("on_fake", on_fake, "weight of the classes of fakes in D's loss; 1 in the paper", RealRange{0, 1e6});
    f("of_generator", of_generator, "weight of the classes in G's loss", RealRange{0, 1e6});
    f("smoothing", smoothing, "distance of the targets of real and fake from 1 and 0", RealRange{0, 0.5});
    f("learning_rate", learning_rate, "of both players' Adam", RealRange{0, 1e38});
    f("beta1", beta1, "of both players' Adam", RealRange{0, 0.999999});
  }
};

/// z (N, latent) and labels (N) → images (N, 28, 28, channels) in [-1, 1]: z times a learnt vector of its class, a
/// dense layer to 3 x 3, and transposed 5 x 5 convolutions to 7, 14 and 28, with ReLU. The vectors start short, so that
/// z matters little at first; batch norm makes up for that.
template <class T>
struct BasicAcganGenerator {
  BasicEmbedding<T> of_class;
  BasicSequential<T> layers;

  explicit BasicAcganGenerator(const AcganOptions& o);
  /// Of the parts z and labels.
  Tensor<T> operator()(const BasicParts<T>& input, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("of_class", of_class);
    v("layers", layers);
  }
};

/// Images (N, 28, 28, channels) → two heads on four 3 x 3 convolutions with leaky ReLU and dropout of 0.3: the logit of
/// being real (N, 1), and those of the classes (N, classes).
template <class T>
struct BasicAcganDiscriminator {
  BasicSequential<T> layers;
  BasicDense<T> real, classes;

  explicit BasicAcganDiscriminator(const AcganOptions& o);
  /// With the logits of the classes as features, and the labels of the batch.
  BasicScores<T> operator()(const Tensor<T>& x, const BasicParts<T>& batch, Pass& p) const;
  Tensor<T> classify(const Tensor<T>& x, Pass& p) const { return classes(layers(x, p), p); }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("layers", layers);
    v("real", real);
    v("classes", classes);
  }
};

/// G has 2,656,745 and D 525,835 parameters. D does not learn classes from fakes, unlike the paper's (on_fake). G has
/// two new fakes for each image of a batch, with the labels of the batch, where the program draws labels uniformly.
/// Throws ValueError for options outside the ranges that visit() states.
template <class T>
struct BasicAcgan {
  using Options = AcganOptions;
  static constexpr const char* name = "acgan";
  static constexpr const char* purpose = "AC-GAN for 28 x 28 images with labels (Odena, Olah & Shlens 2017)";
  Options options;
  BasicAcganGenerator<T> G;
  BasicAcganDiscriminator<T> D;

  explicit BasicAcgan(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit_generators(V& v) { visit(v); }
  static Recipe recipe() { return {.data = "mnist", .epochs = 5, .batch_size = 100}; }
  data::Needs needs() const { return {.x = {28, 28, options.channels}, .labels = true}; }
  InputSpec input() const { return {.latent = {options.latent, Prior::uniform}, .classes = options.classes}; }
  BasicGame<T> game();
  /// sample, and classify: images → logits (N, classes).
  BasicAbilities<T> abilities();
};
using Acgan = BasicAcgan<float>;

extern template struct BasicAcganGenerator<float>;
extern template struct BasicAcganGenerator<double>;
extern template struct BasicAcganDiscriminator<float>;
extern template struct BasicAcganDiscriminator<double>;
extern template struct BasicAcgan<float>;
extern template struct BasicAcgan<double>;

}  // namespace gan::models
