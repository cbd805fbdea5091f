// Low-pass resampling: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/blur.hpp"

#include <gtest/gtest.h>

#include "gan/ops/conv.hpp"
#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

const Cases cases{
    make_case("blur_downsample", {{2, 6, 5, 2}}, [](auto& x) { return blur_downsample(x[0]); }, nullptr,
              {.large = {{8, 14, 14, 16}}}),
    make_case(
        "blur_downsample.small", {{1, 2, 3, 1}}, [](auto& x) { return blur_downsample(x[0]); }, nullptr),
    make_case("blur_upsample", {{2, 3, 4, 2}}, [](auto& x) { return blur_upsample(x[0]); }, nullptr,
              {.large = {{8, 14, 14, 16}}}),
    make_case(
        "blur_upsample.pixel", {{1, 1, 1, 2}}, [](auto& x) { return blur_upsample(x[0]); }, nullptr),
};

/// The filter of `channels` depthwise convolutions, times a factor.
Var filter(i64 channels, float factor) {
  std::vector<float> values;
  for (i64 c = 0; c < channels; ++c)
    for (const float a : {1.f, 3.f, 3.f, 1.f})
      for (const float b : {1.f, 3.f, 3.f, 1.f}) values.push_back(factor * a * b / 64);
  return Var::from(std::span<const float>(values), Shape{channels, 4, 4, 1});
}

TEST(OpsBlur, AreConvolutionsOfEachChannel) {
  Rng rng{1};
  const Var x = rand<float>({2, 6, 5, 3}, rng, -1, 1);
  const ConvGeometry geometry{.stride = 2, .padding = 1, .groups = 3};
  const auto down = blur_downsample(x).to_vector(), up = blur_upsample(x).to_vector();
  const auto conv = conv2d(x, filter(3, 1), geometry).to_vector();
  const auto transposed = conv2d_transpose(x, filter(3, 4), geometry).to_vector();
  ASSERT_EQ(down.size(), conv.size());
  ASSERT_EQ(up.size(), transposed.size());
  for (std::size_t i = 0; i < down.size(); ++i) EXPECT_NEAR(down[i], conv[i], 1e-6);
  for (std::size_t i = 0; i < up.size(); ++i) EXPECT_NEAR(up[i], transposed[i], 1e-6);
}

TEST(OpsBlur, BadShapesAreNamed) {
  expect_error<ShapeError>([] { blur_downsample(zeros({2, 3})); }, "[blur_downsample]");
  expect_error<ShapeError>([] { blur_downsample(zeros({1, 1, 2, 1})); }, "[blur_downsample]");
  expect_error<ShapeError>([] { blur_upsample(zeros({2, 3})); }, "[blur_upsample]");
}

}  // namespace
}  // namespace gan
