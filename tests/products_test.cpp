// Matrix products and convolutions: every implementation, on every instruction set of this machine, against the plain
// loops. Values are small integers, so that all sums are exact and results must be equal, not close; only Winograd's
// transforms divide, and are held to their rounding.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "gan/core/parallel.hpp"
#include "src/cpu/products.hpp"

namespace gan::cpu {
namespace {

std::vector<Isa> instruction_sets() {
  if (best_isa() == Isa::base) return {Isa::base};
  std::vector<Isa> all;
  for (const Isa isa : {Isa::v2, Isa::v3, Isa::v4})
    if (isa <= best_isa()) all.push_back(isa);
  return all;
}

/// Whether an implementation of this list has been seen before: only those of src/cpu/isa differ between lists.
bool repeated(const char* name, Isa isa) {
  const bool common = std::strcmp(name, "reference") == 0 || (blas_name() && std::strcmp(name, blas_name()) == 0);
  return common && isa != best_isa();
}

/// Integers in [-2, 2].
template <class T>
std::vector<T> small_integers(i64 n, u32 seed) {
  std::vector<T> v(static_cast<std::size_t>(n));
  u32 state = seed * 2654435761u + 1u;
  for (T& x : v) {
    state = state * 1664525u + 1013904223u;
    x = static_cast<T>(static_cast<int>((state >> 16) % 5) - 2);
  }
  return v;
}

/// An output array between sentinels, filled with NaN so that an element left unwritten shows.
template <class T>
class Guarded {
 public:
  explicit Guarded(i64 n) : size_(static_cast<std::size_t>(n)), all_(size_ + 2 * margin, sentinel) {
    std::fill_n(data(), size_, std::numeric_limits<T>::quiet_NaN());
  }
  T* data() { return all_.data() + margin; }
  std::vector<T> values() const { return {all_.begin() + margin, all_.end() - margin}; }
  bool intact() const {
    const auto is_sentinel = [](T x) { return x == sentinel; };
    return std::all_of(all_.begin(), all_.begin() + margin, is_sentinel) &&
           std::all_of(all_.end() - margin, all_.end(), is_sentinel);
  }

