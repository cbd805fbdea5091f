// The networks and the training of the first GANs (Goodfellow et al. 2014, section 5), as in the authors' code.
#pragma once

#include <span>

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/data/images.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/optim/ema.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

enum class GoodfellowNet {
  mnist,               ///< dense, 28 x 28 x 1: G 2,503,984, D 1,231,441 parameters
  cifar,               ///< dense, 32 x 32 x 3: G 89,395,072, D 37,393,601
  cifar_convolutional  ///< 32 x 32 x 3: G 64,825,072, D 12,454,073
};
std::span<const char* const> enum_names(GoodfellowNet);

struct GoodfellowOptions {
  GoodfellowNet net = GoodfellowNet::mnist;
  double learning_rate = 0;   ///< 0: the default of the network, 0.1, 0.025 or 0.004
  i64 updates_per_epoch = 0;  ///< 0: the default, 500 (50,000 images / 100), 400 (40,000 / 100) or 312 (40,000 / 128)
  double output_range = 0;    ///< 0: the default of the network, 0.05, 0.5 or 0.05
  static constexpr i64 latent = 100;

  template <class F>
  void visit(F&& f) {
    f("net", net, "which of the paper's nets");
    f("learning_rate", learning_rate, "of both players at the start; 0: the net's", RealRange{0, 1e38});
    f("updates_per_epoch", updates_per_epoch, "the momentum rises for 250 epochs of as many; 0: the net's",
      IntRange{0, 1000000000});
    f("output_range", output_range, "weights of G's last layer start within plus or minus this; 0: the net's",
      RealRange{0, 1e38});
  }
};

/// G: z (N, 100) → images; D: images → logits (N, 1). D has maxout layers, with dropout of 0.2 on pixels and 0.5 on
/// hidden units, which stays on during G's turn. The MNIST network takes z ~ U(-√3, √3), of unit variance, and
/// generates images in [0, 1]; call set_output_bias after init. The CIFAR networks take z ~ N(0, 1) and generate
/// unbounded images like those returned by preprocess(). Throws ValueError for options out of range.
template <class T>
struct BasicGoodfellow {
  using Options = GoodfellowOptions;
  static constexpr const char* purpose = "the first GANs, with the recipes of their authors (Goodfellow et al. 2014)";
  static constexpr const char* name = "goodfellow";
  Options options;  ///< with zeros replaced by the defaults of the network
  BasicSequential<T> G, D;

  explicit BasicGoodfellow(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  bool is_mnist() const { return options.net == GoodfellowNet::mnist; }
  InputSpec input() const {
    const Prior prior = is_mnist() ? Prior::unit_variance_uniform : Prior::normal;
    if (is_mnist()) return {.latent = {Options::latent, prior}, .low = 0};
    // Preprocessed values have a standard deviation of 1; for CIFAR-10's bytes that is a quarter of the range.
    return {.latent = {Options::latent, prior}, .low = -2, .high = 2};
  }
  /// Images (N, H, W, C) → the images that D gets in the game. For the CIFAR networks each has mean 0 and norm 55, that
  /// is, a standard deviation of 0.99 (the authors' global contrast normalisation); for MNIST they are unchanged.
  Tensor<T> preprocess(const Tensor<T>& images) const { return preprocess(options, images); }
  static Tensor<T> preprocess(const Options& options, const Tensor<T>& images);
  bool preprocesses() const { return !is_mnist(); }
  data::Needs needs() const {
    if (is_mnist()) return {.x = {28, 28, 1}, .low = 0};
    return {.x = {32, 32, 3}, .low = -2, .high = 2};
  }
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return {ability("sample", input(), G)}; }
  static Recipe recipe() { return {.data = "mnist", .epochs = 50, .batch_size = 100, .ema = 0, .measure = "parzen"}; }
  /// Sets the output biases of the MNIST network to the mean image, see set_output_bias().
  void begin(const data::Source& source);
};
using Goodfellow = BasicGoodfellow<float>;

/// Sets the output biases of the MNIST network to the logits of the pixel means over `images` (N, 28, 28, 1), so that G
/// starts with the average image; means are clamped to [1e-7, 1 - 1e-7]. Throws ValueError for another network, for
/// images of another size and unless their range is [0, 1].
template <class T>
void set_output_bias(BasicGoodfellow<T>& net, const data::Images& images);

/// SGD with a learning rate that is divided by 1.000004 at every update, down to 1e-6, and a momentum that rises from
/// 0.5 to 0.7 in 250 epochs.
OptimizerSpec goodfellow_optimizer(const GoodfellowOptions& resolved);

/// The game: D minimises half of the objective's d. Both players learn from one minibatch simultaneously: both
/// gradients are taken at the parameters before the minibatch, and with the same dropout masks of D on the same fakes.
/// (Elsewhere in this library G learns against the D that has just been updated.)
template <class T, class Objective = NonSaturating>
BasicGame<T> goodfellow_game(BasicGoodfellow<T>& net, Objective objective = {}) {
  const OptimizerSpec optimizer = goodfellow_optimizer(net.options);
  const AdversarialOptions how{.input = net.input(),
                               .simultaneous = true,
                               .discriminator_scale = 0.5,
                               .generator = optimizer,
                               .discriminator = optimizer};
  BasicTwoPlayers<T> networks = two_players(net.G, net.D, how);
  networks.real = [options = net.options](const BasicBatch<T>& batch) {
    return BasicGoodfellow<T>::preprocess(options, batch["x"]);
  };
  BasicGame<T> game = adversarial(std::move(networks), objective, how);
  game.include("G", net.G).include("D", net.D);
  return game;
}

extern template struct BasicGoodfellow<float>;
extern template struct BasicGoodfellow<double>;
extern template void set_output_bias(BasicGoodfellow<float>&, const data::Images&);
extern template void set_output_bias(BasicGoodfellow<double>&, const data::Images&);

}  // namespace gan::models
