// Hooks that measure during a training: a metric now and then, and the checkpoint with the best one.
#pragma once

#include <string>

#include "gan/train/checkpoint.hpp"

namespace gan {

/// What a measurement knows of the training is the networks that it was made with. Lower is better: of a metric of
/// which more is better, such as an Inception Score, take the negative.
using Measure = std::function<double()>;

struct MeasuredBest {
  double metric = std::numeric_limits<double>::infinity();
  i64 round = 0;  ///< 0: nothing was measured yet
};

/// A hook that calls `report(round, metric)`: trainer.every(1000, measure(fid, [&](i64 r, double f) { csv.row({…});
/// })). What measures draws from the RNG of its own: it changes nothing of the training. What both functions have
/// captured must outlive the run.
template <class T = float>
typename BasicTrainer<T>::Hook measure(Measure metric, std::function<void(i64 round, double metric)> report) {
  return [metric = std::move(metric), report = std::move(report)](BasicTrainer<T>& trainer) {
    report(trainer.round(), metric());
  };
}

/// The same, and keeps the checkpoint of the round with the lowest metric as best.safetensors, whatever else the folder
/// keeps. A metric of NaN is never the best. `checkpoints` must outlive the run; `best` may be null, else it tells the
/// metric and the round. Checkpoints hold the lowest metric so far, so that a run that resumes goes on comparing with it.
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
