// See models/classifier.hpp.
#include "gan/models/classifier.hpp"

#include <algorithm>

#include "gan/data/loader.hpp"
#include "gan/metrics/frechet.hpp"
#include "gan/ops/loss.hpp"
#include "gan/train/random_shift.hpp"

namespace gan::models {

Game classifier_game(backbones::Classifier& net, const FitOptions& o) {
  if (o.shift < 0 || o.shift >= net.options.size)
    throw ValueError("[classifier_game] a shift of " + std::to_string(o.shift) + " pixels");
  auto loss = [&net, o](const Batch& batch, Round&, Pass& pass) {
    const Var x = o.shift > 0 ? random_shift(batch["x"], o.shift, o.fill, pass.rng) : batch["x"];
    return cross_entropy(net(x, pass), batch["labels"]);
  };
  std::vector<Player> players;
  players.emplace_back("classifier", params(net), loss,
                       OptimizerSpec(Adam{.learning_rate = o.learning_rate, .beta1 = 0.9})
                           .learning_rate(schedule::cosine({.steps = o.steps})));
  Game game(std::move(players));
  game.include("classifier", net);
  return game;
}

double accuracy(const backbones::Classifier& net, const data::Images& images) {
  if (!images.labelled()) throw ValueError("[accuracy] the images have no labels");
  const data::Images scaled = images.scale(-1, 1);
  data::Loader loader(scaled, {.batch_size = std::min<i64>(1000, images.size()), .shuffle = false, .drop_last = false});
  i64 right = 0;
  for (i64 k = 0; k < loader.batches_per_epoch(); ++k) {
    const Batch batch = loader.next();
    const std::vector<i64> found = backbones::classify(net, batch["x"]).labels, labels = batch.integers("labels");
    for (std::size_t i = 0; i < found.size(); ++i) right += found[i] == labels[i];
  }
  return static_cast<double>(right) / static_cast<double>(images.size());
}

std::function<double(const Var&)> classifier_distance(backbones::TrainedClassifier judge, const data::Images& images,
                                                      i64 count) {
  const auto features = [net = std::move(judge.net)](const Var& x) {
    return metrics::FeatureStatistics(backbones::classify(net, backbones::classifier_input(net.options, x)).features);
  };
  const data::Loader loader(images.scale(-1, 1), {.batch_size = std::min(count, images.size()), .prefetch = 0});
  return [features, real = features(loader.batch_at(0)["x"])](const Var& samples) {
    return metrics::frechet_distance(real, features(samples)).distance;
  };
}

}  // namespace gan::models
