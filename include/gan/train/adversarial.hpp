// The two-player game of a generator and a discriminator: networks x objective x penalty x turns.
#pragma once

#include "gan/nn/latent.hpp"
#include "gan/objectives/adversarial.hpp"
#include "gan/objectives/penalty.hpp"
#include "gan/train/game.hpp"

namespace gan {

struct AdversarialOptions {
  Latent latent = {};          ///< latent vectors z (N, latent.size); a bare number is the size of a normal prior
  int discriminator_steps = 1;        ///< discriminator turns in a round
  int generator_steps = 1;     ///< generator turns in a round, after those of the discriminator
  bool fresh_noise = false;    ///< the generator's first turn draws new fakes, not reusing the discriminator's last
  bool joined = false;         ///< D sees real and fake images as one batch: a BatchNorm in D normalises them together
  bool separate_batches = false;  ///< every turn has its own minibatch and its own fakes (strict alternation)
  OptimizerSpec generator = Adam{}, discriminator = Adam{};
};

/// D minimises objective.d plus the penalty; G minimises objective.g, a function of the scores of the fakes or, where
/// the objective has g(real, fake), of both scores. Fakes are generated once, with history: the discriminator gets them
/// detached and the generator's first turn reuses them. Unless `joined`, real and fake images go through D separately,
/// so that a BatchNorm in D normalises each with its own statistics and updates its running statistics twice. Metrics:
/// loss_D, loss_G, D(x), D(G(z)).
template <class Generator, class Discriminator, class Objective, class Penalty = NoPenalty>
auto adversarial(Generator& G, Discriminator& D, Objective objective, AdversarialOptions o = {}, Penalty penalty = {})
    -> BasicGame<scalar_of<Generator>> {
  using T = scalar_of<Generator>;
  auto generate = [&G, o](const BasicBatch<T>& batch, Pass& pass) {
    return G(draw_latent<T>(batch.size(), o.latent, pass.rng, batch.x.device()), pass);
  };
  auto discriminator_loss = [&D, objective, penalty, generate, o](const BasicBatch<T>& batch, BasicRound<T>& round,
                                                           Pass& pass) {
    const bool reused = !o.fresh_noise && !o.separate_batches && round.turn + 1 == round.turns;
    Tensor<T> fake;
    {
      GradMode only_if_reused(reused);
      fake = generate(batch, pass);
    }
    if (reused) round.put("fake", fake);
    Tensor<T> on_real, on_fake;
    if (o.joined) {
      const Tensor<T> on_both = D(concat<T>({batch.x, detach(fake)}), pass);
      on_real = rows(on_both, 0, batch.size());
      on_fake = rows(on_both, batch.size(), 2 * batch.size());
    } else {
      on_real = D(batch.x, pass);
      on_fake = D(detach(fake), pass);
    }
    {
      NoGrad constant;
      round.metric("D(x)", mean(sigmoid(on_real)));
      round.metric("D(G(z))", mean(sigmoid(on_fake)));
    }
    const Tensor<T> loss = gan::discriminator_loss<T>(objective, on_real, on_fake);
    const Tensor<T> extra = penalty(D, batch.x, detach(fake), pass);
    return extra.defined() ? loss + extra : loss;
  };
  auto generator_loss = [&D, objective, generate, o](const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) {
    const bool reused = round.turn == 0 && round.has("fake");
    const Tensor<T> fake = reused ? round.at("fake") : generate(batch, pass);
    // Used only if the objective asks for the scores of real images: those of the batch that the fakes were made with.
    const Tensor<T>& real = reused ? round.batch_of("fake").x : batch.x;
    if constexpr (detail::wants_real<T, Objective>) {
      if (o.joined) {
        const Tensor<T> on_both = D(concat<T>({real, fake}), pass);
        const i64 n = real.shape(0);
        return gan::generator_loss<T>(objective, rows(on_both, n, n + fake.shape(0)),
                                      [&] { return rows(on_both, 0, n); });
      }
    }
    return gan::generator_loss<T>(objective, D(fake, pass), [&] {
      NoGrad constant;
      return D(real, pass);
    });
  };
  std::vector<BasicPlayer<T>> players;
  players.emplace_back("D", params(D), discriminator_loss, o.discriminator, o.discriminator_steps);
  players.emplace_back("G", params(G), generator_loss, o.generator, o.generator_steps);
  BasicGame<T> game(std::move(players));
  game.separate_batches = o.separate_batches;
  game.include("G", G).include("D", D);
  return game;
}

}  // namespace gan
