// Walks and sums in the latent space.
#include "gan/metrics/latent.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/models/dcgan.hpp"

namespace gan::metrics {
namespace {

using D = Tensor<double>;

TEST(LatentWalk, GoesStraightOrAlongACircle) {
  const D a = D::from({1, 0, 2, 2}, {2, 2}), b = D::from({0, 3, 4, 4}, {2, 2});
  const D line = latent_walk(a, b, 3);
  EXPECT_EQ(line.shape(), (Shape{6, 2}));
  EXPECT_EQ(line.to_vector(), (std::vector<double>{1, 0, 0.5, 1.5, 0, 3, 2, 2, 3, 3, 4, 4}));
  const std::vector<double> circle = latent_walk(a, b, 3, LatentPath::spherical).to_vector();
  const double root = std::sqrt(0.5);
  EXPECT_NEAR(circle[2], 2 * root, 1e-12) << "half way: 45 degrees, length 2";
  EXPECT_NEAR(circle[3], 2 * root, 1e-12);
  EXPECT_DOUBLE_EQ(circle[0], 1);
  EXPECT_DOUBLE_EQ(circle[5], 3);
  EXPECT_DOUBLE_EQ(circle[8], 3) << "of one direction: a line";
}

TEST(LatentWalk, KeepsTheLengthOfEqualLengthsAndBearsOppositesAndZeros) {
  const D z = D::from({3, 4, 0}, {1, 3}), w = D::from({0, 0, 5}, {1, 3});
  const D circle = latent_walk(z, w, 9, LatentPath::spherical);
  for (i64 k = 0; k < 9; ++k) {
    const double* const p = circle.data() + 3 * k;
    EXPECT_NEAR(std::sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]), 5, 1e-12);
  }
  for (const D& other : {-1.0 * z, D::zeros({1, 3})})
    EXPECT_EQ(latent_walk(z, other, 4, LatentPath::spherical).to_vector(), latent_walk(z, other, 4).to_vector());
  EXPECT_THROW(latent_walk(z, w, 1), ValueError);
  EXPECT_THROW(latent_walk(z, D::ones({2, 3}), 3), ShapeError);
  const D a = D::from({2., 0., 0., 5.}, Shape{2, 2}), b = D::from({0., 3., 1., 0.}, Shape{2, 2});
  const std::vector<double> between = interpolate(a, b, {0.5, 0.25}, LatentPath::spherical).to_vector();
  const std::vector<double> wanted{2.5 * std::sqrt(0.5), 2.5 * std::sqrt(0.5), 4 * std::sin(M_PI / 8),
                                   4 * std::cos(M_PI / 8)};
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(between[k], wanted[k], 1e-14) << k;
  EXPECT_EQ(interpolate(a, b, {0, 1}, LatentPath::spherical).to_vector(), (std::vector<double>{2, 0, 1, 0}));
  EXPECT_THROW(interpolate(a, b, {0.5}), ValueError);
  EXPECT_THROW(interpolate(a, D::zeros({2, 3}), {0.5, 0.5}), ShapeError);
}

TEST(Latent, MeansNeighboursAndImages) {
  const D z = D::from({1, 2, 3, 4, 5, 9}, {3, 2});
  EXPECT_EQ(mean_latent(z, {0, 2}).to_vector(), (std::vector<double>{3, 5.5}));
  EXPECT_THROW(mean_latent(z, {}), ValueError);
  EXPECT_THROW(mean_latent(z, {3}), ValueError);
  const D near = latent_neighbours(mean_latent(z, {0}), 9, 0.25, Rng{.seed = 1});
  EXPECT_EQ(near.shape(), (Shape{9, 2}));
  EXPECT_EQ(near.data()[0], 1);
  for (i64 i = 2; i < 18; ++i) {
    EXPECT_NE(near.data()[i], i % 2 == 0 ? 1 : 2);
    EXPECT_LE(std::abs(near.data()[i] - (i % 2 == 0 ? 1 : 2)), 0.25);
  }
  EXPECT_THROW(latent_neighbours(z, 9, 0.25, Rng{}), ShapeError);

  models::Dcgan net({.latent = 8, .features = 4});
  init(net, 1);
  Rng rng{.seed = 1};
  const Var many = randn<float>({300, 8}, rng);
  Pass pass = Pass::inference();
  EXPECT_EQ(generate(net.G, many).to_vector(), net.G(many, pass).to_vector()) << "in pieces or at once";
}

}  // namespace
}  // namespace gan::metrics
