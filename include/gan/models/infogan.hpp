// InfoGAN (Chen et al. 2016): learns without labels what sets images apart. Part of what G is fed are codes, and a
// network Q beside D must be able to read them from the image.
#pragma once

#include <span>

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

/// Networks and codes of the paper's appendix C.
enum class InfoganPreset {
  mnist,  ///< 28 x 28 x 1, 62 numbers of noise, ten categories, two continuous codes; images in [0, 1] (C.1)
  svhn    ///< 32 x 32 x 3, 124 numbers of noise, ten categories, four continuous codes; images in [-1, 1] (C.2)
};
std::span<const char* const> enum_names(InfoganPreset);

struct InfoganOptions {
  InfoganPreset preset = InfoganPreset::mnist;
  i64 classes = 10;               ///< of the categorical code; 0: none
  i64 codes = 0;                  ///< continuous codes; 0: the preset's
  i64 features = 64;              ///< channels of the stage next to the image
  double categorical = 1;         ///< lambda, the weight of the mutual information with the categorical code
  double continuous = 1;          ///< the same with the continuous codes; the paper has a smaller one than 1
  bool learnt_variance = false;   ///< whether Q also says how sure it is of a continuous code; otherwise variances are 1
  double slope = 0.1;             ///< of D's and Q's leaky ReLU; the authors' program has 0.01
  double generator_rate = 1e-3, discriminator_rate = 2e-4;  ///< of G's Adam; of D's and Q's

  template <class F>
  void visit(F&& f) {
    f("preset", preset, "the networks, and the size of images");
    f("classes", classes, "of the categorical code; 0: none", IntRange{0, 4096});
    f("codes", codes, "continuous codes; 0: the preset's", IntRange{0, 4096});
    f("features", features, "channels of the stage next to the image", IntRange{1, 4096});
    f("categorical", categorical, "weight of the mutual information with the categorical code", RealRange{0, 1e6});
    f("continuous", continuous, "weight of the mutual information with the continuous codes", RealRange{0, 1e6});
    f("learnt_variance", learnt_variance, "Q says how sure it is of each continuous code");
    f("slope", slope, "of the discriminator's leaky ReLU", RealRange{0, 1});
    f("generator_rate", generator_rate, "of G's Adam", RealRange{0, 1e38});
    f("discriminator_rate", discriminator_rate, "of D's and Q's Adam", RealRange{0, 1e38});
  }
  bool is_mnist() const { return preset == InfoganPreset::mnist; }
};

/// G: z, codes and a class number → images. Trunk: images → features, which D turns into logits (N, 1), and Q into the
/// logits of the classes, the means of the continuous codes and, with `learnt_variance`, the logarithms of their
/// variances. Parameters for MNIST: G 6,652,481, trunk 6,558,144, D 1,025, Q 133,004 (133,262 with learnt variances).
/// Weights are initialised as N(0, 0.02), batch-norm gains as N(1, 0.02). Throws ValueError for options outside the
/// ranges that visit() states.
template <class T>
struct BasicInfogan {
  using Options = InfoganOptions;
  static constexpr const char* name = "infogan";
  static constexpr const char* purpose = "InfoGAN: codes that set images apart, without labels (Chen et al. 2016)";
  Options options;  ///< with the actual number of codes
  BasicSequential<T> G, trunk, D, Q;

  explicit BasicInfogan(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("trunk", trunk);
    v("D", D);
    v("Q", Q);
  }
  /// What a trained system uses: G, and Q with the layers under it.
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit_generators(V& v) {
    v("G", G);
    v("trunk", trunk);
    v("Q", Q);
  }
  /// The authors play 5,000 rounds.
  static Recipe recipe() { return {.data = "mnist", .epochs = 11, .batch_size = 128}; }
  data::Needs needs() const;
  InputSpec input() const;
  /// z (N, latent), codes (N, m), and labels (N), the classes of the categorical code, as parts → images.
  Tensor<T> generate(const BasicParts<T>& input, Pass& pass) const;
  /// Both players minimise MutualInformation; Q learns with D. G's turn draws noise and codes anew, as the authors do.
  BasicGame<T> game();
  /// sample; encode: images → the parts "categories", their probabilities (N, classes), and "codes", their means (N, m).
  BasicAbilities<T> abilities();
};
using Infogan = BasicInfogan<float>;

extern template struct BasicInfogan<float>;
extern template struct BasicInfogan<double>;

}  // namespace gan::models
