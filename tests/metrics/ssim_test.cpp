// PSNR, SSIM and MS-SSIM: values by hand, options, and what is refused. Against scikit-image and torchmetrics.
#include "gan/metrics/ssim.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gan/ops/random.hpp"
#include "support/metrics_reference.hpp"

namespace gan::metrics {
namespace {

using D = Tensor<double>;
constexpr ImageOptions unit{.low = 0, .high = 1};

D noise(Shape shape, u64 seed) {
  Rng rng{.seed = seed};
  return rand<double>(shape, rng);
}

TEST(Psnr, IsInDecibelsOfTheRange) {
  const Var a = Var::full({2, 3, 3, 1}, 0.5f), b = Var::full({2, 3, 3, 1}, 0.6f);
  EXPECT_NEAR(psnr(a, b, unit).data()[1], 20, 1e-5);
  EXPECT_NEAR(psnr(a, b).data()[1], 20 + 20 * std::log10(2), 1e-5) << "the range is 2 by default";
  EXPECT_NEAR(psnr(a, b, {.low = 0, .high = 255}).data()[0], 20 + 20 * std::log10(255), 1e-5);
  EXPECT_EQ(psnr(a, a).data()[0], std::numeric_limits<double>::infinity());
  EXPECT_EQ(psnr(a, b).shape(), (Shape{2}));
}

TEST(Psnr, CutsTheBorderOnFourSides) {
  D a = D::zeros({1, 5, 6, 1}), b = a.clone();
  for (i64 x = 0; x < 30; ++x)  // all but the inner 3 x 4
    if (x / 6 == 0 || x / 6 == 4 || x % 6 == 0 || x % 6 == 5) b.mutable_data()[x] = 1;
  EXPECT_EQ(psnr(a, b, {.border = 1}).item(), std::numeric_limits<double>::infinity());
  b.mutable_data()[6 + 1] = 1;  // a corner of it
  EXPECT_NEAR(psnr(a, b, {.low = 0, .high = 1, .border = 1}).item(), 10 * std::log10(12), 1e-12);
}

TEST(Psnr, OfLumaWeighsColours) {
  const D black = D::zeros({1, 1, 1, 3}), green = D::from({0, 1, 0}, {1, 1, 1, 3}), white = D::ones({1, 1, 1, 3});
  const ImageOptions luma{.low = 0, .high = 1, .luma = true};
  EXPECT_NEAR(psnr(black, green, luma).item(), -20 * std::log10(128.553 / 255), 1e-12);
  EXPECT_NEAR(psnr(black, white, luma).item(), -20 * std::log10(219.0 / 255), 1e-12);
  EXPECT_NEAR(psnr(D::zeros({1, 1, 1, 1}), D::ones({1, 1, 1, 1}), luma).item(), 0, 1e-12) << "grey stays as it is";
}

TEST(Ssim, OfFlatImagesIsThatOfTheirMeans) {
  const double c1 = 1e-4, x = 0.2, y = 0.7;
  EXPECT_NEAR(ssim(D::full({1, 12, 11, 1}, x), D::full({1, 12, 11, 1}, y), unit).item(),
              (2 * x * y + c1) / (x * x + y * y + c1), 1e-12);
}

TEST(Ssim, OfNegatedContrastIsNegative) {
  const D a = noise({1, 11, 11, 1}, 1), b = 1.0 - a;  // one window
  EXPECT_LT(ssim(a, b, unit).item(), -0.8);
  EXPECT_NEAR(ssim(a, a, unit).item(), 1, 1e-12);
  EXPECT_NEAR(ssim(a * 255.0, b * 255.0, {.low = 0, .high = 255}).item(), ssim(a, b, unit).item(), 1e-12);
}

TEST(Ssim, IsTheMeanOverChannels) {
  const D a = noise({1, 16, 16, 1}, 1), b = noise({1, 16, 16, 1}, 2);
  D both(Shape{1, 16, 16, 2}), other(Shape{1, 16, 16, 2});
  for (i64 i = 0; i < 256; ++i) {
    both.mutable_data()[2 * i] = both.mutable_data()[2 * i + 1] = a.data()[i];
    other.mutable_data()[2 * i] = a.data()[i];
    other.mutable_data()[2 * i + 1] = b.data()[i];
  }
  EXPECT_NEAR(ssim(both, other, unit).item(), (1 + ssim(a, b, unit).item()) / 2, 1e-12);
}

TEST(MsSsim, OfOneScaleIsSsim) {
  const D a = noise({2, 20, 20, 1}, 1), b = (a + noise({2, 20, 20, 1}, 2)) * 0.5;
  for (i64 i = 0; i < 2; ++i) EXPECT_NEAR(ms_ssim(a, b, unit, {1}).data()[i], ssim(a, b, unit).data()[i], 1e-12);
}

TEST(MsSsim, CountsTheLastRowAndColumnOfOddImagesTwice) {
  const auto wider = [](const D& x) {
    D y(Shape{1, 22, 22, 1});
    for (i64 i = 0; i < 22; ++i)
      for (i64 j = 0; j < 22; ++j)
        y.mutable_data()[22 * i + j] = x.data()[21 * std::min<i64>(i, 20) + std::min<i64>(j, 20)];
    return y;
  };
  const D a = noise({1, 21, 21, 1}, 1), b = (a + noise({1, 21, 21, 1}, 2)) * 0.5;
  EXPECT_NEAR(ms_ssim(a, b, unit, {0, 1}).item(), ms_ssim(wider(a), wider(b), unit, {0, 1}).item(), 1e-12);
}

TEST(MsSsim, OfFlatImagesIsThatOfTheirMeansAtTheCoarsestScale) {
  const double c1 = 1e-4, x = 0.2, y = 0.7;
  EXPECT_NEAR(ms_ssim(D::full({1, 161, 163, 1}, x), D::full({1, 161, 163, 1}, y), unit).item(),
              std::pow((2 * x * y + c1) / (x * x + y * y + c1), 0.1333), 1e-12);
  const D a = noise({1, 21, 21, 1}, 1);
  EXPECT_EQ(ms_ssim(a, 1.0 - a, unit, {0.5, 0.5}).item(), 0) << "a negative factor";
}

TEST(Ssim, RefusesWhatCannotBeCompared) {
  const D a = noise({1, 12, 12, 3}, 1);
  EXPECT_THROW(psnr(a, noise({1, 12, 13, 3}, 1)), ShapeError);
  EXPECT_THROW(psnr(noise({2, 12}, 1), noise({2, 12}, 1)), ShapeError);
  EXPECT_THROW(psnr(a, a, {.low = 1, .high = 1}), ValueError);
  EXPECT_THROW(psnr(a, a, {.border = 6}), ValueError);
  EXPECT_THROW(psnr(a, a, {.border = -1}), ValueError);
  EXPECT_THROW(psnr(a, D::full({1, 12, 12, 3}, std::nan(""))), ValueError);
  EXPECT_THROW(psnr(D(Shape{0, 12, 12, 3}), D(Shape{0, 12, 12, 3})), ValueError);
  EXPECT_THROW(ssim(a, a, {.border = 1}), ValueError) << "10 x 10";
  EXPECT_THROW(ms_ssim(noise({1, 160, 161, 1}, 1), noise({1, 160, 161, 1}, 1)), ValueError);
  EXPECT_THROW(ms_ssim(a, a, {}, {}), ValueError);
}

TEST(SsimReference, PsnrAndSsimAreThoseOfScikitImage) {
  using namespace reference;
  const D a = given("image.a"), b = given("image.b");
  expect_relative(psnr(a, b, unit), "psnr", 1e-12);
  expect_relative(ssim(a, b, unit), "ssim", 1e-12);
  D grey_a(a.shape().with(3, 1)), grey_b(grey_a.shape());
  for (i64 i = 0; i < grey_a.size(); ++i) {
    grey_a.mutable_data()[i] = a.data()[3 * i];
    grey_b.mutable_data()[i] = b.data()[3 * i];
  }
  expect_relative(psnr(grey_a, grey_b, unit), "grey.psnr", 1e-12);
  expect_relative(ssim(grey_a, grey_b, unit), "grey.ssim", 1e-12);
  const ImageOptions luma{.low = 0, .high = 1, .border = 2, .luma = true};
  expect_relative(psnr(a, b, luma), "luma.psnr", 1e-12);
  expect_relative(ssim(a, b, luma), "luma.ssim", 1e-12);
}

/// make_metrics.py's `pattern`, channels last.
D pattern(i64 channels, i64 height, i64 width, u64 seed) {
  D x(Shape{1, height, width, channels});
  double* to = x.mutable_data();
  for (i64 h = 0; h < height; ++h)
    for (i64 w = 0; w < width; ++w)
      for (i64 c = 0; c < channels; ++c) {
        const u64 place = static_cast<u64>((c * height + h) * width + w);
        const i64 noise = static_cast<i64>(static_cast<u32>(place * 2654435761u + seed) >> 13) % 64;
        *to++ = static_cast<double>((w * (3 + c) + h * 2) % 97 + (h * h / 16) % 61 + noise) / 256;
      }
  return x;
}

// torchmetrics has the five weights in float.
TEST(MsSsimReference, IsThatOfTorchmetrics) {
  using namespace reference;
  for (const i64 channels : {3, 1}) {
    const D x = pattern(3, 176, 192, 1), z = pattern(3, 176, 192, 2);
    D a(Shape{1, 176, 192, channels}), b(a.shape());
    for (i64 h = 0; h < 176; ++h)
      for (i64 i = 0; i < 192; ++i)
        for (i64 c = 0; c < channels; ++c) {
          const i64 to = (h * 192 + i) * channels + c, from = (h * 192 + i) * 3 + c;
          a.mutable_data()[to] = x.data()[from];
          b.mutable_data()[to] = (x.data()[from] + z.data()[((175 - h) * 192 + i) * 3 + c]) / 2;
        }
    const std::string key = channels == 3 ? "msssim" : "msssim.grey";
    expect_relative(ms_ssim(a, b, {.low = 0, .high = 1}).item(), metrics_file().number(key), 1e-7, key);
  }
}

}  // namespace
}  // namespace gan::metrics
