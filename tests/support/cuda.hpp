// What tests of the CUDA backend share: a fixture that skips without a device, and comparisons.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "gan/backend/runtime.hpp"
#include "gan/core/error.hpp"
#include "gan/ops/random.hpp"

namespace gan {

inline const Device cpu = Device::cpu(), gpu = Device::cuda();

/// What the call says when it throws DeviceError.
template <class F>
std::string device_error(F call) {
  try {
    call();
  } catch (const DeviceError& e) { return e.what(); }
  return "no DeviceError";
}

class Cuda : public testing::Test {
 protected:
  void SetUp() override {
    if (cuda_device_count() == 0) GTEST_SKIP() << "no CUDA device can be used here: nothing was compared";
  }
};

template <class T>
Tensors<T> on(Device device, const Tensors<T>& tensors) {
  Tensors<T> moved;
  for (const auto& t : tensors) moved.push_back(t.to(device));
  return moved;
}

/// Values agree to `units` times the scalar's epsilon, relative to their size, absolutely below 1.
template <class T>
void expect_close(const Tensor<T>& found, const Tensor<T>& expected, double units, const std::string& what) {
  EXPECT_EQ(found.device(), gpu) << what;
  ASSERT_EQ(found.shape(), expected.shape()) << what;
  const auto a = found.to_vector(), b = expected.to_vector();
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
    const double allowed = units * static_cast<double>(std::numeric_limits<T>::epsilon()) * std::max(1.0, std::abs(y));
    ASSERT_NEAR(x, y, allowed) << what << ", element " << i;
  }
}

template <class T>
Tensor<T> some(Shape shape, u64 stream, double low = -1, double high = 1) {
  Rng rng{7, stream, 0};
  return rand<T>(shape, rng, low, high);
}

}  // namespace gan
