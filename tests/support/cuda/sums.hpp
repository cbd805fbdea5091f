// Comparing CUDA's sums with the CPU's and with plain loops.
#pragma once

#include <random>
#include <vector>

#include "support/cuda.hpp"
#include "gan/backend/kernels.hpp"

namespace gan {

/// Numbers in double, each with the size of what it was computed from: the errors of sums are in proportion to that.
struct Numbers {
  std::vector<long double> value;  // long sums, one term after the other
  std::vector<double> size;
  explicit Numbers(i64 n) : value(static_cast<std::size_t>(n)), size(value.size()) {}
  void add(i64 i, double term) {
    value[static_cast<std::size_t>(i)] += term;
    size[static_cast<std::size_t>(i)] += std::abs(term);
  }
  void scale(i64 i, double factor) {
    value[static_cast<std::size_t>(i)] *= factor;
    size[static_cast<std::size_t>(i)] *= std::abs(factor);
  }
  double operator[](i64 i) const { return static_cast<double>(value[static_cast<std::size_t>(i)]); }
};

template <class T>
void expect_near(const Tensor<T>& found, const Numbers& expected, const std::string& what) {
  const std::vector<T> a = found.to_vector();
  ASSERT_EQ(a.size(), expected.value.size()) << what;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double allowed = 16 * static_cast<double>(std::numeric_limits<T>::epsilon()) * expected.size[i];
    ASSERT_NEAR(static_cast<double>(a[i]), static_cast<double>(expected.value[i]), allowed)
        << what << ", element " << i;
  }
}
/// What `run(device)` gives on both devices agrees with the plain loops' results.
template <class Run>
void expect_all_near(Run run, const std::vector<Numbers>& expected, const std::string& what) {
  for (const Device device : {cpu, gpu}) {
    const auto found = run(device);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
      expect_near(found[i], expected[i], what + " on " + to_string(device) + ", result " + std::to_string(i));
    if (testing::Test::HasFatalFailure()) return;
  }
}

template <class T>
std::vector<double> doubles(const Tensor<T>& x) {
  const std::vector<T> values = x.to_vector();
  return {values.begin(), values.end()};
}

/// (rows, columns) at the edges of blocks and tiles, and at random.
inline std::vector<Shape> matrices(int random) {
  std::vector<Shape> shapes = {{0, 3},  {1, 1},    {1, 1025},  {2, 31},    {3, 32},   {5, 33},     {16, 64},
                               {17, 2}, {255, 1},  {4097, 1},  {9000, 1},  {5000, 3}, {2100, 32},  {1300, 65},
                               {64, 9}, {128, 33}, {129, 128}, {257, 257}, {4, 2000}, {100003, 1}, {20011, 17}};
  std::mt19937 numbers(3);
  for (int i = 0; i < random; ++i)
    shapes.push_back({1 + static_cast<i64>(numbers() % 300), 1 + static_cast<i64>(numbers() % (i % 2 ? 8 : 100))});
  return shapes;
}

}  // namespace gan
