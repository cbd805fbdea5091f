// Whole training steps to be timed: the networks, data and game of one model, ready to play round after round. The same
// networks and steps stand in peers/libtorch_step.cpp and peers/pytorch_step.py.
#pragma once

#include <gan/core/device.hpp>
#include <gan/core/shape.hpp>

#include <functional>
#include <string>

namespace gan::fixtures {

struct Fixture {
  std::function<void()> step;  ///< one round with fixed images; empty for an unknown model
  std::function<void()>
      sample;          ///< the generator's forward pass, as for sampling; empty where there is no latent vector
  i64 parameters = 0;  ///< of all networks
  std::function<double()> loss;  ///< of the last player in the last step: reading it waits for the device
  std::function<std::string()> recorded;  ///< how many turns are repeated as graphs: "2 of 2 turns"
};

/// Where a fixture's networks live, and how its rounds are played there.
struct Place {
  Device device;
  bool graphs = true;  ///< turns are recorded and repeated where the device can, as a Trainer does
};

/// "mlp" (the vanilla dense pair) and "mnist" (DCGAN at 28 x 28), images (batch, 28, 28, 1); "dcgan" (64 x 64),
/// "wgangp" (32 x 32, double backward), "srgan" (24 to 96, 16 blocks, no VGG), "cyclegan" (64 x 64, 6 blocks),
/// "cyclegan256" (256 x 256, 9 blocks). Every step's images come from the host.
Fixture make(const std::string& model, i64 batch, Place place = {});

}  // namespace gan::fixtures
