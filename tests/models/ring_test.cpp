// A small vanilla GAN learns a ring of eight Gaussians in the plane and finds all of them, within seconds.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "support/device.hpp"
#include "gan/data/mixtures.hpp"
#include "gan/io/samples.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"
#include "gan/train/trainer.hpp"

namespace gan {
namespace {

constexpr i64 hidden = 64, latent = 2, samples = 2000;
const data::RingOptions ring{.deviation = 0.1};

Sequential mlp(i64 in, i64 out) {
  const FusedActivation relu{Activation::relu, 0};
  return Sequential{Dense(in, hidden, {.activation = relu}), Dense(hidden, hidden, {.activation = relu}),
                    Dense(hidden, out)};
}

struct Coverage {
  i64 modes = 0;     ///< with at least a third of their share of the samples
  double share = 0;  ///< of the samples, within three deviations of a mode
};
Coverage coverage(Sequential& G) {
  const Var points = io::sample(G, samples, latent, 9).to(Device::cpu()), centres = data::centres(ring);
  std::array<i64, 8> near{};
  for (i64 i = 0; i < samples; ++i)
    for (i64 mode = 0; mode < 8; ++mode) {
      const double x = points.data()[2 * i] - centres.data()[2 * mode];
      const double y = points.data()[2 * i + 1] - centres.data()[2 * mode + 1];
      if (x * x + y * y < 9 * ring.deviation * ring.deviation) ++near[static_cast<std::size_t>(mode)];
    }
  Coverage c;
  for (const i64 n : near) {
    c.modes += n >= samples / 8 / 3;
    c.share += static_cast<double>(n) / samples;
  }
  return c;
}

/// What a GAN of this seed covers when it is trained.
Coverage trained(u64 seed) {
  Sequential G = mlp(latent, 2), D = mlp(2, 1);
  init(G, seed);
  init(D, seed + 100);
  to(G, test::device());
  to(D, test::device());
  EXPECT_LT(coverage(G).share, 0.1) << "an untrained generator must not pass";
  const Adam adam{.learning_rate = 1e-3};
  Game game =
      adversarial(G, D, NonSaturating{}, {.input = {.latent = latent}, .generator = adam, .discriminator = adam});
  Trainer trainer{game, data::ring(ring).batches(128), {.rounds = 2500, .seed = seed}};
  trainer.run();
  const Coverage c = coverage(G);
  std::printf("[ ring     ] seed %d: %d of 8 modes, %.0f %% of the samples near one\n", static_cast<int>(seed),
              static_cast<int>(c.modes), 100 * c.share);
  return c;
}

TEST(Ring, AVanillaGanCoversAllModes) {
  // Twelve seeds of twelve do, with 75 to 91 % of the samples near a mode. But a training takes another course with
  // every rounding, and some day one may lose a mode: two of four must find all.
  int found = 0;
  for (u64 seed = 1; seed <= 4 && found < 2; ++seed) {
    const Coverage c = trained(seed);
    found += c.modes == 8 && c.share > 0.6;
  }
  EXPECT_EQ(found, 2);
}

}  // namespace
}  // namespace gan
