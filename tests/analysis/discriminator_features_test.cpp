// Features of all stages of a network, and guided backpropagation, against loops by hand.
#include "gan/analysis/discriminator_features.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/models/dcgan.hpp"
#include "gan/ops/random.hpp"

namespace gan::analysis {
namespace {

using D = Tensor<double>;

TEST(GridMaxima, OfSidesThatDivideAreThoseOfTiles) {
  D x(Shape{1, 4, 4, 1});
  for (i64 i = 0; i < 16; ++i) x.mutable_data()[i] = static_cast<double>(i * 7 % 16);
  // 0 7 14 5 / 12 3 10 1 / 8 15 6 13 / 4 11 2 9
  EXPECT_EQ(grid_maxima(x, 2).to_vector(), (std::vector<double>{12, 14, 15, 13}));
  EXPECT_EQ(grid_maxima(x, 1).to_vector(), (std::vector<double>{15}));
  EXPECT_EQ(grid_maxima(x, 4).to_vector(), x.to_vector());
}

TEST(GridMaxima, OfOtherSidesOverlapOrRepeat) {
  const D seven = D::from({1, 9, 2, 8, 3, 7, 4}, {1, 1, 7, 1});
  // Cells of 7 pixels in 4: [0, 2), [1, 4), [3, 6), [5, 7); the one row is in all four.
  const std::vector<double> y = grid_maxima(seven, 4).to_vector();
  for (std::size_t row = 0; row < 4; ++row) {
    const std::vector<double> cells(y.begin() + static_cast<std::ptrdiff_t>(4 * row),
                                    y.begin() + static_cast<std::ptrdiff_t>(4 * row + 4));
    EXPECT_EQ(cells, (std::vector<double>{9, 9, 8, 7}));
  }
}

TEST(StageFeatures, AreAllMapsPooledAndJoined) {
  models::Dcgan net({.size = 32, .latent = 8, .features = 4});
  init(net, 1);
  EXPECT_EQ(net.discriminator_stages(), (std::vector<std::size_t>{1, 3, 5}));
  EXPECT_EQ(net.generator_stages(), (std::vector<std::size_t>{3, 5, 7}));
  Rng rng{.seed = 1};
  const Var x = rand<float>({5, 32, 32, 1}, rng, -1, 1);
  recompute_batch_norm_statistics(net.D, x, 5);
  StageFeatures stages{net.D, net.discriminator_stages()};
  const Var f = metrics::features(stages, x, {.batch = 2});
  EXPECT_EQ(f.shape(), (Shape{5, (4 + 8 + 16) * 16}));
  // The last stage's maps are 4 x 4 already: they come as they are.
  Pass pass = Pass::inference();
  const Var last = net.D.range(x, pass, 0, 5);
  for (i64 k = 0; k < 256; ++k) EXPECT_NEAR(f.data()[192 + k], last.data()[k], 1e-6);
  // Cells of the first: its 16 x 16 pixels, four by four.
  const Var first = net.D.range(x, pass, 0, 1);
  float most = -1e9f;
  for (i64 y = 0; y < 4; ++y)
    for (i64 z = 0; z < 4; ++z) most = std::max(most, first.data()[(y * 16 + z) * 4 + 2]);
  EXPECT_FLOAT_EQ(f.data()[2], most);
}

TEST(StageFeatures, OfEveryDcganEndInRectifiedMaps) {
  for (const auto& [size, variant] : {std::pair{28, models::DcganVariant::pytorch_example},
                                      {64, models::DcganVariant::pytorch_example},
                                      {64, models::DcganVariant::paper_code}}) {
    models::Dcgan net({.size = size, .variant = variant, .latent = 8, .features = 4});
    init(net, 1);
    const NoGrad constant;
    Pass pass = Pass::training();
    Rng rng{.seed = 1};
    const Var z = randn<float>({3, 8}, rng), images = net.G(z, pass);
    i64 side = size;
    for (const std::size_t stage : net.discriminator_stages()) {
      const Var maps = net.D.range(images, pass, 0, stage);
      EXPECT_EQ(maps.shape(1), side /= 2) << size;
      // LeakyReLU makes what is negative five times smaller.
      float least = 0, most = 0;
      for (const float v : maps.values()) least = std::min(least, v), most = std::max(most, v);
      EXPECT_LT(-least, 0.6f * most) << size << " " << stage;
    }
    for (const std::size_t stage : net.generator_stages()) {
      const Var maps = net.G.range(z, pass, 0, stage);
      for (const float v : maps.values()) ASSERT_GE(v, 0);
      EXPECT_EQ(maps.shape(1), side);
      side *= 2;
    }
    EXPECT_EQ(side, size) << "the last stage is half as large as the image";
  }
}

TEST(SettleStatistics, MovesThemToTheImages) {
  Sequential net{BatchNorm(2)};
  init(net, 1);
  Rng rng{.seed = 4};
  recompute_batch_norm_statistics(net, 3.0 * randn<float>({4000, 2}, rng) + 7.0, 40);
  each_param(net, [](const std::string& name, Param<float>& p) {
    if (name == "0.running_mean") { EXPECT_NEAR(p.data()[0], 7, 0.5); }
    if (name == "0.running_var") { EXPECT_NEAR(p.data()[1], 9, 1.5); }
  });
  EXPECT_THROW(recompute_batch_norm_statistics(net, Var::ones({3, 2}), 4), ValueError);
  EXPECT_THROW(recompute_batch_norm_statistics(net, Var::ones({3, 2}), 1), ValueError);
}

/// Two 1 x 1 convolutions with rectifiers: 2 -> 3 -> 2 channels.
struct ByHand {
  double w1[3][2] = {{1, -1}, {0.5, 2}, {-1, 0.25}};
  double w2[2][3] = {{1, -2, 0.5}, {-1, 1, 1}};
  double slope = 0.2;

