// Two players: what a game of a generator and a discriminator does with its networks, and how it is played.
#pragma once

#include "gan/grad/grad.hpp"
#include "gan/nn/input.hpp"
#include "gan/objectives/objective.hpp"
#include "gan/optim/ema.hpp"
#include "gan/train/augmentation.hpp"
#include "gan/train/game.hpp"

namespace gan {

struct AdversarialOptions {
  InputSpec input = {};        ///< what G is fed: z and codes are drawn, all else is taken from the batch
  std::string real = "x";      ///< the part of the batch that fakes imitate
  Schedule discriminator_steps = 1;  ///< discriminator turns in a round, which may depend on its number
  Schedule generator_steps = 1;      ///< generator turns in a round, after those of the discriminator
  bool fresh_noise = false;    ///< the generator's first turn draws new fakes, not reusing the discriminator's last
  bool joined = false;         ///< D sees real and fake images as one batch: a BatchNorm in D normalises them together
  bool separate_batches = false;  ///< every turn has its own minibatch and its own fakes (strict alternation)
  bool simultaneous = false;   ///< G learns against D as it was before D's last turn, with the same dropout masks
  /// G's loss is that against D as it would be after so many further updates, which are functions of the fakes (Metz et
  /// al. 2017). Each uses the same batch and fakes.
  int unrolled = 0;
  int generator_batches = 1;  ///< fakes in G's turn for each example of its batch; above 1 they are fresh
  int micro_batches = 1;  ///< parts in which each turn takes its batch, adding up gradients; G's fakes are then fresh
  Augmentation augment = {};  ///< of all that D is shown, real and fake, by both players
  double discriminator_scale = 1;  ///< factor of D's loss
  OptimizerSpec generator = Adam{}, discriminator = Adam{};
};

/// What a two-player game does with its networks: how to generate, and how to score.
template <class T>
struct BasicTwoPlayers {
  using Batch = BasicBatch<T>;
  using Round = BasicRound<T>;
  /// Scores of real or fake examples; `batch` is the one that the fakes were made for, except with `replay`, which may
  /// show fakes of earlier batches.
  using Score = std::function<BasicScores<T>(const Tensor<T>& x, const Batch& batch, Round& round, Pass& pass)>;

  Parameters<T> generator, discriminator;  ///< what each player learns
  std::function<Tensor<T>(const Batch& batch, Round& round, Pass& pass)> generate;  ///< fakes for a batch
  Score score;
  std::function<Tensor<T>(const Batch& batch)> real = {};  ///< the examples that fakes imitate; empty: options.real
  /// What D is shown in place of the fakes, which have no history, such as those of an ImagePool; empty: the fakes.
  std::function<Tensor<T>(const Tensor<T>& fakes, Rng& rng)> replay = {};
  Score score_before = {};         ///< by D as it was when `remember` was called last; for simultaneous play
  std::function<void()> remember = {};
  /// The scores by D as it would be after `steps` updates by `optimizer`, each minimising loss(the scores by D as it
  /// would be then): differentiable functions of all that the losses depend on. For unrolled play.
  std::function<Score(const Optimizer<T>& optimizer, int steps, const std::function<Tensor<T>(const Score&)>& loss)>
      look_ahead = {};
};
using TwoPlayers = BasicTwoPlayers<float>;

/// The scores of a discriminator of any of these forms: D(x, batch, pass), which sees all parts of the batch;
/// D(x, labels, pass) with one-hot labels, if the input has classes; D(x, pass). It returns logits or Scores.
template <class T, class Discriminator>
BasicScores<T> score(Discriminator& D, const InputSpec& input, const Tensor<T>& x, const BasicParts<T>& batch,
                     Pass& pass) {
  if constexpr (requires { BasicScores<T>(D(x, batch, pass)); }) {
    return D(x, batch, pass);
  } else {
    if constexpr (requires { BasicScores<T>(D(x, x, pass)); })
      if (input.classes > 0) return D(x, one_hot(batch["labels"], input.classes), pass);
    if constexpr (requires { BasicScores<T>(D(x, pass)); }) return D(x, pass);
    throw ValueError("[adversarial] the discriminator takes labels; say of how many classes: .input = {.classes = …}");
  }
}

namespace detail {
/// Makes the parameters of a network aliases of other tensors.
template <class T, class M>
void share_all(M& net, const Tensors<T>& values) {
  std::size_t i = 0;
  each_distinct_param(net, [&](const std::string&, Param<T>& p) {
    if (p.trainable()) p.share(values[i++]);
  });
}

/// See BasicTwoPlayers::look_ahead: a copy of D whose parameters are functions of D's.
template <class T, class Discriminator>
typename BasicTwoPlayers<T>::Score look_ahead(Discriminator& D, const InputSpec& input, Optimizer<T> optimizer,
                                              int steps,
                                              const std::function<Tensor<T>(
                                                  const typename BasicTwoPlayers<T>::Score&)>& loss) {
  Parameters<T> now = params(D);
  optimizer.prepare(now);
  const auto later = std::make_shared<Discriminator>(D);
  Tensors<T> w = now.tensors;
  if (params(*later).tensors.size() != w.size())
    throw ValueError("[adversarial] unrolled play needs a discriminator whose copies share what it shares itself");
  share_all(*later, w);
  const typename BasicTwoPlayers<T>::Score score = [later, input](const Tensor<T>& x, const BasicBatch<T>& batch,
                                                                 BasicRound<T>&, Pass& pass) {
    return gan::score<T>(*later, input, x, batch, pass);
  };
  for (int step = 0; step < steps; ++step) {
    w = optimizer.ahead(w, grad(loss(score), w, true));
    share_all(*later, w);
  }
  return score;
}
}  // namespace detail

/// Two networks as the general form of adversarial() takes them: G is fed the parts of options.input in any form that
/// generate() calls, D scores in any form that score() calls. Both must outlive the result.
template <class Generator, class Discriminator, class T = scalar_of<Generator>>
BasicTwoPlayers<T> two_players(Generator& G, Discriminator& D, const AdversarialOptions& o) {
  BasicTwoPlayers<T> networks{
      .generator = params(G),
      .discriminator = params(D),
      .generate = [&G, input = o.input](const BasicBatch<T>& batch, BasicRound<T>&, Pass& pass) {
        const BasicParts<T> fed = input_for<T>(input, batch, pass.rng);
        return gan::generate<T>(G, input, fed, pass);
      },
      .score = [&D, input = o.input](const Tensor<T>& x, const BasicBatch<T>& batch, BasicRound<T>&,
                                     Pass& pass) { return gan::score<T>(D, input, x, batch, pass); }};
  if (o.simultaneous) {
    // D as it was before its turn, for G's turn to differentiate after D has been updated in place.
    const auto before = std::make_shared<Ema<Discriminator>>(D, 0.0);
    networks.score_before = [before, input = o.input](const Tensor<T>& x, const BasicBatch<T>& batch, BasicRound<T>&,
                                                      Pass& pass) {
      return gan::score<T>(before->network(), input, x, batch, pass);
    };
    networks.remember = [before] { before->update(); };
  }
  if (o.unrolled > 0)
    if constexpr (std::is_copy_constructible_v<Discriminator>)
      networks.look_ahead = [&D, input = o.input](const Optimizer<T>& optimizer, int steps, const auto& loss) {
        return detail::look_ahead<T>(D, input, optimizer, steps, loss);
      };
  return networks;
}

}  // namespace gan
