// DiffAugment: against PyTorch, what is drawn, and what it is for.
#include "gan/train/diff_augment.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "gan/grad/gradcheck.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/reshape.hpp"
#include "support/errors.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using DiffAugmentReference = reference::LayerReference;

TEST_F(DiffAugmentReference, ValuesAndDerivatives) {
  using namespace reference;
  for (const std::string name : {"diff_augment", "diff_augment_grey"}) {
    const auto draw = [&](const char* key, Shape shape) {
      return reshape(gan::Tensor<double>(tensor<double>(layer_array(name, key))), shape);
    };
    const Shape each{4, 1, 1, 1};
    const DiffAugmentDraws<double> draws{.brightness = draw("brightness", each),
                                         .saturation = draw("saturation", each),
                                         .contrast = draw("contrast", each),
                                         .place = draw("place", {4, 6})};
    check_function(name, [&](const gan::Tensor<double>& x) { return diff_augment(x, draws); });
  }
}

/// How often each whole number occurs in a column of places.
std::map<int, int> counts(const std::vector<float>& place, std::size_t column) {
  std::map<int, int> n;
  for (std::size_t i = column; i < place.size(); i += 6) {
    EXPECT_EQ(place[i], std::floor(place[i]));
    ++n[static_cast<int>(place[i])];
  }
  return n;
}
/// All of first … last, as often as each other.
void expect_even(const std::map<int, int>& n, int first, int last, int total) {
  ASSERT_EQ(static_cast<int>(n.size()), last - first + 1);
  EXPECT_EQ(n.begin()->first, first);
  EXPECT_EQ(n.rbegin()->first, last);
  const double expected = static_cast<double>(total) / (last - first + 1);
  for (const auto& [number, times] : n) EXPECT_NEAR(times, expected, 5 * std::sqrt(expected)) << number;
}

TEST(DiffAugment, PlacesAreEvenlyDrawn) {
  constexpr int n = 20000;
  Rng rng{3};
  const auto place = DiffAugment{}.draw<float>({n, 28, 21, 3}, rng).place.to_vector();
  expect_even(counts(place, 0), -4, 4, n);  // 28 / 8 = 3.5, rounded up
  expect_even(counts(place, 1), -3, 3, n);
  expect_even(counts(place, 2), -7, 21, n);  // 14 rows about 0 … 28
  expect_even(counts(place, 3), -5, 15, n);  // 11 columns about 0 … 20
  for (std::size_t i = 0; i < place.size(); i += 6) {
    ASSERT_EQ(place[i + 4] - place[i + 2], 14);
    ASSERT_EQ(place[i + 5] - place[i + 3], 11);
  }
  // The two axes are drawn apart.
  double together = 0;
  for (std::size_t i = 0; i < place.size(); i += 6) together += static_cast<double>(place[i] * place[i + 1]);
  EXPECT_NEAR(together / n, 0, 5 * std::sqrt(20.0 / 3 * 4 / n));
}

TEST(DiffAugment, ColoursAreDrawnFromTheirRanges) {
  constexpr int n = 20000;
  Rng rng{3};
  const auto draws = DiffAugment{}.draw<float>({n, 4, 4, 3}, rng);
  for (const auto& [values, low, high] :
       {std::tuple(draws.brightness, -0.5, 0.5), std::tuple(draws.saturation, 0.0, 2.0),
        std::tuple(draws.contrast, 0.5, 1.5)}) {
    double sum = 0, least = 9, most = -9;
    for (const float v : values.to_vector()) {
      sum += static_cast<double>(v) / n;
      least = std::min(least, static_cast<double>(v));
      most = std::max(most, static_cast<double>(v));
    }
    EXPECT_GE(least, low);
    EXPECT_LE(most, high);
    EXPECT_NEAR(least, low, 0.01);
    EXPECT_NEAR(most, high, 0.01);
    EXPECT_NEAR(sum, (low + high) / 2, 5 * (high - low) / std::sqrt(12.0 * n));
  }
}

