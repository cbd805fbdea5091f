// Least squares GAN (Mao et al. 2017).
#pragma once

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

struct LsganOptions {
  i64 channels = 1;  ///< of the images
  i64 size = 28;     ///< height and width: 28, 32 or 64
  i64 latent = 100;
  i64 features = 64;  ///< channels of the stage next to the image, as in DcganOptions
  double fake_label = 0, real_label = 1, wanted_label = 1;  ///< a, b and c
  double learning_rate = 2e-4, beta1 = 0.5;                 ///< of both players' Adam

  template <class F>
  void visit(F&& f) {
    f("channels", channels, "of the images", IntRange{1, 1024});
    f("size", size, "height and width of the images: 28, 32 or 64", IntRange{28, 64});
    f("latent", latent, "numbers in a latent vector", IntRange{1, 65536});
    f("features", features, "channels of the stage next to the image", IntRange{1, 4096});
    f("fake_label", fake_label, "a: D's score of fakes", RealRange{-1e6, 1e6});
    f("real_label", real_label, "b: D's score of real images", RealRange{-1e6, 1e6});
    f("wanted_label", wanted_label, "c: the score of fakes that G wants", RealRange{-1e6, 1e6});
    f("learning_rate", learning_rate, "of both players' Adam", RealRange{0, 1e38});
    f("beta1", beta1, "of both players' Adam", RealRange{0, 0.999999});
  }
};

/// The objective LeastSquares on the networks of Dcgan; D's score is its logit. From the paper are the objective, its
/// labels a = 0 and b = c = 1 (equation 9; a = -1, b = 1, c = 0 is its other choice, equation 8) and Adam's beta1 of
/// 0.5. The networks are not: the paper's, for scenes of 112 x 112, are larger. Throws ValueError for options outside
/// the ranges that visit() states, and for another size.
template <class T>
struct BasicLsgan {
  using Options = LsganOptions;
  static constexpr const char* purpose = "least squares GAN with the networks of DCGAN (Mao et al. 2017)";
  static constexpr const char* name = "lsgan";
  Options options;
  BasicSequential<T> G, D;

  explicit BasicLsgan(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  InputSpec input() const { return {.latent = options.latent}; }
  data::Needs needs() const { return {.x = {options.size, options.size, options.channels}}; }
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return {ability("sample", input(), G)}; }
};
using Lsgan = BasicLsgan<float>;

extern template struct BasicLsgan<float>;
extern template struct BasicLsgan<double>;

}  // namespace gan::models
