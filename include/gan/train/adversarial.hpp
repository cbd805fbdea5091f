// The two-player game of a generator and a discriminator: networks x objective x penalty x turns.
#pragma once

#include "gan/objectives/adversarial.hpp"
#include "gan/objectives/penalties.hpp"
#include "gan/train/two_players.hpp"

namespace gan {

namespace detail {
/// D's turn and G's turn; see adversarial().
template <class T, class Objective, class Penalty>
struct AdversarialTurns {
  using Score = typename BasicTwoPlayers<T>::Score;
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

  Tensor<T> discriminator_loss(const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) const {
    const bool reused = !options.fresh_noise && !options.separate_batches && options.micro_batches == 1 &&
                        options.generator_batches == 1 && round.turn + 1 == round.turns;
    Tensor<T> fake;
    {
      GradMode only_if_reused(reused);
      fake = players.generate(batch, round, pass);
    }
    if (reused) round.put("fake", fake);
    const Tensor<T> shown = players.replay ? players.replay(detach(fake), pass.rng) : detach(fake);
    const auto [scores, loss] = judge(players.score, real(batch), shown, batch, round, pass);
    options.augment.observe(scores.real.logits, pass);
    if (options.simultaneous && reused) score_as_before(fake, scores.real, batch, round, scores.at_fake);
    NoGrad constant;
    round.metric("D(x)", mean(sigmoid(scores.real.logits)));
    round.metric("D(G(z))", mean(sigmoid(scores.fake.logits)));
    const auto metric = [&round](const char* name, const Tensor<T>& value) { round.metric(name, value); };
    if constexpr (requires { objective.measure(scores.fake, metric); }) objective.measure(scores.fake, metric);
    return loss;
  }
  Tensor<T> generator_loss(const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) const {
    if (options.simultaneous && round.turn == 0 && round.has("logits of fakes"))
      return gan::generator_loss<T>(objective, kept("fakes", round, true), [&] { return kept("reals", round, false); });
    const bool reused = round.turn == 0 && round.has("fake");
    // The batch that the fakes are made for.
    const BasicBatch<T> own = reused ? round.batch_of("fake") : repeated(batch, options.generator_batches, true);
    const Tensor<T> fake = reused ? round.at("fake") : players.generate(own, round, pass);
    const Score later = options.unrolled > 0 ? score_later(fake, own, round, pass) : Score();
    const Score& score = later ? later : players.score;
    if constexpr (detail::wants_real<T, Objective>) {
      if (options.joined) {
        const Both on = score_both(score, real(own), fake, own, round, pass);
        return gan::generator_loss<T>(objective, on.fake, [&on] { return on.real; });
      }
    }
    return gan::generator_loss<T>(objective, show(score, fake, own, round, pass), [&] {
      GradMode only_if_unrolled(options.unrolled > 0);
      return show(score, real(own), own, round, pass);
    });
  }

