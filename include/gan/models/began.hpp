// Boundary equilibrium GAN (Berthelot, Schumm & Metz 2017): the discriminator is an autoencoder.
#pragma once

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/objectives/energy.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

struct BeganOptions {
  i64 channels = 3;     ///< of the images
  i64 size = 32;        ///< height and width: 32, 64 or 128
  i64 latent = 64;      ///< numbers in z, and in the code of the discriminator
  i64 features = 64;    ///< filters; 128 in the paper's larger networks
  double gamma = 0.5;   ///< the wanted quotient of the energies of fakes and of reals: the diversity of the fakes
  double rate = 0.001;  ///< of k, the weight of the fakes' energy
  double learning_rate = 1e-4;
  i64 decay_every = 0;  ///< rounds after which the learning rate is halved; 0: never

  template <class F>
  void visit(F&& f) {
    f("channels", channels, "of the images", IntRange{1, 1024});
    f("size", size, "height and width of the images: 32, 64 or 128", IntRange{32, 128});
    f("latent", latent, "numbers in a latent vector, and in the code of the discriminator", IntRange{1, 65536});
    f("features", features, "filters of the generator's convolutions", IntRange{1, 4096});
    f("gamma", gamma, "the wanted quotient of the energies of fakes and of reals", RealRange{0, 1});
    f("rate", rate, "of the weight of the fakes' energy", RealRange{0, 1});
    f("learning_rate", learning_rate, "of both players' Adam", RealRange{0, 1e38});
    f("decay_every", decay_every, "rounds after which the learning rate is halved; 0: never",
      IntRange{0, 1000000000000});
  }
};

/// G: z in U(-1, 1) (N, latent) → images in about [-1, 1], without a final activation: a dense layer to 8 x 8 x
/// features, then for each size up to the image's two 3 x 3 convolutions with ELU, with nearest upsampling between the
/// sizes, and one to the image (figure 1). D: an encoder, whose filters grow by `features` from size to size down to
/// 8 x 8 and whose halving convolutions have stride 2, and a decoder like G. Without the skip connections and vanishing
/// residuals of the paper's larger images. Throws ValueError for options outside the ranges that visit() states, and
/// for another size.
template <class T>
struct BasicBegan {
  using Options = BeganOptions;
  static constexpr const char* purpose = "boundary equilibrium GAN, whose D is an autoencoder (Berthelot et al. 2017)";
  static constexpr const char* name = "began";
  Options options;
  BasicSequential<T> G;
  Reconstruction<BasicSequential<T>, BasicSequential<T>> D;

  explicit BasicBegan(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  static Recipe recipe() { return {.data = "cifar10", .epochs = 50, .batch_size = 16}; }
  InputSpec input() const { return {.latent = {options.latent, Prior::uniform}}; }
  data::Needs needs() const { return {.x = {options.size, options.size, options.channels}}; }
  /// BoundaryEquilibrium on the mean absolute errors of D's reconstructions; its k is part of the game.
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return {ability("sample", input(), G)}; }
};
using Began = BasicBegan<float>;

extern template struct BasicBegan<float>;
extern template struct BasicBegan<double>;

}  // namespace gan::models
