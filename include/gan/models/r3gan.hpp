// R3GAN (Huang, Gokaslan, Kuleshov & Tompkin 2024, "The GAN is dead; long live the GAN!"): grouped residual networks
// without normalisation, a relativistic objective, and gradient penalties on real and fake images.
#pragma once

#include <span>
#include <vector>

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

/// Networks: the widths of their stages from 4 x 4 up, and the blocks in each. Parameters of G and of D for images of
/// three channels:
enum class R3ganPreset {
  small,    ///< 96 x 4, one block, 32 x 32, for a CPU: 267,552 and 261,504
  cifar10,  ///< 768 x 4, two blocks, 32 x 32: 20,732,160 and 20,683,776
  ffhq64,   ///< 768 x 4, 384, two blocks, 64 x 64: 22,429,824 and 22,381,440
  ffhq256,  ///< 768 x 4, 384, 192, 96, two blocks, 256 x 256: 23,057,952 and 23,009,568
};
std::span<const char* const> enum_names(R3ganPreset);

/// What D compares: real images with fake ones, or, as in the paper's ablation, each with a threshold.
enum class R3ganLoss { relativistic, non_saturating };
std::span<const char* const> enum_names(R3ganLoss);

struct R3ganOptions {
  R3ganPreset preset = R3ganPreset::small;
  i64 channels = 3;            ///< of the images
  i64 width = 0;               ///< of the stage at 4 x 4, in whose proportion the others are; 0: the preset's
  R3ganLoss loss = R3ganLoss::relativistic;
  double r1 = 0.05, r2 = 0.05; ///< gamma of both penalties at the start, a tenth at the end; 0: no such penalty
  double learning_rate = 2e-4; ///< at the start, a quarter at the end
  double augment = 0;          ///< probability of each of ADA's augmentations at the end; 0 at the start
  i64 horizon = 39063;         ///< rounds in which all that changes does so (20 million images at a batch of 512)
  static constexpr i64 latent = 64;

  template <class F>
  void visit(F&& f) {
    f("preset", preset, "the networks' widths and depths, and the size of images");
    f("channels", channels, "of the images", IntRange{1, 1024});
    f("width", width, "of the stage at 4 x 4, a multiple of 64 for most presets; 0: the preset's", IntRange{0, 65536});
    f("loss", loss, "what the discriminator compares");
    f("r1", r1, "weight of the gradient penalty on real images at the start, a tenth at the end", RealRange{0, 1e6});
    f("r2", r2, "the same on fake images", RealRange{0, 1e6});
    f("learning_rate", learning_rate, "of both players' Adam at the start, a quarter at the end", RealRange{0, 1e38});
    f("augment", augment, "probability of each augmentation of real and fake images at the end; 0 at the start",
      RealRange{0, 1});
    f("horizon", horizon, "rounds in which all that changes does so", IntRange{1, i64{1} << 40});
  }
  /// Channels of each stage, from 4 x 4 up.
  std::vector<i64> widths() const;
  i64 blocks() const { return preset == R3ganPreset::small ? 1 : 2; }  ///< in each stage
  i64 size() const { return i64{2} << widths().size(); }               ///< height and width of the images
};

/// z (N, 64) → images (N, S, S, channels), from [-1, 1] but not limited to it: a learnt basis (4, 4, C), each channel
/// of it multiplied by a linear function of z; in each stage low-pass upsampling and grouped residual blocks.
template <class T>
struct BasicR3ganGenerator {
  Param<T> basis;
  BasicDense<T> linear;
  BasicSequential<T> body;

  explicit BasicR3ganGenerator(const R3ganOptions& o);
  Tensor<T> operator()(const Tensor<T>& z, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("basis", basis);
    v("linear", linear);
    v("body", body);
  }
};

/// Throws ValueError for options outside the ranges that visit() states, and for widths that are no multiples of 8.
template <class T>
struct BasicR3gan {
  using Options = R3ganOptions;
  static constexpr const char* name = "r3gan";
  static constexpr const char* purpose = "R3GAN: relativistic, with penalties instead of norms (Huang et al. 2024)";
  Options options;
  BasicR3ganGenerator<T> G;
  BasicSequential<T> D;  ///< images → logits (N, 1)

  explicit BasicR3gan(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  static Recipe recipe() { return {.data = "cifar10", .epochs = 100}; }
  data::Needs needs() const { return {.x = {options.size(), options.size(), options.channels}}; }
  InputSpec input() const { return {.latent = Options::latent}; }
  /// Each turn has its own real and fake images. Adam with beta1 0; beta2 grows from 0.9 to 0.99. All schedules follow
  /// half a cosine.
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return {ability("sample", input(), G)}; }
};
using R3gan = BasicR3gan<float>;

extern template struct BasicR3ganGenerator<float>;
extern template struct BasicR3ganGenerator<double>;
extern template struct BasicR3gan<float>;
extern template struct BasicR3gan<double>;

}  // namespace gan::models
