// Adversarial autoencoder (Makhzani et al. 2015): an autoencoder whose codes a discriminator compares with the prior.
// Networks and constants of the program keras-adversarial.
#pragma once

#include <span>

#include "gan/core/fields.hpp"
#include "gan/models/encoder.hpp"
#include "gan/train/game.hpp"

namespace gan::models {

enum class AaeVariant {
  mnist,   ///< dense networks for 28 x 28 x 1: G 716,560, E 767,176, D 314,881 parameters
  cifar10  ///< convolutions for 32 x 32 x 3: G 7,849,987, E 9,939,968, D 328,961 parameters
};
std::span<const char* const> enum_names(AaeVariant);

struct AaeOptions {
  AaeVariant variant = AaeVariant::mnist;
  i64 latent = 0;            ///< numbers in a code; 0: 100 of mnist, 256 of cifar10
  double learning_rate = 0;  ///< of the Adam of generator and encoder, at the start; 0: 1e-4 of mnist, 3e-4 of cifar10
  double discriminator_learning_rate = 1e-3;  ///< of the discriminator's Adam, at the start
  double decay = 1e-4;                        ///< learning rates are divided by 1 + decay updates
  double penalties = 1;                       ///< factor of the penalties on weights

  template <class F>
  void visit(F&& f) {
    f("variant", variant, "mnist: dense networks for 28 x 28 x 1; cifar10: convolutions for 32 x 32 x 3");
    f("latent", latent, "numbers in a code; 0: the variant's", IntRange{0, 65536});
    f("learning_rate", learning_rate, "of the Adam of generator and encoder, at the start; 0: the variant's",
      RealRange{0, 1e38});
    f("discriminator_learning_rate", discriminator_learning_rate, "of the discriminator's Adam, at the start",
      RealRange{0, 1e38});
    f("decay", decay, "learning rates are divided by 1 + decay times the number of updates", RealRange{0, 1e6});
    f("penalties", penalties, "factor of the penalties on weights", RealRange{0, 1e38});
  }
};

/// G: codes (N, latent) → images in [0, 1]; E: images → codes; D: codes → logits (N, 1), high for those of the prior
/// N(0, 1). Throws ValueError for options outside the ranges that visit() states.
template <class T>
struct BasicAae {
  using Options = AaeOptions;
  static constexpr const char* name = "aae";
  static constexpr const char* purpose = "adversarial autoencoder (Makhzani et al. 2015)";
  Options options;  ///< with the actual values of latent and learning_rate
  BasicSequential<T> G;
  BasicEncoder<T> E;
  BasicSequential<T> D;

  explicit BasicAae(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    visit_generators(v);
    v("D", D);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit_generators(V& v) {
    v("G", G);
    v("E", E);
  }
  static Recipe recipe() { return {.data = "mnist", .epochs = 100, .batch_size = 32, .ema = 0}; }
  data::Needs needs() const { return {.x = is_dense() ? Shape{28, 28, 1} : Shape{32, 32, 3}, .low = 0}; }
  InputSpec input() const { return {.latent = options.latent, .low = 0}; }
  bool is_dense() const { return options.variant == AaeVariant::mnist; }
  /// The player "G", generator and encoder, minimises reconstruction (mse(G(E(x)), x)) + adversarial -log D(E(x)), D
  /// adversarial (-log D(z) - log(1 - D(E(x)))), with weights of 1 and 0.01 for mnist, of 100 and 0.1 for cifar10. Both
  /// learn from one point: D's turn comes second, with the codes from before G's. Penalties on weights: of mnist 1e-7
  /// |w|, of D and of all of cifar10 1e-7 (|w| + w^2). Metrics: reconstruction, D(z), D(E(x)).
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return encoder_abilities(G, E, input(), needs().x); }
};
using Aae = BasicAae<float>;

extern template struct BasicAae<float>;
extern template struct BasicAae<double>;

}  // namespace gan::models
