// Reads what make_references.py wrote, and compares with it. Files hold PyTorch's layouts: images NCHW, filters OIHW
// (transposed convolution: IOHW). Ours are NHWC and (O, KH, KW, I), so both become ours by the same permutation.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

#include "gan/io/safetensors.hpp"
#include "gan/tensor/tensor.hpp"
#include "support/device.hpp"

namespace reference {

using gan::i64;
using gan::Shape;
using gan::Tensor;
using gan::test::device;

/// Numbers on the host.
struct Array {
  Shape shape;
  std::vector<double> values;
  i64 size() const { return shape.size(); }
};

/// Output axis i is input axis order[i].
inline Array permute(const Array& x, const std::vector<int>& order) {
  const int rank = x.shape.rank();
  std::vector<i64> dense(order.size() + 1, 1);
  for (int i = rank - 1; i >= 0; --i)
    dense[static_cast<std::size_t>(i)] = dense[static_cast<std::size_t>(i) + 1] * x.shape[i];
  std::vector<i64> extents;
  for (const int axis : order) extents.push_back(x.shape[axis]);
  Array y{Shape(extents.data(), rank), std::vector<double>(x.values.size())};
  for (std::size_t at = 0; at < y.values.size(); ++at) {
    i64 rest = static_cast<i64>(at), from = 0;
    for (int i = rank - 1; i >= 0; --i) {
      from += rest % y.shape[i] * dense[static_cast<std::size_t>(order[static_cast<std::size_t>(i)]) + 1];
      rest /= y.shape[i];
    }
    y.values[at] = x.values[static_cast<std::size_t>(from)];
  }
  return y;
}

/// NCHW to NHWC and OIHW to (O, KH, KW, I); other ranks stay.
inline Array ours(const Array& x) { return x.shape.rank() == 4 ? permute(x, {0, 2, 3, 1}) : x; }

/// The features of axis `axis` renumbered from (C, H, W) to (H, W, C): a Linear behind a Flatten (axis 1 of its
/// weight) or before a Reshape (axis 0 of its weight, its bias, and the batch norm in between).
inline Array chw_to_hwc(const Array& x, int axis, i64 c, i64 h, i64 w) {
  EXPECT_EQ(x.shape[axis], c * h * w);
  const Shape shape = x.shape;
  Array y = x;
  if (axis == 0) {
    const i64 rest = x.shape.stride0();
    y.shape = Shape{c, h, w, rest};
    y = permute(y, {1, 2, 0, 3});
  } else {
    y.shape = Shape{x.shape[0], c, h, w};
    y = permute(y, {0, 2, 3, 1});
  }
  y.shape = shape;
  return y;
}

/// On device().
template <class T>
Tensor<T> tensor(const Array& x) {
  std::vector<T> values(x.values.size());
  std::transform(x.values.begin(), x.values.end(), values.begin(), [](double v) { return static_cast<T>(v); });
  return Tensor<T>::from(std::span<const T>(values), x.shape, device());
}

template <class T>
Array array(const Tensor<T>& x) {
  const std::vector<T> values = x.to_vector();
  return {x.shape(), std::vector<double>(values.begin(), values.end())};
}

inline double largest(const Array& x) {
  double m = 0;
  for (const double v : x.values) m = std::max(m, std::abs(v));
  return m;
}
inline double norm(const Array& x) {
  return std::sqrt(std::inner_product(x.values.begin(), x.values.end(), x.values.begin(), 0.0));
}

/// The largest error seen so far, for the line that a test prints at its end.
struct Worst {
  double error = 0;
  std::string where;
  void see(double e, const std::string& what) {
    if (e > error || std::isnan(e)) {
      error = e;
      where = what;
    }
  }
  void print(const char* what) const {
    std::printf("[ worst    ] %s: %.1e relative at %s\n", what, error, where.c_str());
  }
};

/// What rounding is allowed to be: compilers for GPUs fuse multiplications and additions where the CPU's do not.
inline double allowed(double tolerance) { return device().is_cpu() ? tolerance : 10 * tolerance; }

/// max |x - expected| <= tolerance * max(max |expected|, scale), both in our layout.
template <class T>
void expect_close(const Tensor<T>& x, const Array& expected, double tolerance, const std::string& what, Worst& worst,
                  double scale = 0) {
  ASSERT_TRUE(x.defined()) << what;
  ASSERT_EQ(to_string(x.shape()), to_string(expected.shape)) << what;
  const Array got = array(x);
  double error = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < got.values.size(); ++i) {
    const double e = std::abs(got.values[i] - expected.values[i]);
    if (e > error || std::isnan(e)) {
      error = e;
      at = i;
    }
  }
  const double size = std::max(largest(expected), scale);
  const double relative = error == 0 ? 0 : error / size;
  worst.see(relative, what);
  EXPECT_LE(relative, allowed(tolerance))
      << what << ": element " << at << " is " << got.values[at] << ", PyTorch's is " << expected.values[at];
}

/// |x - expected|_2 <= tolerance * max(|expected|_2, scale).
template <class T>
void expect_norm_close(const Tensor<T>& x, const Array& expected, double tolerance, const std::string& what,
                       Worst& worst, double scale = 0) {
  ASSERT_TRUE(x.defined()) << what;
  ASSERT_EQ(to_string(x.shape()), to_string(expected.shape)) << what;
  Array difference = array(x);
  for (std::size_t i = 0; i < difference.values.size(); ++i) difference.values[i] -= expected.values[i];
  const double relative = norm(difference) / std::max(norm(expected), scale);
  worst.see(relative, what);
  EXPECT_LE(relative, allowed(tolerance)) << what;
}

/// The tensors of one file by name, in double.
class File {
 public:
  explicit File(const std::string& name)
      : contents_(gan::io::read_safetensors(std::string(GAN_TESTS_DIR) + "/reference/" + name)) {}
  bool has(const std::string& key) const { return contents_.contains(key); }
  Array operator[](const std::string& key) const { return array(contents_.get<double>(key)); }
  double number(const std::string& key) const { return (*this)[key].values.at(0); }
  const gan::io::SafeTensors& contents() const { return contents_; }

 private:
  gan::io::SafeTensors contents_;
};

}  // namespace reference