 private:
  static constexpr std::ptrdiff_t margin = 64;
  static constexpr T sentinel = T(12345);
  std::size_t size_;
  std::vector<T> all_;
};

/// Runs `product(output)` and compares with what is wanted: exactly, or to rounding for tanh and sigmoid.
template <class T, class Product>
void expect_product(const std::vector<T>& want, T tolerance, const std::string& what, Product&& product) {
  Guarded<T> got(static_cast<i64>(want.size()));
  product(got.data());
  EXPECT_TRUE(got.intact()) << what << ": wrote outside its output";
  const std::vector<T> values = got.values();
  for (std::size_t i = 0; i < want.size(); ++i) {
    const T error = values[i] - want[i];
    if (!(error <= tolerance && -error <= tolerance)) {
      ADD_FAILURE() << what << ": element " << i << " is " << values[i] << ", not " << want[i];
      return;
    }
  }
}

template <class T, class Product>
std::vector<T> result_of(i64 n, Product&& product) {
  std::vector<T> y(static_cast<std::size_t>(n));
  product(y.data());
  return y;
}

struct Fusion {
  bool bias;
  Activation activation;
};
constexpr Fusion plain{false, Activation::none};
constexpr Fusion fusions[] = {{true, Activation::none}, {true, Activation::relu},    {false, Activation::leaky_relu},
                              {true, Activation::tanh}, {true, Activation::sigmoid}, {true, Activation::leaky_relu}};

template <class T>
Epilogue<T> epilogue_of(const Fusion& fusion, const std::vector<T>& bias) {
  return {fusion.bias ? bias.data() : nullptr, fusion.activation, T(0.25)};
}
template <class T>
T tolerance_of(const Fusion& fusion) {
  const bool rounded = fusion.activation == Activation::tanh || fusion.activation == Activation::sigmoid;
  return rounded ? T(2e-6) : T(0);
}

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

TYPED_TEST(Products, GemmOfLongSumsAndManyPanels) {
  for (const bool ta : {false, true})
    for (const bool tb : {false, true}) {
      check_gemm<TypeParam>({64, 300, 700, ta, tb}, plain);
      check_gemm<TypeParam>({300, 1, 700, ta, tb}, plain);
      check_gemm<TypeParam>({7, 513, 257, ta, tb}, plain);
      check_gemm<TypeParam>({9, 9, 0, ta, tb}, {true, Activation::relu});
    }
}

TYPED_TEST(Products, GemmEpilogues) {
  for (const Fusion& fusion : fusions)
    for (const i64 n : {1, 3, 5, 33, 64})
      for (const i64 k : {3, 300})
        for (const bool ta : {false, true}) check_gemm<TypeParam>({20, n, k, ta, true}, fusion);
}

// ---- convolutions ---------------------------------------------------------------------------------------------

/// A shape from what identifies it; oh and ow are all that fit, with the same padding on the far side plus `extra`.
struct ConvCase {
  i64 n, h, w, c, o, kh, kw, stride, pad_top, pad_left, extra, dilation, groups;
};

ConvShape shape_of(const ConvCase& q) {
  ConvShape s;
  s.n = q.n, s.h = q.h, s.w = q.w, s.c = q.c, s.o = q.o, s.kh = q.kh, s.kw = q.kw;
  s.stride_h = s.stride_w = q.stride;
  s.dilation_h = s.dilation_w = q.dilation;
  s.pad_top = q.pad_top, s.pad_left = q.pad_left, s.groups = q.groups;
  s.oh = (q.h + 2 * q.pad_top + q.extra - (q.kh - 1) * q.dilation - 1) / q.stride + 1;
  s.ow = (q.w + 2 * q.pad_left + q.extra - (q.kw - 1) * q.dilation - 1) / q.stride + 1;
  return s;
}

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
};

std::string name_of(const ConvShape& s) {
  std::string text;
  for (const i64 x : {s.n, s.h, s.w, s.c, s.o, s.kh, s.kw, s.stride_h, s.pad_top, s.pad_left, s.dilation_h, s.groups})
    text += " " + std::to_string(x);
  return text;
}

/// Of the products of `depth` pairs of small_integers: 0, or Winograd's error, which grows with the size of the sum.
template <class T>
T error_of(const char* implementation, i64 depth) {
  if (std::strcmp(implementation, "winograd") != 0) return T(0);
  return static_cast<T>(std::sqrt(static_cast<double>(depth)) * (std::is_same_v<T, float> ? 5e-5 : 1e-13));
}

template <class T>
void check_conv(const ConvShape& s, const Fusion& fusion) {
  const i64 x_size = s.n * s.h * s.w * s.c, y_size = s.n * s.oh * s.ow * s.o;
  const i64 w_size = s.o * s.kh * s.kw * (s.c / s.groups);
  const auto x = small_integers<T>(x_size, 1), y = small_integers<T>(y_size, 2), w = small_integers<T>(w_size, 3);
  const auto bias = small_integers<T>(std::max(s.o, s.c), 4);
  const Epilogue<T> e = epilogue_of(fusion, bias);
  const T tolerance = tolerance_of<T>(fusion);
  const auto want_y = result_of<T>(y_size, [&](T* to) { reference_conv(s, x.data(), w.data(), to, e); });
  const auto want_x = result_of<T>(x_size, [&](T* to) { reference_conv_input(s, y.data(), w.data(), to, e); });
  const auto want_w = result_of<T>(w_size, [&](T* to) { reference_conv_weight(s, y.data(), x.data(), to); });
  for (const Isa isa : instruction_sets())
    for (const auto& i : conv_implementations<T>(isa)) {
      if (!i.supports(s) || std::strcmp(i.name, "reference") == 0) continue;
      const std::string what = std::string(i.name) + " " + to_string(isa) + name_of(s);
      const auto within = [&](i64 depth) { return tolerance + error_of<T>(i.name, depth); };
      const i64 taps = s.kh * s.kw;
      if (i.conv)
        expect_product(want_y, within(taps * s.c), what + " conv",
                       [&](T* to) { i.conv(s, x.data(), w.data(), to, e); });
      if (i.conv_input)
        expect_product(want_x, within(taps * s.o), what + " input",
                       [&](T* to) { i.conv_input(s, y.data(), w.data(), to, e); });
      if (i.conv_weight)
        expect_product(want_w, error_of<T>(i.name, s.n * s.oh * s.ow), what + " weight",
                       [&](T* to) { i.conv_weight(s, y.data(), x.data(), to); });
    }
}

TYPED_TEST(Products, ConvolutionsEqualReference) {
  for (const ConvCase& q : conv_cases) check_conv<TypeParam>(shape_of(q), plain);
}

TYPED_TEST(Products, ConvolutionEpilogues) {
  for (const std::size_t i : {0u, 2u, 8u, 10u, 20u, 23u, 26u, 31u, 34u, 36u})
    for (const Fusion& fusion : fusions) check_conv<TypeParam>(shape_of(conv_cases[i]), fusion);
}

TYPED_TEST(Products, ConvolutionsOfRandomShapes) {
  u32 state = 7;
  const auto draw = [&](u32 low, u32 high) {
    state = state * 1664525u + 1013904223u;
    return static_cast<i64>(low + (state >> 16) % (high - low + 1));
  };
  for (int i = 0; i < 60; ++i) {
    ConvCase q{};
    q.n = draw(1, 10), q.h = draw(5, 13), q.w = draw(5, 13);
    q.groups = draw(0, 4) == 0 ? 2 : 1;
    q.c = q.groups * draw(1, 24), q.o = q.groups * draw(1, 24);
    q.kh = draw(1, 5), q.kw = draw(1, 5), q.stride = draw(1, 3), q.dilation = draw(0, 3) == 0 ? 2 : 1;
    q.pad_top = draw(0, 2), q.pad_left = draw(0, 2), q.extra = draw(0, 1);
    const ConvShape s = shape_of(q);
    if (s.oh > 0 && s.ow > 0 && q.h + 2 * q.pad_top >= (q.kh - 1) * q.dilation + 1 &&
        q.w + 2 * q.pad_left >= (q.kw - 1) * q.dilation + 1)
      check_conv<TypeParam>(s, plain);
  }
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
                               GemmShape{333, 1, 129, false, true}, GemmShape{500, 33, 600, false, false}}) {
      const auto a = fractions<T>(s.m * s.k, 1), b = fractions<T>(s.k * s.n, 2);
      for (const auto& i : gemm_implementations<T>(isa)) {
        if (repeated(i.name, isa)) continue;
        expect_same_bits<T>(s.m * s.n, i.name, [&](T* c) { i.gemm(s, a.data(), b.data(), c, {}); });
      }
    }
    for (const std::size_t index : {1u, 3u, 10u, 14u, 15u, 23u, 31u, 34u, 39u}) {
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