  BasicSequential<double> net() const {
    const FusedActivation leaky = LeakyReLU{0.2};
    BasicConv2D<double> a({.in = 2, .out = 3, .kernel = 1, .bias = false, .activation = leaky});
    BasicConv2D<double> b({.in = 3, .out = 2, .kernel = 1, .bias = false, .activation = leaky});
    a.weight.set(D::from(std::span(&w1[0][0], 6), {3, 1, 1, 2}));
    b.weight.set(D::from(std::span(&w2[0][0], 6), {2, 1, 1, 3}));
    return BasicSequential<double>{a, b};
  }
  double leaky(double x) const { return x > 0 ? x : slope * x; }
  /// Guided backpropagation of channel c at one pixel, from Springenberg et al.'s rule.
  std::vector<double> guided(const double* x, std::size_t c) const {
    double hidden[3], out[2];
    for (int k = 0; k < 3; ++k) hidden[k] = leaky(w1[k][0] * x[0] + w1[k][1] * x[1]);
    for (int k = 0; k < 2; ++k) out[k] = leaky(w2[k][0] * hidden[0] + w2[k][1] * hidden[1] + w2[k][2] * hidden[2]);
    std::vector<double> g{0, 0};
    if (out[c] <= 0) return g;
    for (int k = 0; k < 3; ++k)
      if (w2[c][k] > 0 && hidden[k] > 0)
        for (std::size_t j = 0; j < 2; ++j) g[j] += w2[c][k] * w1[k][j];
    return g;
  }
};

TEST(GuidedBackprop, FollowsPositiveFeaturesAndPositiveGradientsOnly) {
  const ByHand hand;
  const auto net = hand.net();
  Rng rng{.seed = 5};
  const D images = randn<double>({20, 1, 3, 2}, rng);  // 20 images of 3 pixels
  i64 different = 0;
  for (i64 c = 0; c < 2; ++c) {
    const D g = guided_backprop(net, {1, 2}, images, c);
    ASSERT_EQ(g.shape(), images.shape());
    Pass pass = Pass::inference();
    const D out = net(images, pass);
    for (i64 i = 0; i < 20; ++i) {
      i64 best = 0;
      for (i64 p = 1; p < 3; ++p)
        if (out.data()[(i * 3 + p) * 2 + c] > out.data()[(i * 3 + best) * 2 + c]) best = p;
      for (i64 p = 0; p < 3; ++p) {
        const std::vector<double> expected =
            p == best ? hand.guided(images.data() + (i * 3 + p) * 2, static_cast<std::size_t>(c))
                      : std::vector<double>{0, 0};
        for (i64 j = 0; j < 2; ++j)
          EXPECT_NEAR(g.data()[(i * 3 + p) * 2 + j], expected[static_cast<std::size_t>(j)], 1e-12);
        different += expected[0] != 0;
      }
      EXPECT_DOUBLE_EQ(max_activations(net, {1, 2}, images).data()[i * 2 + c], out.data()[(i * 3 + best) * 2 + c]);
    }
  }
  EXPECT_GT(different, 10);
}

TEST(GuidedBackprop, RefusesWhatIsNoFeatureMap) {
  models::Dcgan net({.latent = 8, .features = 4});
  init(net, 1);
  const Var x = Var::ones({1, 28, 28, 1});
  EXPECT_THROW(guided_backprop(net.D, {}, x, 0), ValueError);
  EXPECT_THROW(guided_backprop(net.D, net.discriminator_stages(), x, 8), ValueError);
  EXPECT_THROW(guided_backprop(net.D, {1, 5}, x, 0), ShapeError);
  EXPECT_THROW(guided_backprop(net.D, {3, 1}, x, 0), ValueError);
  EXPECT_THROW(grid_maxima(x, 0), ValueError);
  EXPECT_THROW(grid_maxima(Var::ones({2, 2}), 1), ShapeError);
}

}  // namespace
}  // namespace gan::analysis
