// Small networks that learn a ring of eight Gaussians in the plane with any objective of every_objective.hpp.
#pragma once

#include <array>
#include <cmath>

#include "gan/data/loader.hpp"
#include "gan/data/mixtures.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"
#include "gan/train/trainer.hpp"
#include "support/device.hpp"
#include "support/games/every_objective.hpp"

namespace gan::test {

inline const data::RingOptions objective_ring{.deviation = 0.1};

/// G(z, pass), or G(z, one-hot labels, pass).
struct RingGenerator {
  Sequential net;
  RingGenerator(i64 inputs, i64 hidden)
      : net(Dense(inputs, hidden, {.activation = ReLU{}}), Dense(hidden, hidden, {.activation = ReLU{}}),
            Dense(hidden, 2)) {}
  Var operator()(const Var& z, Pass& pass) { return net(z, pass); }
  Var operator()(const Var& z, const Var& labels, Pass& pass) { return net(concat<float>({z, labels}, 1), pass); }
  void visit(Visitor& v) { v("", net); }
};

/// Whether G is fed classes, which D must tell.
inline bool is_conditional(Head head) { return head == Head::auxiliary || head == Head::codes; }

/// Scores of points with what an objective needs.
struct RingDiscriminator {
  Head head;
  Sequential trunk;  ///< the encoder of an autoencoder, otherwise the features
  Sequential top;    ///< its decoder, otherwise logits
  Dense classes;     ///< for Head::auxiliary and, as means of codes, Head::codes

  RingDiscriminator(Head what, i64 hidden)
      : head(what),
        trunk(Dense(2, hidden, {.activation = LeakyReLU{0.2}}),
              Dense(hidden, what == Head::energy ? 1 : hidden, {.activation = LeakyReLU{0.2}})),
        top(Dense(what == Head::energy ? 1 : hidden, hidden, {.activation = LeakyReLU{0.2}}),
            Dense(hidden, what == Head::classes                       ? 8
                          : what == Head::two || what == Head::energy ? 2
                                                                      : 1)),
        classes(hidden, 8) {}
  Scores operator()(const Var& x, const Batch& batch, Pass& pass) {
    const Var features = trunk(x, pass), y = top(features, pass);
    if (head == Head::energy) return {mean(square(y - x), {1}, true), features};
    if (head == Head::auxiliary) return {y, classes(features, pass), batch["labels"]};
    if (head == Head::codes) return {y, classes(features, pass), one_hot(batch["labels"], 8)};
    return {y, features, head == Head::classes ? batch["labels"] : Var()};
  }
  void visit(Visitor& v) {
    v("trunk", trunk);
    v("top", top);
    if (is_conditional(head)) v("classes", classes);
  }
};

struct RingCoverage {
  i64 modes = 0;     ///< with at least a third of their share of the samples
  double share = 0;  ///< of the samples, within three deviations of a mode
};
inline RingCoverage ring_coverage(const Var& samples) {
  const Var points = samples.to(Device::cpu()), centres = data::centres(objective_ring);
  const i64 n = points.shape(0);
  std::array<i64, 8> near{};
  for (i64 i = 0; i < n; ++i)
    for (i64 mode = 0; mode < 8; ++mode) {
      const double x = points.data()[2 * i] - centres.data()[2 * mode];
      const double y = points.data()[2 * i + 1] - centres.data()[2 * mode + 1];
      near[static_cast<std::size_t>(mode)] += std::hypot(x, y) < 3 * objective_ring.deviation;
    }
  RingCoverage c;
  for (const i64 of_mode : near) {
    c.modes += of_mode >= n / 8 / 3;
    c.share += static_cast<double>(of_mode) / static_cast<double>(n);
  }
  return c;
}

struct RingTraining {
  i64 rounds = 2500, batch = 128, hidden = 64, latent = 2;
  u64 seed = 1;
};
/// What a generator covers after a training with the objective, the penalty and the plan of a case.
template <class Case>
RingCoverage trained_on_ring(const Case& c, RingTraining o = {}) {
  const bool conditional = is_conditional(c.head);
  RingGenerator G(o.latent + (conditional ? 8 : 0), o.hidden);
  RingDiscriminator D(c.head, o.hidden);
  init(G, o.seed);
  init(D, o.seed + 100);
  to(G, device());
  to(D, device());
  const Adam adam{.learning_rate = c.plan.rate, .beta1 = c.plan.beta1, .beta2 = c.plan.beta2};
  const InputSpec input{.latent = o.latent, .classes = conditional ? 8 : 0};
  Game game = adversarial(
      G, D, c.objective,
      {.input = input, .discriminator_steps = c.plan.discriminator_steps, .generator = adam, .discriminator = adam},
      c.penalty);
  Trainer trainer{game, data::ring(objective_ring).batches(o.batch), {.rounds = o.rounds, .seed = o.seed}};
  trainer.run();
  NoGrad constant;
  Pass pass = Pass::inference(Rng{9});
  constexpr i64 samples = 2000;
  BasicParts<float> fed = draw_input<float>(input, samples, pass.rng, device());
  if (conditional) fed.set("labels", rand_classes(samples, 8, pass.rng, device()));
  return ring_coverage(generate<float>(G, input, fed, pass));
}

}  // namespace gan::test
