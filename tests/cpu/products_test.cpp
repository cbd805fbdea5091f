// Matrix products and convolutions: every implementation against the plain loops (see products.hpp), and the same bits
// for any number of threads.
#include "support/products.hpp"

#include "gan/core/parallel.hpp"
#include "gan/tensor/tensor.hpp"

namespace gan::cpu {
namespace {

// ---- gemm -----------------------------------------------------------------------------------------------------

template <class T>
void check_gemm(const GemmShape& s, const Fusion& fusion) {
  const auto a = small_integers<T>(s.m * s.k, 1), b = small_integers<T>(s.k * s.n, 2), bias = small_integers<T>(s.n, 3);
  const Epilogue<T> epilogue = epilogue_of(fusion, bias);
  const auto want = result_of<T>(s.m * s.n, [&](T* c) { reference_gemm(s, a.data(), b.data(), c, epilogue); });
  for (const Isa isa : instruction_sets())
    for (const auto& implementation : gemm_implementations<T>(isa)) {
      if (!implementation.supports(s) || std::strcmp(implementation.name, "reference") == 0) continue;
      if (repeated(implementation.name, isa)) continue;
      const std::string what = std::string(implementation.name) + " " + to_string(isa) + " " + std::to_string(s.m) +
                               " x " + std::to_string(s.n) + " x " + std::to_string(s.k) +
                               (s.transpose_a ? " ta" : "") + (s.transpose_b ? " tb" : "");
      expect_product(want, tolerance_of<T>(fusion), what,
                     [&](T* c) { implementation.gemm(s, a.data(), b.data(), c, epilogue); });
    }
}

template <class T>
class Products : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(Products, Scalars);

TYPED_TEST(Products, GemmEqualsReference) {
  const i64 sizes[] = {1, 2, 3, 5, 17, 64, 100, 129};
  for (const i64 m : sizes)
    for (const i64 n : sizes)
      for (const i64 k : sizes)
        for (const bool ta : {false, true})
          for (const bool tb : {false, true}) check_gemm<TypeParam>({m, n, k, ta, tb}, plain);
}

TYPED_TEST(Products, GemmAddsToWhatIsThere) {
  using T = TypeParam;
  for (const GemmShape& s : {GemmShape{20, 70, 300, true, false, true}, GemmShape{17, 3, 40, false, true, true},
                             GemmShape{33, 2, 9, true, false, true}, GemmShape{5, 6, 0, false, false, true},
                             GemmShape{200, 300, 7, true, true, true}, GemmShape{4, 300, 257, false, true, true},
                             GemmShape{4, 301, 257, false, false, true}, GemmShape{300, 301, 4, true, false, true}}) {
    const auto a = small_integers<T>(s.m * s.k, 1), b = small_integers<T>(s.k * s.n, 2),
               c = small_integers<T>(s.m * s.n, 3);
    std::vector<T> want = c;
    reference_gemm<T>(s, a.data(), b.data(), want.data(), {});
    GemmShape alone = s;
    alone.accumulate = false;
    std::vector<T> product(want.size());
    reference_gemm<T>(alone, a.data(), b.data(), product.data(), {});
    for (std::size_t i = 0; i < c.size(); ++i) ASSERT_EQ(want[i], c[i] + product[i]);
    for (const Isa isa : instruction_sets())
      for (const auto& i : gemm_implementations<T>(isa)) {
        std::vector<T> got = c;
        i.gemm(s, a.data(), b.data(), got.data(), {});
        EXPECT_EQ(got, want) << i.name << " " << to_string(isa) << " " << s.m << " x " << s.n << " x " << s.k;
      }
  }
}

TYPED_TEST(Products, GemmOfLongSumsAndManyPanels) {
  for (const bool ta : {false, true})
    for (const bool tb : {false, true}) {
      check_gemm<TypeParam>({64, 300, 700, ta, tb}, plain);
      check_gemm<TypeParam>({300, 1, 700, ta, tb}, plain);
      check_gemm<TypeParam>({7, 513, 257, ta, tb}, plain);
      check_gemm<TypeParam>({9, 9, 0, ta, tb}, {true, Activation::relu});
    }
}

// Products of a large matrix with few rows, and of few summands (isa/gemm_few.hpp).
TYPED_TEST(Products, GemmOfFewRows) {
  for (i64 few = 1; few <= 9; ++few) {
    for (const Fusion& fusion : fusions) {
      check_gemm<TypeParam>({few, 301, 231, false, true}, fusion);
      check_gemm<TypeParam>({few, 301, 231, false, false}, fusion);
      check_gemm<TypeParam>({few, 301, 231, true, true}, fusion);
      check_gemm<TypeParam>({301, 231, few, true, false}, fusion);
    }
    check_gemm<TypeParam>({few, 2, 40001, false, true}, plain);
    check_gemm<TypeParam>({few, 20011, 5, false, false}, plain);
  }
}

// Rows that are written past the caches: c is aligned and has 16 MiB or more.
TYPED_TEST(Products, GemmLargerThanCaches) {
  using T = TypeParam;
  const GemmShape s{1500, 3008, 3, true, false};
  const auto a = small_integers<T>(s.m * s.k, 1), b = small_integers<T>(s.k * s.n, 2), bias = small_integers<T>(s.n, 3);
  const Epilogue<T> epilogue{bias.data(), Activation::relu, T(0)};
  std::vector<T> want(static_cast<std::size_t>(s.m * s.n));
  reference_gemm(s, a.data(), b.data(), want.data(), epilogue);
  for (const Isa isa : instruction_sets())
    for (const auto& i : gemm_implementations<T>(isa)) {
      Tensor<T> c = Tensor<T>::full(Shape{s.m, s.n}, T(-1));
      i.gemm(s, a.data(), b.data(), c.mutable_data(), epilogue);
      EXPECT_EQ(c.to_vector(), want) << i.name << " " << to_string(isa);
    }
}

TYPED_TEST(Products, GemmEpilogues) {
  for (const Fusion& fusion : fusions)
    for (const i64 n : {1, 3, 5, 33, 64})
      for (const i64 k : {3, 300})
        for (const bool ta : {false, true}) check_gemm<TypeParam>({20, n, k, ta, true}, fusion);
}

// ---- convolutions ---------------------------------------------------------------------------------------------

const ConvCase conv_cases[] = {
    // n   h   w   c    o  kh kw  s pt pl ex  d  g
    {2, 9, 9, 1, 5, 4, 4, 2, 1, 1, 0, 1, 1},      // thin: grey
    {3, 28, 28, 1, 64, 4, 4, 2, 1, 1, 0, 1, 1},   //
    {2, 11, 8, 3, 33, 4, 4, 2, 1, 1, 0, 1, 1},    // thin: colour
    {9, 8, 8, 3, 40, 4, 4, 2, 1, 1, 0, 1, 1},     //
    {2, 7, 9, 3, 20, 3, 3, 1, 1, 1, 0, 1, 1},     //
    {1, 12, 31, 1, 7, 5, 5, 2, 2, 2, 0, 1, 1},    //
    {2, 10, 10, 2, 6, 3, 2, 3, 0, 1, 1, 1, 1},    // stride > kernel in one axis
    {2, 10, 10, 1, 6, 2, 2, 3, 0, 0, 0, 1, 1},    // in both
    {2, 9, 9, 20, 6, 1, 1, 3, 0, 0, 0, 1, 1},     // pixels that no output reaches
    {3, 9, 11, 5, 40, 3, 3, 1, 1, 1, 0, 1, 1},    // odd channels
    {9, 7, 7, 20, 33, 3, 3, 2, 1, 1, 0, 1, 1},    // tiles over the batch
    {10, 6, 6, 17, 70, 4, 4, 2, 1, 1, 0, 1, 1},   //
    {1, 20, 19, 33, 64, 4, 4, 2, 1, 1, 0, 1, 1},  // batch 1
    {8, 5, 5, 64, 96, 5, 5, 1, 2, 2, 0, 1, 1},    //
    {4, 14, 14, 64, 37, 4, 4, 2, 1, 1, 0, 1, 1},  //
    {30, 4, 4, 130, 20, 4, 4, 2, 1, 1, 0, 1, 1},  // filter rows longer than a block of k
    {2, 15, 17, 70, 9, 5, 5, 1, 2, 2, 0, 1, 1},   //
    {2, 12, 13, 6, 8, 4, 4, 2, 0, 1, 1, 1, 1},    // asymmetric padding
    {2, 6, 18, 4, 8, 2, 5, 2, 1, 3, 1, 1, 1},     //
    {3, 8, 8, 12, 10, 2, 2, 1, 3, 3, 0, 1, 1},    // more padding than filter
    {2, 13, 13, 6, 8, 3, 3, 1, 2, 2, 0, 2, 1},    // dilation
    {9, 9, 9, 33, 8, 3, 3, 2, 2, 2, 0, 3, 1},     //
    {2, 16, 16, 6, 8, 3, 3, 4, 3, 3, 0, 2, 1},    // dilation and stride with a common divisor
    {2, 9, 9, 12, 8, 3, 3, 2, 1, 1, 0, 1, 4},     // groups
    {9, 6, 6, 80, 6, 3, 3, 1, 1, 1, 0, 2, 2},     //
    {2, 7, 7, 6, 12, 3, 3, 1, 1, 1, 0, 1, 6},     // depthwise with multiplier
    {8, 4, 4, 50, 30, 4, 4, 1, 0, 0, 0, 1, 1},    // the whole image: a matrix product
    {9, 1, 1, 21, 30, 1, 1, 1, 0, 0, 0, 1, 1},    //
    {2, 5, 6, 35, 18, 1, 1, 1, 0, 0, 0, 1, 1},    // 1 x 1
    {8, 1, 1, 40, 20, 4, 4, 1, 3, 3, 0, 1, 1},    // the image smaller than the filter
    {2, 9, 10, 20, 3, 5, 5, 1, 2, 2, 0, 1, 1},    // few outputs
    {1, 70, 12, 16, 3, 7, 7, 1, 0, 0, 0, 1, 1},   // in bands of rows
    {1, 40, 9, 32, 1, 4, 3, 1, 1, 2, 1, 1, 1},    //
    {1, 60, 14, 3, 16, 9, 9, 1, 4, 4, 0, 1, 1},   // thin with large filters
    {3, 9, 10, 36, 40, 3, 3, 1, 1, 1, 0, 1, 1},   // Winograd: ragged tiles, panels, and blocks of channels
    {2, 9, 9, 150, 33, 3, 3, 1, 1, 1, 0, 1, 1},   // channels in two pieces
    {5, 16, 16, 64, 37, 4, 4, 2, 1, 1, 0, 1, 1},  // terms that share a block
    {1, 7, 8, 130, 34, 4, 4, 1, 1, 1, 0, 1, 1},   // four taps
    {2, 11, 13, 20, 21, 5, 4, 2, 2, 1, 0, 1, 1},  // terms with unequal taps
    {40, 16, 17, 70, 8, 3, 3, 1, 1, 1, 0, 1, 1},  // more tiles than one group
    {90, 14, 10, 70, 8, 4, 4, 2, 1, 1, 0, 1, 1},  // the same, with tiles short along one axis and along both
    {40, 14, 16, 20, 33, 4, 4, 2, 1, 1, 0, 1, 1},  // short down; in shares of the tiles
    {7, 8, 13, 40, 33, 2, 2, 1, 0, 0, 0, 1, 1},   // short down by one; none are short across
    {3, 4, 6, 20, 40, 4, 4, 2, 1, 1, 0, 1, 1},    // all tiles are short
    {2, 9, 11, 40, 40, 3, 3, 1, 1, 1, 0, 1, 40},  // depthwise: vectors, and a rest of channels
    {3, 10, 13, 7, 7, 4, 4, 2, 1, 1, 0, 1, 7},    // fewer channels than a vector has
    {2, 12, 9, 33, 33, 5, 3, 3, 2, 1, 1, 2, 33},  // dilated, with a stride
    {70, 5, 4, 70, 70, 3, 5, 1, 2, 4, 0, 1, 70},  // padding beyond the filter, in blocks of rows
    {1, 3, 2, 16, 16, 3, 7, 2, 1, 3, 0, 1, 16},   // no output reads all taps
    {2, 8, 8, 64, 96, 3, 3, 1, 1, 1, 0, 1, 4},    // wider groups
    {2, 7, 8, 40, 60, 4, 4, 2, 1, 1, 0, 1, 10},   // narrow groups
    {26, 24, 24, 48, 48, 3, 3, 1, 1, 1, 0, 1, 12},  // more images than are copied at a time
    {2, 7, 8, 20, 60, 3, 3, 1, 1, 1, 0, 1, 20},   // three filters for each channel
    {5, 9, 7, 16, 16, 3, 3, 1, 1, 1, 0, 1, 1},    // Winograd: outputs that fill half a panel
    {1, 4, 4, 20, 13, 3, 3, 1, 1, 1, 0, 1, 1},    // or less, in one tile
    {3, 11, 9, 17, 43, 4, 4, 2, 1, 1, 0, 1, 1},   // in the last of two panels
    {70, 8, 7, 16, 16, 3, 3, 1, 1, 1, 0, 1, 1},   // in shares of the tiles
    {3, 5, 7, 48, 48, 3, 3, 1, 1, 1, 0, 1, 3},    // groups of a vector
    {1, 9, 6, 34, 18, 3, 3, 1, 1, 1, 0, 1, 2},    // of one and a channel more, of less
    {2, 40, 41, 192, 160, 1, 1, 1, 0, 0, 0, 1, 32},  // more groups than are copied at a time
};

TYPED_TEST(Products, ConvolutionsEqualReference) {
  for (const ConvCase& q : conv_cases) check_conv<TypeParam>(shape_of(q), plain);
}

TYPED_TEST(Products, ConvolutionEpilogues) {
  for (const std::size_t i : {0u, 2u, 8u, 10u, 20u, 23u, 26u, 31u, 34u, 36u, 44u, 45u, 49u, 50u, 53u, 55u, 57u})
    for (const Fusion& fusion : fusions) check_conv<TypeParam>(shape_of(conv_cases[i]), fusion);
}

TYPED_TEST(Products, EmptyBatchesAndChannels) {
  using T = TypeParam;
  ConvShape s = shape_of({0, 8, 8, 3, 5, 4, 4, 2, 1, 1, 0, 1, 1});
  const std::vector<T> w(5 * 16 * 3, T(1));
  std::vector<T> gradient(w.size(), T(7));
  conv<T>(s, nullptr, w.data(), nullptr, {});
  conv_input<T>(s, nullptr, w.data(), nullptr, {});
  conv_weight<T>(s, nullptr, nullptr, gradient.data());
  for (const T g : gradient) EXPECT_EQ(g, T(0));
  s = shape_of({0, 8, 8, 6, 8, 3, 3, 1, 1, 1, 0, 1, 2});
  conv<T>(s, nullptr, w.data(), nullptr, {});
  conv_input<T>(s, nullptr, w.data(), nullptr, {});
  gradient.assign(8 * 9 * 3, T(7));
  conv_weight<T>(s, nullptr, nullptr, gradient.data());
  for (const T g : gradient) EXPECT_EQ(g, T(0));
  gemm<T>({0, 5, 3, false, false}, nullptr, w.data(), nullptr, {});
}

// ---- threads --------------------------------------------------------------------------------------------------

/// Restores the number of threads.
class Threads {
 public:
  ~Threads() { set_threads(before_); }

