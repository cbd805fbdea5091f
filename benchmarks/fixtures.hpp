// Whole training steps to be timed: the networks, data and game of one model, ready to play round after round. The same
// networks and steps stand in peers/libtorch_step.cpp and peers/pytorch_step.py.
#pragma once

#include <gan/core/shape.hpp>

#include <functional>
#include <string>

namespace gan::fixtures {

struct Fixture {
  std::function<void()> step;  ///< one round with fixed images; empty for an unknown model
  std::function<void()>
      sample;          ///< the generator's forward pass, as for sampling; empty where there is no latent vector
  i64 parameters = 0;  ///< of all networks
};

/// "mlp" (the vanilla dense pair) and "mnist" (DCGAN at 28 x 28), images (batch, 28, 28, 1); "dcgan" (64 x 64),
/// "wgangp" (32 x 32, double backward), "srgan" (24 to 96, 16 blocks, no VGG), "cyclegan" (64 x 64, 6 blocks).
Fixture make(const std::string& model, i64 batch);

}  // namespace gan::fixtures
