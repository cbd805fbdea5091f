// Noise on what a discriminator is shown.
#pragma once

#include "gan/nn/pass.hpp"
#include "gan/ops/random.hpp"
#include "gan/optim/schedule.hpp"

namespace gan {

/// x + sigma N(0, 1), drawn anew for every element, real or fake: it makes the two distributions overlap where they do
/// not by themselves (Sønderby et al. 2016, "Amortised MAP inference for image super-resolution", section 3.4; Arjovsky
/// & Bottou 2017). Usually annealed, as by schedule::ramp({.from = 0.1, .to = 0, .steps = 10000}). For x of any shape;
/// where sigma is 0, x itself.
struct InstanceNoise {
  Schedule sigma = 0.1;  ///< the standard deviation, by the round

  /// Throws ValueError if sigma is negative in this round.
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& pass) const {
    const double deviation = sigma.at(pass);
    if (!(deviation >= 0)) throw ValueError("[InstanceNoise] sigma is " + std::to_string(deviation) + " in this round");
    return deviation == 0 ? x : x + deviation * randn<T>(x.shape(), pass.rng, x.device());
  }
};

}  // namespace gan
