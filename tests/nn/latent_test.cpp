// Latent vectors: their distributions and draws.
#include "gan/nn/latent.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace gan {
namespace {

TEST(LatentVectors, AreDrawnFromTheirPrior) {
  for (const auto& [prior, variance, most] : {std::tuple{Prior::normal, 1.0, 7.0},
                                              {Prior::uniform, 1.0 / 3, 1.0},
                                              {Prior::unit_variance_uniform, 1.0, std::sqrt(3.0)}}) {
    Rng rng{.seed = 1};
    double mean = 0, square = 0, largest = 0;
    for (const double z : draw_latent<double>(500, Latent(40, prior), rng).to_vector()) {
      mean += z / 20000;
      square += z * z / 20000;
      largest = std::max(largest, std::abs(z));
    }
    EXPECT_NEAR(mean, 0, 0.03);
    EXPECT_NEAR(square, variance, 0.05);
    EXPECT_LE(largest, most + 1e-6);
    EXPECT_GT(largest, 0.9 * std::min(most, 3.0));
  }
}

TEST(LatentVectors, MoveTheirGeneratorToTheNextDraw) {
  Rng rng{.seed = 1}, again{.seed = 1};
  const Var first = draw_latent<float>(2, Latent(3), rng), second = draw_latent<float>(2, Latent(3), rng);
  EXPECT_EQ(first.shape(), (Shape{2, 3}));
  EXPECT_NE(first.to_vector(), second.to_vector());
  EXPECT_EQ(draw_latent<float>(2, Latent(3), again).to_vector(), first.to_vector());
  EXPECT_EQ(rng.draw, 2u);
}

}  // namespace
}  // namespace gan
