// Walks and sums in the latent space; which feature maps draw a thing, and images without them.
#include "gan/metrics/feature_maps.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/metrics/latent.hpp"
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

TEST(BrightBox, IsAroundWhatIsBright) {
  D x = D::full({2, 6, 5, 2}, -1);
  x.mutable_data()[60 + (2 * 5 + 1) * 2] = 0.5;
  x.mutable_data()[60 + (4 * 5 + 3) * 2 + 1] = 0.5;
  const LabelledBox b = bright_box(x, 1, 0);
  EXPECT_EQ(b.image, 1);
  EXPECT_EQ(b.top, 2);
  EXPECT_EQ(b.bottom, 5);
  EXPECT_EQ(b.left, 1);
  EXPECT_EQ(b.right, 4);
  EXPECT_EQ(bright_box(x, 0, 0).bottom, 0);
}

/// Ten images of 8 x 8 with maps of 4 x 4: map 1 is where things are, map 0 where they are not, map 2 noise, map 3 is
/// in the boxes of other things as well.
struct Scene {
  D maps = D(Shape{10, 4, 4, 4});
  std::vector<LabelledBox> boxes, others;
  Scene() {
    Rng rng{.seed = 1};
    maps = rand<double>({10, 4, 4, 4}, rng, 0, 0.1);
    double* const m = maps.mutable_data();
    for (i64 i = 0; i < 10; ++i) {
      const i64 top = i % 3, left = (i / 2) % 3;
      const LabelledBox box{i, 2 * top, 2 * left, 2 * top + 4, 2 * left + 4};
      (i < 5 ? boxes : others).push_back(box);
      for (i64 y = 0; y < 4; ++y)
        for (i64 x = 0; x < 4; ++x) {
          const bool inside = y >= top && y < top + 2 && x >= left && x < left + 2;
          m[((i * 4 + y) * 4 + x) * 4] += inside && i < 5 ? 0 : 1;
          m[((i * 4 + y) * 4 + x) * 4 + 1] += inside && i < 5 ? 1 : 0;
          m[((i * 4 + y) * 4 + x) * 4 + 3] += inside ? 1 : 0;
        }
    }
  }
};

TEST(FeatureMaps, ThatDrawAThingHavePositiveWeights) {
  const Scene s;
  const std::vector<double> w = feature_map_weights(s.maps, 8, 8, s.boxes);
  ASSERT_EQ(w.size(), 4u);
  EXPECT_LT(w[0], -0.5);
  EXPECT_GT(w[1], 0.5);
  EXPECT_NEAR(w[2], 0, 0.3);
  EXPECT_GT(w[3], 0.5) << "beside places elsewhere in the same images it draws the thing";
  const std::vector<double> against = feature_map_weights(s.maps, 8, 8, s.boxes, s.others);
  EXPECT_GT(against[1], 1.5 * against[3]) << "beside the boxes of other things it draws it less";
  EXPECT_EQ(feature_map_weights(s.maps, 8, 8, s.boxes), w) << "the same seed, the same places";
  const std::vector<i64> above = maps_above({-1, 2, 0, 0.5});
  EXPECT_EQ(above, (std::vector<i64>{1, 3}));
  EXPECT_EQ(highest_maps({-1, 2, 0, 5}, 2), (std::vector<i64>{3, 1}));
}

TEST(FeatureMaps, PlacesLieInABoxByTheirMiddles) {
  const Scene s;
  std::vector<LabelledBox> smaller = s.boxes;  // by the half of a place, whose middle stays
  for (LabelledBox& b : smaller) b = {b.image, b.top + 1, b.left + 1, b.bottom, b.right};
  EXPECT_EQ(feature_map_weights(s.maps, 8, 8, smaller), feature_map_weights(s.maps, 8, 8, s.boxes));
  for (LabelledBox& b : smaller) b.right -= 1;  // a column of places less
  EXPECT_NE(feature_map_weights(s.maps, 8, 8, smaller), feature_map_weights(s.maps, 8, 8, s.boxes));
}

TEST(FeatureMaps, RefuseBoxesThatAreNone) {
  const Scene s;
  EXPECT_THROW(feature_map_weights(s.maps, 8, 8, {}), ValueError);
  EXPECT_THROW(feature_map_weights(s.maps, 8, 8, {{10, 0, 0, 4, 4}}), ValueError);
  EXPECT_THROW(feature_map_weights(s.maps, 8, 8, {{0, 0, 0, 9, 4}}), ValueError);
  EXPECT_THROW(feature_map_weights(s.maps, 8, 8, {{0, 2, 2, 2, 2}}), ValueError) << "an empty box";
  EXPECT_THROW(feature_map_weights(s.maps, 8, 8, {{0, 0, 0, 8, 8}}), ValueError) << "nothing elsewhere";
  EXPECT_THROW(highest_maps({1, 2}, 3), ValueError);
}

TEST(FeatureMaps, AreDroppedFromImages) {
  models::Dcgan net({.latent = 8, .features = 4});
  init(net, 1);
  Rng rng{.seed = 1};
  const Var z = randn<float>({3, 8}, rng);
  const std::size_t stage = net.generator_stages().back();
  Pass pass = Pass::inference();
  EXPECT_EQ(generate_without(net.G, z, stage, {}).to_vector(), net.G(z, pass).to_vector());
  Var maps = net.G.range(z, pass, 0, stage);
  ASSERT_EQ(maps.shape(), (Shape{3, 14, 14, 4}));
  for (i64 i = 0; i < maps.size(); ++i)
    if (i % 4 == 1 || i % 4 == 3) maps.mutable_data()[i] = 0;
  EXPECT_EQ(generate_without(net.G, z, stage, {1, 3}).to_vector(),
            net.G.range(maps, pass, stage, net.G.size()).to_vector());
  EXPECT_THROW(generate_without(net.G, z, stage, {4}), ValueError);
}

}  // namespace
}  // namespace gan::metrics
