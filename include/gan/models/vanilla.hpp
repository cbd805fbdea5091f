// Vanilla GANs (Goodfellow et al. 2014) at 28 x 28, as in course notes: (b) of dense layers, (c) of convolutions.
#pragma once

#include <span>

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/dropout.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

enum class VanillaKind {
  dense,         ///< G 574,608 parameters (572,816 trainable), D 566,273
  convolutional  ///< G 260,737 parameters (260,353 trainable), D 93,825
};
std::span<const char* const> enum_names(VanillaKind);

enum class VanillaLoss { non_saturating, saturating };
std::span<const char* const> enum_names(VanillaLoss);

struct VanillaOptions {
  VanillaKind generator = VanillaKind::dense, discriminator = VanillaKind::dense;
  double dropout = 0.3;  ///< in the convolutional D
  double generator_rate = 2e-4, discriminator_rate = 2e-4;  ///< learning rates of Adam (0.5, 0.999)
  i64 decay_from = 0;     ///< updates of a player before the linear decay of its learning rate
  i64 decay_updates = 0;  ///< updates during which it decays to 0; 0: no decay
  VanillaLoss loss = VanillaLoss::non_saturating;  ///< what the generator minimises
  int discriminator_steps = 1, generator_steps = 1;  ///< turns in a round
  static constexpr i64 latent = 32;

  template <class F>
  void visit(F&& f) {
    f("generator", generator, "the generator's layers");
    f("discriminator", discriminator, "the discriminator's layers");
    f("dropout", dropout, "rate in the convolutional discriminator", RealRange{0, 0.999999});
    f("generator_rate", generator_rate, "learning rate of the generator's Adam", RealRange{0, 1e38});
    f("discriminator_rate", discriminator_rate, "learning rate of the discriminator's Adam", RealRange{0, 1e38});
    f("decay_from", decay_from, "updates of a player before its learning rate falls linearly",
      IntRange{0, 1000000000000});
    f("decay_updates", decay_updates, "updates in which it falls to 0; 0: it stays", IntRange{0, 1000000000000});
    f("loss", loss, "what the generator minimises");
    f("discriminator_steps", discriminator_steps, "discriminator turns in a round", IntRange{1, 100});
    f("generator_steps", generator_steps, "generator turns in a round", IntRange{1, 100});
  }
};

/// G: z (N, 32) → images (N, 28, 28, 1) in [-1, 1]; D: images → logits (N, 1). Throws ValueError for options outside
/// the ranges that visit() states, and for a decay that takes no updates.
template <class T>
struct BasicVanilla {
  using Options = VanillaOptions;
  static constexpr const char* purpose = "vanilla GAN of dense or convolutional networks (Goodfellow et al. 2014)";
  static constexpr const char* name = "vanilla";
  Options options;
  BasicSequential<T> G, D;

  explicit BasicVanilla(Options o = {});
  template <class V>
    requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  InputSpec input() const { return {.latent = Options::latent}; }
  static Recipe recipe() { return {.epochs = 10}; }
  data::Needs needs() const { return {.x = {28, 28, 1}}; }
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return {ability("sample", input(), G)}; }
};
using Vanilla = BasicVanilla<float>;

/// Adam (0.5, 0.999) with a learning rate that decays as the options say.
OptimizerSpec vanilla_optimizer(const VanillaOptions& options, double learning_rate);

/// The alternating game of a vanilla GAN. D has no batch norm that would couple images, so it gets real and fake images
/// as one batch.
template <class T, class Objective = NonSaturating>
BasicGame<T> vanilla_game(BasicVanilla<T>& net, Objective objective = {}) {
  return adversarial(net.G, net.D, objective,
                     {.input = net.input(),
                      .discriminator_steps = net.options.discriminator_steps,
                      .generator_steps = net.options.generator_steps,
                      .joined = true,
                      .generator = vanilla_optimizer(net.options, net.options.generator_rate),
                      .discriminator = vanilla_optimizer(net.options, net.options.discriminator_rate)});
}

extern template struct BasicVanilla<float>;
extern template struct BasicVanilla<double>;

}  // namespace gan::models
