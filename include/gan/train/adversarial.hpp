// The two-player game of a generator and a discriminator: networks x objective x penalty x turns.
#pragma once

#include "gan/nn/input.hpp"
#include "gan/objectives/adversarial.hpp"
#include "gan/objectives/penalty.hpp"
#include "gan/optim/ema.hpp"
#include "gan/train/game.hpp"

namespace gan {

struct AdversarialOptions {
  InputSpec input = {};        ///< what G is fed: z and codes are drawn, all else is taken from the batch
  std::string real = "x";      ///< the part of the batch that fakes imitate
  int discriminator_steps = 1;        ///< discriminator turns in a round
  int generator_steps = 1;     ///< generator turns in a round, after those of the discriminator
  bool fresh_noise = false;    ///< the generator's first turn draws new fakes, not reusing the discriminator's last
  bool joined = false;         ///< D sees real and fake images as one batch: a BatchNorm in D normalises them together
  bool separate_batches = false;  ///< every turn has its own minibatch and its own fakes (strict alternation)
  bool simultaneous = false;   ///< G learns against D as it was before D's last turn, with the same dropout masks
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
};
using TwoPlayers = BasicTwoPlayers<float>;

namespace detail {
/// D's turn and G's turn; see adversarial().
template <class T, class Objective, class Penalty>
struct AdversarialTurns {
  BasicTwoPlayers<T> players;
  Objective objective;
  Penalty penalty;
  AdversarialOptions options;

  Tensor<T> real(const BasicBatch<T>& batch) const {
    return players.real ? players.real(batch) : batch[options.real];
  }
  struct Both {
    BasicScores<T> real, fake;
    Pass at_fake = {};  ///< the pass before the fakes were scored
  };
  /// Scores of real and of fake examples, which D gets as one batch if they are joined.
  Both score_both(const Tensor<T>& on, const Tensor<T>& fake, const BasicBatch<T>& batch, BasicRound<T>& round,
                  Pass& pass) const {
    if (!options.joined) {
      BasicScores<T> scores = players.score(on, batch, round, pass);
      const Pass at_fake = pass;
      return {std::move(scores), players.score(fake, batch, round, pass), at_fake};
    }
    BasicBatch<T> twice;
    for (const auto& [name, part] : batch)
      if (players.real || name != options.real) twice.set(name, concat<T>({part, part}));
    const BasicScores<T> both = players.score(concat<T>({on, fake}), twice, round, pass);
    const i64 n = on.shape(0);
    return {rows(both, 0, n), rows(both, n, n + fake.shape(0))};
  }

  Tensor<T> discriminator_loss(const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) const {
    const bool reused = !options.fresh_noise && !options.separate_batches && round.turn + 1 == round.turns;
    Tensor<T> fake;
    {
      GradMode only_if_reused(reused);
      fake = players.generate(batch, round, pass);
    }
    if (reused) round.put("fake", fake);
    const Tensor<T> x = real(batch);
    const Tensor<T> shown = players.replay ? players.replay(detach(fake), pass.rng) : detach(fake);
    const auto [on_real, on_fake, at_fake] = score_both(x, shown, batch, round, pass);
    if (options.simultaneous && reused) score_as_before(fake, on_real, batch, round, at_fake);
    {
      NoGrad constant;
      round.metric("D(x)", mean(sigmoid(on_real.logits)));
      round.metric("D(G(z))", mean(sigmoid(on_fake.logits)));
    }
    Tensor<T> loss = gan::discriminator_loss<T>(objective, on_real, on_fake);
    if (options.discriminator_scale != 1) loss = options.discriminator_scale * loss;
    auto discriminator = [&](const Tensor<T>& in, Pass& p) { return players.score(in, batch, round, p).logits; };
    const Tensor<T> extra = penalty(discriminator, x, shown, pass);
    return extra.defined() ? loss + extra : loss;
  }
  Tensor<T> generator_loss(const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) const {
    if (options.simultaneous && round.turn == 0 && round.has("logits of fakes"))
      return gan::generator_loss<T>(objective, kept("fakes", round, true), [&] { return kept("reals", round, false); });
    const bool reused = round.turn == 0 && round.has("fake");
    const Tensor<T> fake = reused ? round.at("fake") : players.generate(batch, round, pass);
    // The batch that the fakes were made for.
    const BasicBatch<T>& own = reused ? round.batch_of("fake") : batch;
    if constexpr (detail::wants_real<T, Objective>) {
      if (options.joined) {
        const Both on = score_both(real(own), fake, own, round, pass);
        return gan::generator_loss<T>(objective, on.fake, [&on] { return on.real; });
      }
    }
    return gan::generator_loss<T>(objective, players.score(fake, own, round, pass), [&] {
      NoGrad constant;
      return players.score(real(own), own, round, pass);
    });
  }

