// The networks and the game of semi-supervised learning.
#include "gan/models/improved_gan.hpp"

#include <algorithm>

#include "gan/data/loader.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/noise.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/weight_norm.hpp"
#include "gan/objectives/feature_matching.hpp"
#include "gan/objectives/semi_supervised.hpp"

namespace gan::models {
namespace {

template <class T>
BasicSequential<T> generator() {
  constexpr i64 units = 500;
  const auto norm = [] { return BasicBatchNorm<T>(units, {.epsilon = 1e-6, .train_gamma = false}); };
  return BasicSequential<T>(BasicDense<T>(ImprovedGanOptions::latent, units, {.bias = false}), norm(), Softplus{},
                            BasicDense<T>(units, units, {.bias = false}), norm(), Softplus{},
                            WeightNorm(BasicDense<T>(units, 784, {.activation = Sigmoid{}})), Reshape{{28, 28, 1}});
}

template <class T>
BasicSequential<T> discriminator(const ImprovedGanOptions& o) {
  const auto start = initializer::normal(0.1);
  BasicSequential<T> net(Flatten{});
  i64 in = 784;
  for (const i64 units : {1000, 500, 250, 250, 250}) {
    net.add(GaussianNoise{in == 784 ? o.input_noise : o.noise})
        .add(WeightNorm(BasicDense<T>(in, units, {.activation = ReLU{}, .initializer = start}), {.train_gain = false}));
    in = units;
  }
  net.add(GaussianNoise{o.noise}).add(WeightNorm(BasicDense<T>(in, o.classes, {.initializer = start})));
  return net;
}

ImprovedGanOptions checked(const ImprovedGanOptions& o) {
  require_fields(o, "ImprovedGan");
  return o;
}

}  // namespace

template <class T>
BasicImprovedGan<T>::BasicImprovedGan(Options o)
    : options(checked(o)), G(generator<T>()), D(discriminator<T>(options)) {}

template <class T>
data::Needs BasicImprovedGan<T>::needs() const {
  return {.x = {28, 28, 1},
          .labels = true,
          .labels_per_class = options.labels_per_class,
          .labels_seed = static_cast<u64>(options.labels_seed),
          .low = 0};
}

template <class T>
void BasicImprovedGan<T>::begin(const data::Source& data) {
  const data::Loader some(data, {.batch_size = std::min<i64>(500, data.size()), .prefetch = 0});
  const NoGrad constant;
  Pass pass = Pass::training(Rng{.seed = 1, .stream = name_stream("init from data")});
  pass.init_from_data = true;
  D(some.batch_at<T>(0)["x"], pass);
}

template <class T>
BasicScores<T> BasicImprovedGan<T>::scores(const Tensor<T>& x, Pass& pass) const {
  const std::size_t hidden = D.size() - 2;  // all but the last layer and the noise on its input
  const Tensor<T> features = D.range(x, pass, 0, hidden);
  return {D.range(features, pass, hidden, D.size()), features};
}

template <class T>
BasicGame<T> BasicImprovedGan<T>::game() {
  const SemiSupervised objective{.unlabelled = options.unlabelled};
  const auto generate = [this](const BasicBatch<T>& batch, Pass& pass) {
    return G(draw_latent<T>(batch.size(), input().latent, pass.rng, batch["x"].device()), pass);
  };
  const auto discriminate = [this, objective, generate](const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) {
    const i64 n = batch.size();
    const Tensor<T> fake = [&] {
      const NoGrad constant;
      return generate(batch, pass);
    }();
    const Tensor<T> logits = scores(concat<T>({batch["y"], batch["x"], fake}), pass).logits;
    const Tensor<T> real = rows(logits, n, 2 * n), of_fake = rows(logits, 2 * n, 3 * n);
    const Tensor<T> labelled = objective.classification(rows(logits, 0, n), batch["labels"]);
    const Tensor<T> unlabelled = objective.d(BasicScores<T>(real), BasicScores<T>(of_fake));
    Tensor<T> loss = labelled + unlabelled;
    const NoGrad constant;
    round.metric("labelled", labelled);
    round.metric("unlabelled", unlabelled);
    round.metric("D(x)", mean(sigmoid(objective.real_logit(real))));
    round.metric("D(G(z))", mean(sigmoid(objective.real_logit(of_fake))));
    return loss;
  };
  const auto match = [this, objective, generate](const BasicBatch<T>& batch, BasicRound<T>&, Pass& pass) {
    const BasicScores<T> real = [&] {
      const NoGrad constant;
      return scores(batch["x"], pass);
    }();
    return FeatureMatching<SemiSupervised>{objective}.g(real, scores(generate(batch, pass), pass));
  };
  const OptimizerSpec how = Adam{.learning_rate = options.learning_rate, .beta1 = 0.5, .epsilon = options.epsilon};
  std::vector<BasicPlayer<T>> players;
  players.emplace_back("D", params(D), discriminate, how);
  players.emplace_back("G", params(G), match, how);
  BasicGame<T> game(std::move(players));
  game.separate_batches = true;
  game.include(*this);
  return game;
}

template <class T>
BasicAbilities<T> BasicImprovedGan<T>::abilities() {
  const InputSpec images{.latent = 0, .x = needs().x, .low = 0};
  return {ability("sample", input(), G), ability("classify", images, D, "logits")};
}

template struct BasicImprovedGan<float>;
template struct BasicImprovedGan<double>;

}  // namespace gan::models
