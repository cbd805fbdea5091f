// The projection discriminator (Miyato & Koyama 2018, "cGANs with projection discriminator"): SNGAN's residual networks
// for images of 32 x 32 pixels with labels.
#pragma once

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/conditional_norm.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/embedding.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/nn/sngan_blocks.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

struct ProjectionGanOptions {
  i64 classes = 10;
  i64 channels = 3;                  ///< of the images
  i64 features = 256;                ///< channels of the generator's blocks
  i64 discriminator_features = 128;  ///< channels of the discriminator's blocks
  double learning_rate = 2e-4;       ///< of both players' Adam (0, 0.9)
  i64 decay = 50000;            ///< rounds in which the learning rates fall to 0, from the first on; 0: they do not
  int discriminator_steps = 5;  ///< discriminator turns in a round
  static constexpr i64 latent = 128;

  template <class F>
  void visit(F&& f) {
    f("classes", classes, "of the images", IntRange{1, 65536});
    f("channels", channels, "of the images", IntRange{1, 1024});
    f("features", features, "channels of the generator's blocks", IntRange{1, 4096});
    f("discriminator_features", discriminator_features, "channels of the discriminator's blocks", IntRange{1, 4096});
    f("learning_rate", learning_rate, "of both players' Adam", RealRange{0, 1e38});
    f("decay", decay, "rounds in which the learning rates fall to 0; 0: they do not", IntRange{0, i64{1} << 40});
    f("discriminator_steps", discriminator_steps, "discriminator turns in a round", IntRange{1, 100});
  }
};

/// z (N, 128) and labels (N) → images (N, 32, 32, channels) in [-1, 1]: SNGAN's generator, whose batch norms have a
/// gain and a bias for each class, except for the last.
template <class T>
struct BasicProjectionGenerator {
  using Block = GeneratorBlock<BasicConditionalBatchNorm<T>>;
  BasicDense<T> dense;
  Block block1, block2, block3;
  BasicBatchNorm<T> norm;
  BasicConv2D<T> last;

  explicit BasicProjectionGenerator(const ProjectionGanOptions& o);
  /// Of the parts z and labels.
  Tensor<T> operator()(const BasicParts<T>& input, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("dense", dense);
    v("block1", block1);
    v("block2", block2);
    v("block3", block3);
    v("norm", norm);
    v("last", last);
  }
};

/// Images (N, 32, 32, channels) → logits (N, 1): with h (N, discriminator_features), the features of SNGAN's
/// discriminator summed over the pixels, a linear function of h without bias plus the inner product of h with a learnt
/// vector of the class. All layers have spectral norm, the table of these vectors, too.
template <class T>
struct BasicProjectionDiscriminator {
  BasicSequential<T> layers;
  SpectralNorm<BasicDense<T>> linear;
  SpectralNorm<BasicEmbedding<T>> of_class;

  explicit BasicProjectionDiscriminator(const ProjectionGanOptions& o);
  /// With the labels of the batch.
  Tensor<T> operator()(const Tensor<T>& x, const BasicParts<T>& batch, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("layers", layers);
    v("linear", linear);
    v("of_class", of_class);
  }
};

/// G has 4,304,387 and D 1,055,104 parameters. The hinge objective; a round begins with G's turn, which has two fakes
/// for each image of its batch, as in the authors' program. Fakes have the labels of the batch, where that program
/// draws them uniformly. Throws ValueError for options outside the ranges that visit() states.
template <class T>
struct BasicProjectionGan {
  using Options = ProjectionGanOptions;
  static constexpr const char* name = "projection_gan";
  static constexpr const char* purpose =
      "projection discriminator for 32 x 32 images with labels (Miyato & Koyama 2018)";
  Options options;
  BasicProjectionGenerator<T> G;
  BasicProjectionDiscriminator<T> D;

  explicit BasicProjectionGan(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  static Recipe recipe() { return {.data = "cifar10", .epochs = 320}; }
  data::Needs needs() const { return {.x = {32, 32, options.channels}, .labels = true}; }
  InputSpec input() const { return {.latent = Options::latent, .classes = options.classes}; }
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return {ability("sample", input(), G)}; }
};
using ProjectionGan = BasicProjectionGan<float>;

extern template struct BasicProjectionGenerator<float>;
extern template struct BasicProjectionGenerator<double>;
extern template struct BasicProjectionDiscriminator<float>;
extern template struct BasicProjectionDiscriminator<double>;
extern template struct BasicProjectionGan<float>;
extern template struct BasicProjectionGan<double>;

}  // namespace gan::models
