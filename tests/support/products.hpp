// What the tests of products share: problems of small integers, and every implementation, on every instruction set of
// this machine, against the plain loops. All sums are exact, and results must be equal, not close; only Winograd's
// transforms divide, and are held to their rounding.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "src/cpu/products.hpp"
#include "support/activations.hpp"

namespace gan::cpu {

inline std::vector<Isa> instruction_sets() {
  if (best_isa() == Isa::base) return {Isa::base};
  std::vector<Isa> all;
  for (const Isa isa : {Isa::v2, Isa::v3, Isa::v4})
    if (isa <= best_isa()) all.push_back(isa);
  return all;
}

/// Whether an implementation of this list has been seen before: only those of src/cpu/isa differ between lists.
inline bool repeated(const char* name, Isa isa) {
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
/// All activations with a bias, and one without.
inline const std::vector<Fusion> fusions = [] {
  std::vector<Fusion> all{{false, Activation::leaky_relu}};
  for (const Activation activation : all_activations()) all.push_back({true, activation});
  return all;
}();

template <class T>
Epilogue<T> epilogue_of(const Fusion& fusion, const std::vector<T>& bias) {
  return {fusion.bias ? bias.data() : nullptr, fusion.activation, T(0.25)};
}
template <class T>
T tolerance_of(const Fusion& fusion) {
  const Activation a = fusion.activation;
  return a == Activation::none || a == Activation::relu || a == Activation::leaky_relu ? T(0) : T(2e-6);
}

/// A shape from what identifies it; oh and ow are all that fit, with the same padding on the far side plus `extra`.
struct ConvCase {
  i64 n, h, w, c, o, kh, kw, stride, pad_top, pad_left, extra, dilation, groups;
};

inline ConvShape shape_of(const ConvCase& q) {
  ConvShape s;
  s.n = q.n, s.h = q.h, s.w = q.w, s.c = q.c, s.o = q.o, s.kh = q.kh, s.kw = q.kw;
  s.stride_h = s.stride_w = q.stride;
  s.dilation_h = s.dilation_w = q.dilation;
  s.pad_top = q.pad_top, s.pad_left = q.pad_left, s.groups = q.groups;
  s.oh = (q.h + 2 * q.pad_top + q.extra - (q.kh - 1) * q.dilation - 1) / q.stride + 1;
  s.ow = (q.w + 2 * q.pad_left + q.extra - (q.kw - 1) * q.dilation - 1) / q.stride + 1;
  return s;
}

inline std::string name_of(const ConvShape& s) {
  std::string text;
  for (const i64 x : {s.n, s.h, s.w, s.c, s.o, s.kh, s.kw, s.stride_h, s.pad_top, s.pad_left, s.dilation_h, s.groups})
    text += " " + std::to_string(x);
  return text;
}

/// Of the products of `depth` pairs of small_integers: 0, or Winograd's error, which grows with the size of the sum.
/// Groups may each be one of Winograd's.
template <class T>
T error_of(const char* implementation, i64 depth) {
  if (std::strcmp(implementation, "winograd") != 0 && std::strcmp(implementation, "groups") != 0) return T(0);
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

// ---- random problems -----------------------------------------------------------------------------------------

class Draws {
 public:
  explicit Draws(u32 seed) : state_(seed) {}
  i64 operator()(u32 low, u32 high) {
    state_ = state_ * 1664525u + 1013904223u;
    return static_cast<i64>(low + (state_ >> 16) % (high - low + 1));
  }
  bool one_in(u32 n) { return (*this)(1, n) == 1; }

 private:
  u32 state_;
};

/// Small images with all that is awkward: odd sizes, thin channels, batches of one, strides beyond the filter,
/// dilation, groups, padding on one side.
inline ConvCase draw_case(Draws& draw) {
  ConvCase q{};
  q.n = draw.one_in(3) ? 1 : draw(2, draw.one_in(8) ? 20 : 4);
  q.h = draw(1, 9), q.w = draw(1, 9);
  q.groups = draw.one_in(6) ? draw(2, 3) : 1;
  const auto channels = [&] { return draw.one_in(3) ? draw(1, 4) : draw(1, draw.one_in(10) ? 70 : 18); };
  q.c = q.groups * channels(), q.o = q.groups * channels();
  q.kh = draw(1, 5), q.kw = draw.one_in(4) ? draw(1, 5) : q.kh;
  q.stride = draw(1, 3), q.dilation = draw.one_in(6) ? 2 : 1;
  q.pad_top = draw(0, 2), q.pad_left = draw(0, 2), q.extra = draw(0, 1);
  return q;
}

inline bool has_output(const ConvCase& q) {
  return q.h + 2 * q.pad_top + q.extra > (q.kh - 1) * q.dilation &&
         q.w + 2 * q.pad_left + q.extra > (q.kw - 1) * q.dilation;
}

}  // namespace gan::cpu
