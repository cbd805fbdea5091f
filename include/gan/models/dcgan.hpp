// DCGAN (Radford, Metz & Chintala 2015), with 4 x 4 kernels of stride 2 and no bias under batch normalisation.
#pragma once

#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

struct DcganOptions {
  i64 channels = 1;  ///< of the images
  i64 size = 28;     ///< height and width: 28, a dense layer to 7 x 7 and two stages
  i64 latent = 100;
  i64 features = 64;  ///< channels of the stage next to the image; each further stage doubles them
  double learning_rate = 2e-4, beta1 = 0.5;
};

/// G: z (N, latent) → images (N, size, size, channels) in [-1, 1]; D: images → logits (N, 1). Weights start as N(0, 0.02),
/// batch-norm gains as N(1, 0.02) (section 3). Throws ValueError for a size it has no net for.
template <class T>
struct BasicDcgan {
  using Options = DcganOptions;
  Options options;
  BasicSequential<T> G, D;

  explicit BasicDcgan(Options o = {});
  template <class V>
    requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
};
using Dcgan = BasicDcgan<float>;

/// The alternating game of a DCGAN: Adam 2e-4 (0.5, 0.999), real and fake batches normalised separately.
template <class T, class Objective = NonSaturating>
BasicGame<T> dcgan_game(BasicDcgan<T>& net, Objective objective = {}) {
  const Adam adam{.learning_rate = net.options.learning_rate, .beta1 = net.options.beta1};
  return adversarial(net.G, net.D, objective, {.latent = net.options.latent, .generator = adam, .critic = adam});
}

extern template struct BasicDcgan<float>;
extern template struct BasicDcgan<double>;

}  // namespace gan::models
