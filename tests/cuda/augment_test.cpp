// Turns whose discriminator sees augmented images: which of them are recorded, and that they give the bits of those
// that are played. Skipped where no CUDA device can be used.
#include "support/turns.hpp"

namespace gan {
namespace {

using CudaAugment = Cuda;

/// A discriminator that augments what it is shown.
template <class Augment>
struct Augmenting {
  Sequential net{Flatten{}, Dense(16, 8), LeakyReLU{0.2}, Dense(8, 1)};
  Augment augment{};
  Var operator()(const Var& x, Pass& p) const { return net(augment(x, p), p); }
  template <class V>
  void visit(V& v) {
    v("net", net);
  }
};
template <class Augment>
struct Nets {
  Sequential G{Dense(3, 8), ReLU{}, Dense(8, 16), Reshape{{4, 4, 1}}};
  Augmenting<Augment> D;
  template <class V>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
};

template <class Augment>
void expect_turns(Augment augment, bool recorded) {
  Nets<Augment> nets;
  nets.D.augment = std::move(augment);
  const auto game = [](auto& n) { return adversarial(n.G, n.D, NonSaturating{}, {.input = {.latent = 3}}, R1{}); };
  const data::Images images = some_images(40, 4, 1);
  const Course repeated = play(nets, game, true, images), played = play(nets, game, false, images);
  EXPECT_EQ(repeated.turns.size(), 2u);
  for (const auto& turn : repeated.turns) EXPECT_EQ(turn.recorded, recorded) << turn.name << ": " << turn.not_recorded;
  expect_equal(repeated, played);
}

TEST_F(CudaAugment, DrawsOfTheDeviceAreRecorded) {
  expect_turns(DiffAugment{}, true);
  expect_turns(InstanceNoise{}, true);
}

TEST_F(CudaAugment, DrawsOfTheHostAndStrengthsOfTheRoundAreNot) {
  expect_turns(Ada{.p = 0.5}, false);
  expect_turns(Ada{}, false);  // p is 0 as yet
  expect_turns(InstanceNoise{.sigma = schedule::ramp({.from = 0.5, .to = 0, .steps = 5})}, false);
}

}  // namespace
}  // namespace gan