TEST(DiffAugment, AnImageIsAugmentedByItsNumberAndThePassAlone) {
  Rng noise{1};
  const Var one = rand<float>({1, 8, 8, 3}, noise, -1, 1);
  const Var x = broadcast_to(one, {6, 8, 8, 3});
  const auto augmented = [](const Var& images, u64 seed) {
    Pass pass = Pass::training(Rng{seed});
    return DiffAugment{}(images, pass);
  };
  const Var y = augmented(x, 5);
  EXPECT_EQ(augmented(x, 5).to_vector(), y.to_vector());
  EXPECT_NE(augmented(x, 6).to_vector(), y.to_vector());
  EXPECT_EQ(augmented(rows(x, 0, 3), 5).to_vector(), rows(y, 0, 3).to_vector());
  for (i64 i = 1; i < 6; ++i) EXPECT_NE(rows(y, i, i + 1).to_vector(), rows(y, 0, 1).to_vector()) << i;
  Pass pass = Pass::training(Rng{5});
  const Var real = DiffAugment{}(x, pass), fake = DiffAugment{}(x, pass);
  EXPECT_NE(real.to_vector(), fake.to_vector()) << "the next call draws anew";
}

TEST(DiffAugment, DoesWhatThePolicySays) {
  Rng noise{1};
  const Var x = rand<float>({5, 8, 8, 1}, noise, -1, 1);
  const auto with = [&x](const char* names) {
    Pass pass = Pass::training(Rng{5});
    return DiffAugment::policy(names)(x, pass).to_vector();
  };
  EXPECT_EQ(with(""), x.to_vector());
  EXPECT_EQ(with("cutout,color,translation"), with("colour,translation,cutout"));
  const auto own = x.to_vector(), cut = with("cutout"), moved = with("translation"), coloured = with("color");
  int zeros = 0, same = 0;
  for (std::size_t i = 0; i < own.size(); ++i) (cut[i] == 0 ? zeros : cut[i] == own[i] ? same : zeros += 1000000) += 1;
  EXPECT_GE(zeros, 5 * 4);
  EXPECT_LE(zeros, 5 * 16);
  EXPECT_NE(moved, own);
  EXPECT_EQ(std::count(coloured.begin(), coloured.end(), 0.f), 0);
  const DiffAugment chosen = DiffAugment::policy("translation,cutout");
  EXPECT_FALSE(chosen.colour);
  EXPECT_TRUE(chosen.translation);
  EXPECT_TRUE(chosen.cutout);
  expect_error<ValueError>([] { DiffAugment::policy("color,cutuot"); }, "'cutuot'; did you mean 'cutout'?");
  expect_error<ValueError>([] { DiffAugment::policy("color,,cutout"); }, "no augmentation ''");
}

TEST(DiffAugment, ReachesTheGeneratorAndItsPenaltiesReachTheDiscriminator) {
  using D = Tensor<double>;
  Rng noise{1};
  const D z = rand<double>({3, 4}, noise, -1, 1), w = rand<double>({4, 50}, noise, -1, 1),
          critic = rand<double>({50, 1}, noise, -1, 1);
  const auto scores = [&](const Tensors<double>& p) {
    Pass pass = Pass::training(Rng{7});
    const D shown = DiffAugment{}(reshape(matmul(z, p[0]), Shape{3, 5, 5, 2}), pass);
    return tanh(matmul(reshape(shown, Shape{3, 50}), p[1]));
  };
  for (const int order : {1, 2}) {
    const auto check = gradcheck<double>(scores, {w, critic}, {.order = order, .tolerance = 1e-6});
    EXPECT_TRUE(check) << check.message;
  }
  const D weights = leaf(w);
  double size = 0;
  for (const double g : grad(sum(scores({weights, critic})), {weights})[0].to_vector()) size += std::abs(g);
  EXPECT_GT(size, 0.1);
}

TEST(DiffAugment, BadShapesAreNamed) {
  Pass pass = Pass::training();
  expect_error<ShapeError>([&] { DiffAugment{}(zeros({4, 4}), pass); }, "[DiffAugment] images (N, H, W, C)");
  expect_error<ShapeError>([&] { DiffAugment{}(zeros({0, 4, 4, 1}), pass); }, "[DiffAugment]");
}

}  // namespace
}  // namespace gan