 private:
  /// The examples of a batch n times over, with the real ones or without.
  BasicBatch<T> repeated(const BasicBatch<T>& batch, int n, bool with_real) const {
    if (n == 1) return batch;
    BasicBatch<T> all;
    for (const auto& [name, part] : batch)
      if (with_real || players.real || name != options.real)
        all.set(name, concat<T>(Tensors<T>(static_cast<std::size_t>(n), part)));
    return all;
  }
  /// The scores of what D is shown of x.
  BasicScores<T> show(const Score& score, const Tensor<T>& x, const BasicBatch<T>& batch, BasicRound<T>& round,
                      Pass& pass) const {
    return score(options.augment(x, pass), batch, round, pass);
  }
  /// Scores of real and of fake examples, which D gets as one batch if they are joined.
  Both score_both(const Score& score, const Tensor<T>& on, const Tensor<T>& fake, const BasicBatch<T>& batch,
                  BasicRound<T>& round, Pass& pass) const {
    if (!options.joined) {
      BasicScores<T> scores = show(score, on, batch, round, pass);
      const Pass at_fake = pass;
      return {std::move(scores), show(score, fake, batch, round, pass), at_fake};
    }
    const BasicScores<T> both = show(score, concat<T>({on, fake}), repeated(batch, 2, false), round, pass);
    const i64 n = on.shape(0);
    return {rows(both, 0, n), rows(both, n, n + fake.shape(0))};
  }
  /// The scores of D, and what it minimises, penalty included.
  std::pair<Both, Tensor<T>> judge(const Score& score, Tensor<T> on, Tensor<T> fake, const BasicBatch<T>& batch,
                                   BasicRound<T>& round, Pass& pass) const {
    if constexpr (SharesScores<T, Penalty>) {  // of these the penalty takes gradients
      if (!on.tracked()) on = leaf(on);
      if (!fake.tracked()) fake = leaf(fake);
      pass.per_example = penalty.per_example();
    }
    Both scores = score_both(score, on, fake, batch, round, pass);
    pass.per_example = false;
    Tensor<T> loss = gan::discriminator_loss<T>(objective, scores.real, scores.fake, pass);
    if (options.discriminator_scale != 1) loss = options.discriminator_scale * loss;
    auto discriminator = [&](const Tensor<T>& in, Pass& p) { return show(score, in, batch, round, p).logits; };
    const BasicShown<T> shown{on, scores.real.logits, fake, scores.fake.logits};
    const Tensor<T> extra = penalize(penalty, discriminator, shown, pass);
    return {std::move(scores), extra.defined() ? loss + extra : loss};
  }
  /// The scores by D as it would be after some more updates, which are functions of the fakes.
  Score score_later(const Tensor<T>& fake, const BasicBatch<T>& batch, BasicRound<T>& round, const Pass& pass) const {
    const Tensor<T> x = real(batch);
    return players.look_ahead(round.optimizer_of("D"), options.unrolled, [&](const Score& score) {
      Pass own = pass;
      own.update_stats = false;
      return judge(score, x, fake, batch, round, own).second;
    });
  }
  /// For G's turn: the scores of the fakes by D before this turn, with the masks that it has used for them.
  void score_as_before(const Tensor<T>& fake, const BasicScores<T>& on_real, const BasicBatch<T>& batch,
                       BasicRound<T>& round, Pass at_fake) const {
    players.remember();
    keep("fakes", show(players.score_before, fake, batch, round, at_fake), round);
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
/// loss_D, loss_G, D(x), D(G(z)), and those of the objective. The caller includes the networks in the game.
template <class T, class Objective, class Penalty = NoPenalty>
BasicGame<T> adversarial(BasicTwoPlayers<T> networks, Objective objective, AdversarialOptions o = {},
                         Penalty penalty = {}) {
  if (o.simultaneous && (!networks.score_before || !networks.remember || o.fresh_noise || o.separate_batches ||
                         o.joined))
    throw ValueError(
        "[adversarial] simultaneous play needs score_before and remember, and excludes fresh_noise, separate_batches "
        "and joined");
  if (o.unrolled < 0 || (o.unrolled > 0 && (!networks.look_ahead || o.simultaneous)))
    throw ValueError("[adversarial] unrolled play needs look_ahead and at least 0 steps, and excludes simultaneous");
  if (o.generator_batches < 1) throw ValueError("[adversarial] generator_batches must be at least 1");
  if ((o.micro_batches != 1 || o.generator_batches != 1) && o.simultaneous)
    throw ValueError("[adversarial] simultaneous play takes each batch as a whole, and as it is");
  o.augment = o.augment.clone();
  const auto turns = std::make_shared<detail::AdversarialTurns<T, Objective, Penalty>>(
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
  for (BasicPlayer<T>& player : game.players) player.micro_batches = o.micro_batches;
  game.separate_batches = o.separate_batches;
  if constexpr (requires(BasicVisitor<T>& v) { turns->objective.visit(v); })
    game.include("objective", turns->objective);
  if constexpr (requires(BasicVisitor<T>& v) { turns->penalty.visit(v); }) game.include("penalty", turns->penalty);
  if (o.augment) game.include("augment", turns->options.augment);
  return game;
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
