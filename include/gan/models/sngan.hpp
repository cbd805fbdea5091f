// SNGAN (Miyato et al. 2018, "Spectral normalization for generative adversarial networks"): the residual networks for
// images of 32 x 32 pixels.
#pragma once

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

struct SnganOptions {
  i64 channels = 3;             ///< of the images
  i64 features = 256;           ///< channels of the generator's blocks
  double learning_rate = 2e-4;  ///< of both players' Adam (0, 0.9)
  i64 decay = 50000;            ///< rounds in which the learning rates fall to 0, from the first one on; 0: they do not
  int discriminator_steps = 5;  ///< discriminator turns in a round

  template <class F>
  void visit(F&& f) {
    f("channels", channels, "of the images", IntRange{1, 1024});
    f("features", features, "channels of the generator's blocks", IntRange{1, 4096});
    f("learning_rate", learning_rate, "of both players' Adam", RealRange{0, 1e38});
    f("decay", decay, "rounds in which the learning rates fall to 0; 0: they do not", IntRange{0, i64{1} << 40});
    f("discriminator_steps", discriminator_steps, "discriminator turns in a round", IntRange{1, 100});
  }
};

/// z (N, 128) → images (N, 32, 32, channels) in [-1, 1]; D: images → logits (N, 1), spectral norm in every layer. G has
/// 4,276,739 parameters and D 1,053,825. The hinge objective; G's turn has two fakes for each real image of D's turns,
/// as in the authors' program (batches of 64 and 128). That program also adds U(0, 1/128) to real images, which is left
/// out. Throws ValueError for options outside the ranges that visit() states.
template <class T>
struct BasicSngan {
  using Options = SnganOptions;
  static constexpr const char* name = "sngan";
  static constexpr const char* purpose = "SNGAN's residual networks for 32 x 32 pixels (Miyato et al. 2018)";
  Options options;
  BasicSequential<T> G, D;

  explicit BasicSngan(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  static Recipe recipe() { return {.data = "cifar10", .epochs = 320}; }
  data::Needs needs() const { return {.x = {32, 32, options.channels}}; }
  InputSpec input() const { return {.latent = 128}; }
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return {ability("sample", input(), G)}; }
};
using Sngan = BasicSngan<float>;

extern template struct BasicSngan<float>;
extern template struct BasicSngan<double>;

}  // namespace gan::models
