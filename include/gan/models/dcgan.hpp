// DCGAN (Radford, Metz & Chintala 2015): the networks in common use, with 4 x 4 kernels, and those of the authors'
// code, with 5 x 5 kernels.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

enum class DcganVariant {
  pytorch_example,  ///< 4 x 4 kernels, z ~ N(0, 1); at size 64 PyTorch's example: G 3,576,704, D 2,765,568 parameters
  paper_code  ///< 5 x 5 kernels, z ~ U(-1, 1), size 64, as in the authors' code: G 18,885,760, D 17,232,768 parameters
};
std::span<const char* const> enum_names(DcganVariant);

struct DcganOptions {
  i64 channels = 1;  ///< of the images
  i64 size = 28;     ///< height and width: 28 (a dense layer to 7 x 7 and two stages), 32 or 64 (stages from 4 x 4)
  DcganVariant variant = DcganVariant::pytorch_example;
  i64 latent = 100;
  i64 features = 0;  ///< channels of the stage next to the image, doubled in each further one; 0: 64, paper_code 128
  double learning_rate = 2e-4, beta1 = 0.5;
  double discriminator_learning_rate = 0;  ///< 0: the same
  i64 decay_from = 0;               ///< updates of a player before the linear decay of its learning rate
  i64 decay_updates = 0;            ///< updates during which it decays to 0; 0: no decay

  template <class F>
  void visit(F&& f) {
    f("channels", channels, "of the images", IntRange{1, 1024});
    f("size", size, "height and width of the images: 28, 32 or 64", IntRange{28, 64});
    f("variant", variant,
      "pytorch_example: 4 x 4 kernels; paper_code: 5 x 5 kernels as in the authors' code, at size 64");
    f("latent", latent, "numbers in a latent vector", IntRange{1, 65536});
    f("features", features, "channels of the stage next to the image; 0: the variant's", IntRange{0, 4096});
    f("learning_rate", learning_rate, "of both players' Adam", RealRange{0, 1e38});
    f("discriminator_learning_rate", discriminator_learning_rate, "of D's Adam; 0: the same", RealRange{0, 1e38});
    f("decay_from", decay_from, "updates of a player before its learning rate falls linearly",
      IntRange{0, 1000000000000});
    f("decay_updates", decay_updates, "updates in which it falls to 0; 0: it stays", IntRange{0, 1000000000000});
    f("beta1", beta1, "of both players' Adam", RealRange{0, 0.999999});
  }
};

/// G: z (N, latent) → images (N, size, size, channels) in [-1, 1]; D: images → logits (N, 1). Weights are initialised
/// as N(0, 0.02), batch-norm gains as N(1, 0.02) (section 3). No layer has a bias, except for four at size 28. Throws
/// ValueError for options outside the ranges that visit() states, and for a size that the variant does not support.
template <class T>
struct BasicDcgan {
  using Options = DcganOptions;
  static constexpr const char* purpose = "DCGAN (Radford, Metz & Chintala 2015)";
  static constexpr const char* name = "dcgan";
  Options options;  ///< with the actual value of features
  BasicSequential<T> G, D;

  explicit BasicDcgan(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  /// The number of layers of D up to each of its rectified feature maps (n, h, w, c), finest first: all that precede
  /// the logit. The same for G, coarsest first.
  std::vector<std::size_t> discriminator_stages() const;
  std::vector<std::size_t> generator_stages() const;
  bool is_paper_code() const { return options.variant == DcganVariant::paper_code; }
  /// The networks of the authors' code normalise samples with the statistics of their own batch, as in training.
  InputSpec input() const {
    const Prior prior = is_paper_code() ? Prior::uniform : Prior::normal;
    return {.latent = {options.latent, prior}, .batch_statistics = is_paper_code()};
  }
  data::Needs needs() const { return {.x = {options.size, options.size, options.channels}}; }
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return {ability("sample", input(), G)}; }
};
using Dcgan = BasicDcgan<float>;

/// The optimizers of a DCGAN: Adam with the learning rates of the options, which may decay at the end. That of the
/// authors' code has an L2 weight decay of 1e-5.
OptimizerSpec dcgan_generator_optimizer(const DcganOptions& options);
OptimizerSpec dcgan_discriminator_optimizer(const DcganOptions& options);

/// The alternating game of a DCGAN: Adam 2e-4 (0.5, 0.999), real and fake batches normalised separately. In the variant
/// of the authors' code, each minibatch updates only one of the players.
template <class T, class Objective = NonSaturating>
BasicGame<T> dcgan_game(BasicDcgan<T>& net, Objective objective = {}) {
  return adversarial(net.G, net.D, objective,
                     {.input = net.input(),
                      .separate_batches = net.is_paper_code(),
                      .generator = dcgan_generator_optimizer(net.options),
                      .discriminator = dcgan_discriminator_optimizer(net.options)});
}

/// Loads both networks from a checkpoint, given as a file or as the folder of a run, whose newest checkpoint is used; G
/// is the averaged one if the run has it. Throws IoError when there is none; FormatError naming the file when it holds
/// another model, or options or weights that do not fit.
Dcgan load_dcgan(const std::string& path);

extern template struct BasicDcgan<float>;
extern template struct BasicDcgan<double>;

}  // namespace gan::models
