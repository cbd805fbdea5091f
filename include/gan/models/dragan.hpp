// DRAGAN (Kodali et al. 2017): a discriminator whose gradient has norm 1 near the data.
#pragma once

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

struct DraganOptions {
  i64 channels = 1;  ///< of the images
  i64 size = 28;     ///< height and width: 28, 32 or 64
  i64 latent = 100;
  i64 features = 64;                         ///< channels of the stage next to the image, as in DcganOptions
  double lambda = 10;                        ///< weight of the penalty
  double spread = 0.5;                       ///< of the noise, in standard deviations of the data
  double learning_rate = 2e-4, beta1 = 0.5;  ///< of both players' Adam

  template <class F>
  void visit(F&& f) {
    f("channels", channels, "of the images", IntRange{1, 1024});
    f("size", size, "height and width of the images: 28, 32 or 64", IntRange{28, 64});
    f("latent", latent, "numbers in a latent vector", IntRange{1, 65536});
    f("features", features, "channels of the stage next to the image", IntRange{1, 4096});
    f("lambda", lambda, "weight of the penalty", RealRange{0, 1e38});
    f("spread", spread, "of the noise, in standard deviations of the data", RealRange{0, 1e6});
    f("learning_rate", learning_rate, "of both players' Adam", RealRange{0, 1e38});
    f("beta1", beta1, "of both players' Adam", RealRange{0, 0.999999});
  }
};

/// The objective of Dcgan with the penalty Dragan, lambda 10, on the networks and with the Adam of Dcgan, batch norm in
/// D included: there the gradient is that of the scores of the batch as a whole. Throws ValueError for options outside
/// the ranges that visit() states, and for another size.
template <class T>
struct BasicDragan {
  using Options = DraganOptions;
  static constexpr const char* purpose = "DRAGAN with the networks of DCGAN (Kodali et al. 2017)";
  static constexpr const char* name = "dragan";
  Options options;
  BasicSequential<T> G, D;

  explicit BasicDragan(Options o = {});
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
using Dragan = BasicDragan<float>;

extern template struct BasicDragan<float>;
extern template struct BasicDragan<double>;

}  // namespace gan::models
