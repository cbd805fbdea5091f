// Wasserstein GAN (Arjovsky, Chintala & Bottou 2017) with clipped weights, as in the authors' code.
#pragma once

#include <span>

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

enum class WganGenerator {
  dcgan,  ///< that of Dcgan
  mlp     ///< four hidden layers of 512 rectified units without batch norm (section 4.2)
};
std::span<const char* const> enum_names(WganGenerator);

struct WganOptions {
  i64 channels = 1;  ///< of the images
  i64 size = 28;     ///< height and width: 28, 32 or 64
  WganGenerator generator = WganGenerator::dcgan;
  i64 latent = 100;
  i64 features = 64;            ///< channels of the stage next to the image, as in DcganOptions
  double learning_rate = 5e-5;  ///< of both players' RMSProp
  double clip = 0.01;           ///< limit of the critic's weights
  i64 critic_steps = 5;         ///< critic turns in a round
  i64 many_critic_steps = 100;  ///< in the first rounds and now and then
  i64 first_rounds = 25;        ///< rounds with many critic turns at the start
  i64 many_every = 500;         ///< every so many rounds one has many critic turns; 0: none

  template <class F>
  void visit(F&& f) {
    f("channels", channels, "of the images", IntRange{1, 1024});
    f("size", size, "height and width of the images: 28, 32 or 64", IntRange{28, 64});
    f("generator", generator, "dcgan, or mlp: four layers of 512 units without batch norm");
    f("latent", latent, "numbers in a latent vector", IntRange{1, 65536});
    f("features", features, "channels of the stage next to the image", IntRange{1, 4096});
    f("learning_rate", learning_rate, "of both players' RMSProp", RealRange{0, 1e38});
    f("clip", clip, "largest size of a weight of the critic", RealRange{1e-12, 1e38});
    f("critic_steps", critic_steps, "critic turns in a round", IntRange{1, 255});
    f("many_critic_steps", many_critic_steps, "critic turns in the first rounds, and now and then", IntRange{1, 255});
    f("first_rounds", first_rounds, "rounds with many critic turns at the start", IntRange{0, 1000000000000});
    f("many_every", many_every, "rounds from one with many critic turns to the next; 0: none",
      IntRange{0, 1000000000000});
  }
};

/// The networks of Dcgan: G makes images in [-1, 1], the score of the critic D is its logit, without a sigmoid. Batch
/// norm in the critic, whose gains are clipped like all its weights, is the authors'. At size 64 with three channels
/// these are their networks: G 3,576,704, D 2,765,568 parameters; smaller sizes are not theirs. Their program's MLP has
/// three hidden layers and no tanh at its end. Throws ValueError for options outside the ranges that visit() states,
/// and for another size.
template <class T>
struct BasicWgan {
  using Options = WganOptions;
  static constexpr const char* purpose = "Wasserstein GAN with clipped weights (Arjovsky et al. 2017)";
  static constexpr const char* name = "wgan";
  Options options;
  BasicSequential<T> G, D;

  explicit BasicWgan(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  static Recipe recipe() { return {.epochs = 50}; }
  InputSpec input() const { return {.latent = options.latent}; }
  data::Needs needs() const { return {.x = {options.size, options.size, options.channels}}; }
  /// Critic turns in a round: many in the first rounds and in every 500th, from round 0 on; few in the others.
  Schedule critic_steps() const;
  /// The critic is clipped before each of its turns, so that G's turn meets its weights as they were updated last. G
  /// gets fakes of its own. The metric "wasserstein", minus the critic's loss, estimates the distance of the two
  /// distributions up to a factor, the critic's Lipschitz constant.
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return {ability("sample", input(), G)}; }
};
using Wgan = BasicWgan<float>;

extern template struct BasicWgan<float>;
extern template struct BasicWgan<double>;

}  // namespace gan::models
