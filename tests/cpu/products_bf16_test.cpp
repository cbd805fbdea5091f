// Products with factors of bf16: close to the plain loops, but not as close as floats; the same bits for any number of
// threads; and an operation's derivatives are computed in the operation's mode.
#include <cmath>

#include "gan/core/parallel.hpp"
#include "gan/grad/grad.hpp"
#include "gan/ops/conv.hpp"
#include "gan/ops/random.hpp"
#include "gan/ops/reduce.hpp"
#include "support/products.hpp"

namespace gan::cpu {
namespace {

/// Relative error of an array in the Euclidean norm.
double error_of(const std::vector<float>& got, const std::vector<float>& want) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < want.size(); ++i) {
    difference += (static_cast<double>(got[i]) - want[i]) * (static_cast<double>(got[i]) - want[i]);
    size += static_cast<double>(want[i]) * want[i];
  }
  return std::sqrt(difference / size);
}

/// Numbers in [-1, 1).
std::vector<float> numbers(i64 n, u64 seed) {
  Rng rng{seed, 0, 0};
  const Tensor<float> x = rand<float>(Shape{n}, rng, -1, 1);
  return {x.data(), x.data() + n};
}

ConvShape shape_of(i64 n, i64 size, i64 c, i64 o, i64 kernel, i64 stride, i64 pad) {
  ConvShape s{.n = n, .h = size, .w = size, .c = c, .o = o, .kh = kernel, .kw = kernel, .stride_h = stride};
  s.stride_w = stride;
  s.pad_top = s.pad_left = pad;
  s.oh = s.ow = (size + 2 * pad - kernel) / stride + 1;
  s.math = MathMode::bf16;
  return s;
}

TEST(ProductsBf16, ConvolutionsAreWithinTheirRounding) {
  if (!has_bf16()) GTEST_SKIP() << "this processor has no AVX512-BF16, or GAN_ISA forbids it";
  // F(4, 2) for 4 x 4 filters of stride 2 and 3 x 3 of stride 2; F(4, 3) for 3 x 3; F(3, 4) for 4 x 4 of stride 1.
  const ConvShape shapes[] = {
      shape_of(2, 11, 16, 48, 4, 2, 1), shape_of(9, 8, 256, 64, 4, 2, 1), shape_of(3, 10, 304, 32, 4, 2, 1),
      shape_of(2, 9, 64, 32, 3, 2, 1),  shape_of(2, 13, 64, 80, 3, 1, 1), shape_of(1, 9, 272, 16, 3, 1, 1),
      shape_of(5, 14, 96, 32, 4, 2, 1), shape_of(2, 10, 32, 32, 4, 1, 1), shape_of(1, 4, 16, 16, 3, 1, 1)};
  for (const ConvShape& s : shapes) {
    const std::string what = std::to_string(s.c) + " > " + std::to_string(s.o) + " k" + std::to_string(s.kh) + " s" +
                             std::to_string(s.stride_h) + " of " + std::to_string(s.h);
    SCOPED_TRACE(what);
    const i64 nx = s.n * s.h * s.w * s.c, ny = s.n * s.oh * s.ow * s.o, nw = s.o * s.kh * s.kw * s.c;
    const auto x = numbers(nx, 1), y = numbers(ny, 2), w = numbers(nw, 3), bias = numbers(std::max(s.c, s.o), 4);
    const Epilogue<float> epilogue{bias.data(), Activation::leaky_relu, 0.2f};
    const auto list = conv_implementations<float>();
    const auto found =
        std::find_if(list.begin(), list.end(), [](auto& i) { return std::strcmp(i.name, "winograd_bf16") == 0; });
    ASSERT_NE(found, list.end());
    ASSERT_TRUE(found->supports(s));
    const auto check = [&](i64 size, auto product, auto reference) {
      const auto want = result_of<float>(size, reference);
      std::vector<float> first;
      for (const int count : {1, 2, 3, 8}) {
        set_threads(count);
        Guarded<float> got(size);
        product(got.data());
        EXPECT_TRUE(got.intact());
        if (count == 1) first = got.values();
        EXPECT_EQ(got.values(), first) << count << " threads";
      }
      const double error = error_of(first, want);
      EXPECT_LT(error, 2 * s.stride_h >= s.kh ? 0.02 : 0.04);  // two taps for each step, or more
      EXPECT_GT(error, 1e-4);                                  // else they were not bf16
    };
    const int before = threads();
    check(
        ny, [&](float* to) { found->conv(s, x.data(), w.data(), to, epilogue); },
        [&](float* to) { reference_conv(s, x.data(), w.data(), to, epilogue); });
    check(
        nx, [&](float* to) { found->conv_input(s, y.data(), w.data(), to, epilogue); },
        [&](float* to) { reference_conv_input(s, y.data(), w.data(), to, epilogue); });
    check(
        nw, [&](float* to) { found->conv_weight(s, y.data(), x.data(), to); },
        [&](float* to) { reference_conv_weight(s, y.data(), x.data(), to); });
    set_threads(before);
  }
}