 private:
  int before_ = threads();
};

/// Runs product(output) with several numbers of threads; the values are not integers, so that an order of summation
/// that differs would show.
template <class T, class Product>
void expect_same_bits(i64 size, const std::string& what, Product&& product) {
  const Threads restore;
  std::vector<T> first;
  for (const int n : {1, 2, 3, 8}) {
    set_threads(n);
    const auto y = result_of<T>(size, product);
    if (first.empty()) first = y;
    EXPECT_EQ(std::memcmp(first.data(), y.data(), y.size() * sizeof(T)), 0) << what << " with " << n << " threads";
  }
}

template <class T>
std::vector<T> fractions(i64 n, u32 seed) {
  auto v = small_integers<T>(n, seed);
  u32 state = seed;
  for (T& x : v) {
    state = state * 1664525u + 1013904223u;
    x += static_cast<T>(state >> 8) * T(1.0 / (1 << 24));
  }
  return v;
}

TYPED_TEST(Products, BitsDoNotDependOnThreads) {
  using T = TypeParam;
  for (const Isa isa : instruction_sets()) {
    for (const GemmShape& s : {GemmShape{64, 200, 300, false, true}, GemmShape{300, 70, 64, true, false},
                               GemmShape{333, 1, 129, false, true}, GemmShape{500, 33, 600, false, false},
                               GemmShape{4, 7000, 130, false, true}, GemmShape{3, 7000, 130, false, false},
                               GemmShape{7000, 130, 4, true, false}}) {
      const auto a = fractions<T>(s.m * s.k, 1), b = fractions<T>(s.k * s.n, 2);
      for (const auto& i : gemm_implementations<T>(isa)) {
        if (repeated(i.name, isa)) continue;
        expect_same_bits<T>(s.m * s.n, i.name, [&](T* c) { i.gemm(s, a.data(), b.data(), c, {}); });
      }
    }
    for (const std::size_t index : {1u, 3u, 10u, 14u, 15u, 23u, 31u, 34u, 39u, 40u, 41u, 44u, 47u, 49u, 50u, 55u, 56u,
                                    57u, 59u}) {
      const ConvShape s = shape_of(conv_cases[index]);
      const i64 x_size = s.n * s.h * s.w * s.c, y_size = s.n * s.oh * s.ow * s.o;
      const i64 w_size = s.o * s.kh * s.kw * (s.c / s.groups);
      const auto x = fractions<T>(x_size, 1), y = fractions<T>(y_size, 2), w = fractions<T>(w_size, 3);
      for (const auto& i : conv_implementations<T>(isa)) {
        if (!i.supports(s) || repeated(i.name, isa)) continue;
        const std::string what = std::string(i.name) + " " + to_string(isa) + name_of(s);
        if (i.conv) expect_same_bits<T>(y_size, what + " conv", [&](T* to) { i.conv(s, x.data(), w.data(), to, {}); });
        if (i.conv_input)
          expect_same_bits<T>(x_size, what + " input", [&](T* to) { i.conv_input(s, y.data(), w.data(), to, {}); });
        if (i.conv_weight)
          expect_same_bits<T>(w_size, what + " weight", [&](T* to) { i.conv_weight(s, y.data(), x.data(), to); });
      }
    }
  }
}

}  // namespace
}  // namespace gan::cpu
