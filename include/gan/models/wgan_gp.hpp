// WGAN-GP (Gulrajani et al. 2017, "Improved training of Wasserstein GANs"): the networks of the authors' program.
#pragma once

#include <span>

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

/// Parameters of G and of the critic D.
enum class WganGpVariant {
  mnist,   ///< convolutions for 28 x 28 grey images in [0, 1]: 1,554,177 and 1,030,145
  dcgan,   ///< DCGAN for 32 x 32, no norm in D: 5,179,907 and 4,114,689
  resnet,  ///< residual networks for 32 x 32: 1,204,483 and 1,053,825
  toy,     ///< dense layers for points in the plane: 527,874 and 527,361
};
std::span<const char* const> enum_names(WganGpVariant);

struct WganGpOptions {
  WganGpVariant variant = WganGpVariant::dcgan;
  double lambda = 0;            ///< weight of the penalty; 0: 10, or 0.1 for points
  bool one_sided = false;       ///< the penalty takes only norms above 1
  double learning_rate = 0;     ///< of both players' Adam; 0: 1e-4, or 2e-4 of the residual networks
  i64 decay = 0;                ///< rounds in which the learning rates fall to 0 (100,000 of the residual networks)
  int discriminator_steps = 5;  ///< critic turns in a round

  template <class F>
  void visit(F&& f) {
    f("variant", variant, "the networks");
    f("lambda", lambda, "weight of the gradient penalty; 0: 10, or 0.1 for points", RealRange{0, 1e6});
    f("one_sided", one_sided, "penalise only gradients with norms above 1");
    f("learning_rate", learning_rate, "of both players' Adam; 0: 1e-4, or 2e-4 of the residual networks",
      RealRange{0, 1e38});
    f("decay", decay, "rounds in which the learning rates fall to 0; 0: they do not", IntRange{0, i64{1} << 40});
    f("discriminator_steps", discriminator_steps, "critic turns in a round", IntRange{1, 100});
  }
};

/// z (N, 128), for points (N, 2) → images or points; D: these → scores (N, 1). Adam (0.5, 0.9), of the residual
/// networks (0, 0.9), whose G has two fakes for each real image of the critic's turns. The authors' program for
/// CIFAR-10 also adds U(0, 1/128) to real images, which is left out. The metric loss_D, its sign changed and the
/// penalty apart, estimates the Wasserstein distance. Throws ValueError for options outside the ranges that visit()
/// states.
template <class T>
struct BasicWganGp {
  using Options = WganGpOptions;
  static constexpr const char* name = "wgan_gp";
  static constexpr const char* purpose = "WGAN with gradient penalty (Gulrajani et al. 2017)";
  Options options;
  BasicSequential<T> G, D;

  explicit BasicWganGp(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  static Recipe recipe() { return {.data = "cifar10", .epochs = 100}; }
  data::Needs needs() const;
  InputSpec input() const;
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return {ability("sample", input(), G)}; }
};
using WganGp = BasicWganGp<float>;

extern template struct BasicWganGp<float>;
extern template struct BasicWganGp<double>;

}  // namespace gan::models
