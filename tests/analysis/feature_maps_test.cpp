// Which feature maps draw a thing, and images without them.
#include "gan/analysis/feature_maps.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/models/dcgan.hpp"

namespace gan::analysis {
namespace {

using D = Tensor<double>;

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
}  // namespace gan::analysis
