// Hooks that compute a metric during training, and keep the checkpoint with the best value.
#pragma once

#include <string>

#include "gan/train/checkpoint.hpp"

namespace gan {

/// A metric of the networks that it captures. Lower is better: negate metrics for which higher is better, such as the
/// Inception Score.
using Measure = std::function<double()>;

struct MeasuredBest {
  double metric = std::numeric_limits<double>::infinity();
  i64 round = 0;  ///< 0: nothing was measured yet
};

/// A hook that calls `report(round, metric)`: trainer.every(1000, measure(fid, [&](i64 r, double f) { csv.row({…});
/// })). Metrics draw from their own RNG and do not affect training. Everything that the two functions capture must
/// outlive the run.
template <class T = float>
typename BasicTrainer<T>::Hook measure(Measure metric, std::function<void(i64 round, double metric)> report) {
  return [metric = std::move(metric), report = std::move(report)](BasicTrainer<T>& trainer) {
    report(trainer.round(), metric());
  };
}

/// Like measure, and keeps the checkpoint of the round with the lowest metric as best.safetensors, regardless of how
/// many checkpoints the folder keeps. NaN is never the best. `checkpoints` must outlive the run; `best`, unless null,
/// receives the metric and the round. Checkpoints store the lowest metric so far, so that a resumed run goes on
/// comparing with it.
template <class T = float>
typename BasicTrainer<T>::Hook keep_best(BasicCheckpoints<T>& checkpoints, Measure metric,
                                         std::function<void(i64 round, double metric)> report = {},
                                         MeasuredBest* best = nullptr) {
  return [&checkpoints, metric = std::move(metric), report = std::move(report), best](BasicTrainer<T>& trainer) {
    const double value = metric();
    if (report) report(trainer.round(), value);
    if (checkpoints.save_if_best(trainer, value) && best != nullptr) *best = {value, trainer.round()};
  };
}

}  // namespace gan
