// BiGAN (Donahue, Krähenbühl & Darrell 2017; also Dumoulin et al. 2017): beside the generator an encoder learns, and
// the discriminator judges pairs of a code and an image.
#pragma once

#include <span>

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/models/encoder.hpp"
#include "gan/train/game.hpp"

namespace gan::models {

enum class BiganVariant {
  donahue,           ///< as the authors' program for MNIST: G 1,957,888, E 1,904,640, D 1,905,664 trainable parameters
  keras_adversarial  ///< as the example of that program: G 1,467,152, E 1,476,402, D 10,065,921
};
std::span<const char* const> enum_names(BiganVariant);

struct BiganOptions {
  BiganVariant variant = BiganVariant::donahue;
  i64 latent = 0;            ///< numbers in a code; 0: 50 of donahue, 25 of keras_adversarial
  double learning_rate = 0;  ///< of the Adam of generator and encoder; 0: 2e-4 of donahue, 1e-4 of keras_adversarial
  double discriminator_learning_rate = 0;  ///< of the discriminator's Adam; 0: 2e-4 and 1e-3
  double dropout = 0.5;                    ///< keras_adversarial: in the discriminator, in its own turn alone
  double penalty = 1e-5;                   ///< keras_adversarial: on weights of generator and encoder
  double discriminator_penalty = 1e-7;     ///< keras_adversarial: on weights of the discriminator

  template <class F>
  void visit(F&& f) {
    f("variant", variant, "networks and constants of the authors' program, or of an example of keras-adversarial");
    f("latent", latent, "numbers in a code; 0: the variant's", IntRange{0, 65536});
    f("learning_rate", learning_rate, "of the Adam of generator and encoder; 0: the variant's", RealRange{0, 1e38});
    f("discriminator_learning_rate", discriminator_learning_rate, "of the discriminator's Adam; 0: the variant's",
      RealRange{0, 1e38});
    f("dropout", dropout, "keras_adversarial: rate in the discriminator, in its own turn", RealRange{0, 0.999999});
    f("penalty", penalty, "keras_adversarial: on weights of generator and encoder", RealRange{0, 1e38});
    f("discriminator_penalty", discriminator_penalty, "keras_adversarial: on weights of the discriminator",
      RealRange{0, 1e38});
  }
};

/// x → first(x) or, where there is a `rest`, rest of (beside, first(x)) as one row: z may enter G twice, and a code
/// enters D in this way.
template <class T>
struct BasicBiganNet {
  BasicSequential<T> first, rest;

  Tensor<T> operator()(const Tensor<T>& beside, const Tensor<T>& x, Pass& p) const {
    const Tensor<T> y = first(x, p);
    return rest.size() == 0 ? y : rest(concat<T>({beside, y}, 1), p);
  }
  Tensor<T> operator()(const Tensor<T>& z, Pass& p) const { return (*this)(z, z, p); }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("first", first);
    v("rest", rest);
  }
};

/// G: z (N, latent) → images (N, 28, 28, 1) in [0, 1]; E: images → codes; D: codes and images → logits (N, 1).
///
/// donahue: two hidden layers of 1,024 units in each, the second, and in G the first, with batch norm; in G, z enters
/// the second again, and in D the code enters there. z is from U(-1, 1), the code is tanh(E / 2), weights start as N(0,
/// 0.02). Other than in the authors' program, batch norm has gains and biases, and the learning rate stays: there it
/// falls exponentially to a hundredth from epoch 200 to 400.
///
/// keras_adversarial: G has three hidden layers of 256, 512 and 1,024 units, E of 1,024, 512 and 256 with batch norm,
/// and draws its codes; D three of 2,048 with dropout and a norm of each example (the "mode 1" of Keras 1's
/// BatchNormalization). z is from N(0, 1). In 1,000 rounds here D told all pairs apart, and images stayed noise; the
/// example's published images may be of its version of the day before, with a penalty of 1e-5 on D of 1,024 units.
///
/// Throws ValueError for options outside the ranges that visit() states.
template <class T>
struct BasicBigan {
  using Options = BiganOptions;
  static constexpr const char* name = "bigan";
  static constexpr const char* purpose = "BiGAN with an encoder for 28 x 28 images (Donahue et al. 2017)";
  Options options;  ///< with the actual values of latent and the learning rates
  BasicBiganNet<T> G;
  BasicEncoder<T> E;
  BasicBiganNet<T> D;

  explicit BasicBigan(Options o = {});
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
  static Recipe recipe() { return {.data = "mnist", .epochs = 200, .batch_size = 128, .ema = 0}; }
  data::Needs needs() const { return {.x = {28, 28, 1}, .low = 0}; }
  bool is_keras() const { return options.variant == BiganVariant::keras_adversarial; }
  InputSpec input() const {
    return {.latent = {options.latent, is_keras() ? Prior::normal : Prior::uniform}, .low = 0};
  }
  /// The player "G", generator and encoder, wants D to take (z, G(z)) for real and (E(x), x) for fake; D wants the
  /// opposite. Both learn from one point: D's turn comes second, with the pairs and with its weights from before G's.
  /// donahue: half the sum of both terms, Adam with a beta1 of 0.5 and a weight decay of 2.5e-5. keras_adversarial: the
  /// sum, Adam with a beta1 of 0.9 and learning rates divided by 1 + 1e-4 updates, penalties p (|w| + w^2) on weights
  /// of G and D, and p |w| on those of E.
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return encoder_abilities(G, E, input(), needs().x); }
};
using Bigan = BasicBigan<float>;

extern template struct BasicBigan<float>;
extern template struct BasicBigan<double>;

}  // namespace gan::models
