// What the tests of CUDA's moves, pooling and resampling share.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "gan/backend/kernels.hpp"
#include "gan/tensor/tensor.hpp"

namespace gan::moves {

inline const Device cpu = Device::cpu(), gpu = Device::cuda();

class CudaMove : public testing::Test {
 protected:
  void SetUp() override {
    if (cuda_device_count() == 0) GTEST_SKIP() << "no CUDA device can be used here: nothing was compared";
  }
};

/// Small whole numbers of a fixed sequence.
struct Dice {
  u64 state;
  i64 operator()(i64 low, i64 high) {  // both included
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return low + static_cast<i64>((state >> 33) % static_cast<u64>(high - low + 1));
  }
};

/// Values of which many are equal, and some are not numbers where asked for.
template <class T>
Tensor<T> some(i64 n, u64 seed, bool not_numbers = false) {
  Dice dice{seed};
  std::vector<T> values;
  for (i64 i = 0; i < n; ++i) {
    values.push_back(static_cast<T>(dice(-20, 20)) / T(7));
    if (not_numbers && dice(0, 9) == 0) values.back() = std::numeric_limits<T>::quiet_NaN();
  }
  return Tensor<T>::from(values, Shape{n});
}

/// Whole numbers on a device.
template <class I>
struct Array {
  detail::Storage<I> storage;
  Array(const std::vector<I>& values, Device device) : storage(Shape{static_cast<i64>(values.size())}, device) {
    detail::copy_bytes(storage.data, device, values.data(), cpu, values.size() * sizeof(I));
  }
  std::vector<I> values() const {
    std::vector<I> host(static_cast<std::size_t>(storage.size));
    detail::copy_bytes(host.data(), cpu, storage.data, storage.device, host.size() * sizeof(I));
    return host;
  }
};

template <class T>
void expect_same(const std::vector<T>& found, const std::vector<T>& expected, const std::string& what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i)
    ASSERT_TRUE(found[i] == expected[i] || (found[i] != found[i] && expected[i] != expected[i]))
        << what << ", element " << i << ": " << found[i] << ", not " << expected[i];
}

template <class T>
void expect_close(const Tensor<T>& found, const Tensor<T>& expected, double units, const std::string& what) {
  ASSERT_EQ(found.shape(), expected.shape()) << what;
  EXPECT_EQ(found.device(), gpu) << what;
  const auto a = found.to_vector(), b = expected.to_vector();
  if (units == 0) return expect_same(a, b, what);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
    ASSERT_NEAR(x, y, units * static_cast<double>(std::numeric_limits<T>::epsilon()) * std::max(1.0, std::abs(y)))
        << what << ", element " << i;
  }
}

/// What `f(kernels, x, y)` leaves in y, n numbers that were junk before, on the device.
template <class T, class F>
Tensor<T> result(Device device, const Tensor<T>& x, i64 n, F f) {
  const Tensor<T> from = x.to(device);
  Tensor<T> y = Tensor<T>::full(Shape{n}, T(77), device);
  f(kernels<T>(device), from.data(), y.mutable_data());
  return y;
}
template <class T, class F>
void expect_kernel_agrees(const Tensor<T>& x, i64 n, F f, const std::string& what) {
  expect_close(result(gpu, x, n, f), result(cpu, x, n, f), 0, what);
}

}  // namespace gan::moves
