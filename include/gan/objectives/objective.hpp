// An objective is two short formulas: what the critic minimises, d(real, fake), and what the generator minimises,
// g(fake), on the critic's scores.
#pragma once

#include "gan/ops/loss.hpp"

namespace gan {

/// What a critic says of a batch.
template <class T>
struct BasicScores {
  Tensor<T> logits;  ///< before any sigmoid

  BasicScores(Tensor<T> critic_output) : logits(std::move(critic_output)) {}
};
using Scores = BasicScores<float>;

}  // namespace gan
