// An objective is two short formulas: what the discriminator minimises, d(real, fake), and what the generator minimises,
// g(fake), on the discriminator's scores.
#pragma once

#include "gan/ops/loss.hpp"

namespace gan {

/// What a discriminator says of a batch.
template <class T>
struct BasicScores {
  Tensor<T> logits;  ///< before any sigmoid

  BasicScores(Tensor<T> discriminator_output) : logits(std::move(discriminator_output)) {}
};
using Scores = BasicScores<float>;

}  // namespace gan