 private:
  /// For G's turn: the scores of the fakes by D before this turn, with the masks that it has used for them.
  void score_as_before(const Tensor<T>& fake, const BasicScores<T>& on_real, const BasicBatch<T>& batch,
                       BasicRound<T>& round, Pass at_fake) const {
    players.remember();
    keep("fakes", players.score_before(fake, batch, round, at_fake), round);
    if constexpr (detail::wants_real<T, Objective>) keep("reals", detach(on_real), round);
  }
  static void keep(const std::string& whose, const BasicScores<T>& s, BasicRound<T>& round) {
    round.put("logits of " + whose, s.logits);
    if (s.features.defined()) round.put("features of " + whose, s.features);
    if (s.labels.defined()) round.put("labels of " + whose, s.labels);
    if (s.inputs.defined()) round.put("inputs of " + whose, s.inputs);
  }
  static BasicScores<T> kept(const std::string& whose, BasicRound<T>& round, bool history) {
    const auto get = [&](const char* what) -> Tensor<T> {
      const std::string name = what + (" of " + whose);
      if (!round.has(name)) return {};
      return history ? round.at(name) : round.detached(name);
    };
    return {get("logits"), get("features"), get("labels"), get("inputs")};
  }
};
}  // namespace detail

/// D minimises objective.d plus the penalty; G minimises objective.g, a function of the scores of the fakes or, where
/// the objective has g(real, fake), of both scores. Fakes are generated once, with history: the discriminator gets them
/// detached and the generator's first turn reuses them. Unless `joined`, real and fake images go through D separately,
/// so that a BatchNorm in D normalises each with its own statistics and updates its running statistics twice. Metrics:
/// loss_D, loss_G, D(x), D(G(z)). The caller includes the networks in the game.
template <class T, class Objective, class Penalty = NoPenalty>
BasicGame<T> adversarial(BasicTwoPlayers<T> networks, Objective objective, AdversarialOptions o = {},
                         Penalty penalty = {}) {
  if (o.simultaneous && (!networks.score_before || !networks.remember || o.fresh_noise || o.separate_batches ||
                         o.joined))
    throw ValueError(
        "[adversarial] simultaneous play needs score_before and remember, and excludes fresh_noise, separate_batches "
        "and joined");
  const auto turns = std::make_shared<const detail::AdversarialTurns<T, Objective, Penalty>>(
      detail::AdversarialTurns<T, Objective, Penalty>{std::move(networks), std::move(objective), std::move(penalty),
                                                      o});
  std::vector<BasicPlayer<T>> players;
  players.emplace_back(
      "D", turns->players.discriminator,
      [turns](const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) {
        return turns->discriminator_loss(batch, round, pass);
      },
      o.discriminator, o.discriminator_steps);
  players.emplace_back(
      "G", turns->players.generator,
      [turns](const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) {
        return turns->generator_loss(batch, round, pass);
      },
      o.generator, o.generator_steps);
  BasicGame<T> game(std::move(players));
  game.separate_batches = o.separate_batches;
  return game;
}

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
  return networks;
}

/// The game of two networks; see two_players() and the general form. Both must outlive the game.
template <class Generator, class Discriminator, class Objective, class Penalty = NoPenalty>
requires requires(Generator& G, BasicVisitor<scalar_of<Generator>>& v) { G.visit(v); }
auto adversarial(Generator& G, Discriminator& D, Objective objective, AdversarialOptions o = {}, Penalty penalty = {})
    -> BasicGame<scalar_of<Generator>> {
  auto networks = two_players(G, D, o);
  auto game = adversarial(std::move(networks), std::move(objective), std::move(o), std::move(penalty));
  game.include("G", G).include("D", D);
  return game;
}

}  // namespace gan