TEST(ProductsBf16, MatrixProductsAreExactForSmallIntegers) {
  if (!has_bf16()) GTEST_SKIP() << "this processor has no AVX512-BF16, or GAN_ISA forbids it";
  const auto list = gemm_implementations<float>();
  const auto found =
      std::find_if(list.begin(), list.end(), [](auto& i) { return std::strcmp(i.name, "packed_bf16") == 0; });
  ASSERT_NE(found, list.end());
  for (const i64 m : {1, 3, 14, 33, 300})
    for (const i64 n : {5, 16, 17, 32, 70, 513})
      for (const i64 k : {1, 2, 31, 64, 577, 1300})
        for (const bool ta : {false, true})
          for (const bool tb : {false, true})
            for (const bool accumulate : {false, true}) {
              const GemmShape s{m, n, k, ta, tb, accumulate, MathMode::bf16};
              ASSERT_TRUE(found->supports(s));
              const auto a = small_integers<float>(m * k, 1), b = small_integers<float>(k * n, 2),
                         bias = small_integers<float>(n, 3), c = small_integers<float>(m * n, 4);
              Epilogue<float> epilogue;
              if (!accumulate) epilogue = {bias.data(), Activation::relu, 0};
              std::vector<float> want = c;
              reference_gemm(s, a.data(), b.data(), want.data(), epilogue);
              expect_product(want, 0.0f,
                             "m, n, k = " + std::to_string(m) + ", " + std::to_string(n) + ", " + std::to_string(k),
                             [&](float* to) {
                               if (accumulate) std::copy(c.begin(), c.end(), to);
                               found->gemm(s, a.data(), b.data(), to, epilogue);
                             });
            }
}

TEST(ProductsBf16, OnlyWhereTheModeAsksForThem) {
  ConvShape s = shape_of(64, 16, 64, 128, 4, 2, 1);
  EXPECT_STREQ(chosen<float>(ConvOperation::conv, s), has_bf16() ? "winograd_bf16" : "winograd");
  EXPECT_STREQ(chosen<double>(ConvOperation::conv, s), "winograd");
  for (const MathMode mode : {MathMode::fp32, MathMode::tf32}) {
    s.math = mode;
    EXPECT_STREQ(chosen<float>(ConvOperation::conv, s), "winograd");
  }
}

TEST(ProductsBf16, DerivativesHaveTheModeOfTheirOperation) {
  if (!has_bf16()) GTEST_SKIP() << "this processor has no AVX512-BF16, or GAN_ISA forbids it";
  const auto gradients = [](MathMode forward, MathMode backward) {
    Rng rng{1, 0, 0};
    const Tensor<float> x = leaf(rand<float>(Shape{16, 16, 16, 64}, rng, -1, 1));
    const Tensor<float> w = leaf(rand<float>(Shape{64, 3, 3, 64}, rng, -1, 1));
    Tensor<float> loss;
    {
      const MathScope scope(forward);
      loss = sum(square(gan::conv2d(x, w, {.padding = 1})));
    }
    const MathScope scope(backward);
    const auto g = grad(loss, {x, w});
    return std::pair{g[0].to_vector(), g[1].to_vector()};
  };
  const auto rough = gradients(MathMode::bf16, MathMode::bf16), exact = gradients(MathMode::fp32, MathMode::fp32);
  EXPECT_EQ(gradients(MathMode::bf16, MathMode::fp32), rough);
  EXPECT_EQ(gradients(MathMode::fp32, MathMode::bf16), exact);
  EXPECT_NE(rough.first, exact.first);
  EXPECT_NE(rough.second, exact.second);
  EXPECT_LT(error_of(rough.first, exact.first), 0.03);
  EXPECT_LT(error_of(rough.second, exact.second), 0.03);
}

}  // namespace
}  // namespace gan::cpu
