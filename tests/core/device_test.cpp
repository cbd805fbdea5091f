// Devices: their names.
#include "gan/core/device.hpp"

#include <gtest/gtest.h>

#include "gan/tensor/tensor.hpp"

namespace gan {
namespace {

TEST(Device, NamesAreReadAndRefused) {
  EXPECT_EQ(parse_device("cpu"), Device::cpu());
  EXPECT_EQ(to_string(Device::cuda(1)), "cuda:1");
  EXPECT_THROW(parse_device("gpu"), UsageError);
  EXPECT_THROW(parse_device("cuda:x"), UsageError);
  if (cuda_device_count() == 0) {
    EXPECT_EQ(parse_device("auto"), Device::cpu());
    EXPECT_THROW(parse_device("cuda"), DeviceError);
    EXPECT_THROW(Var(Shape{1}, Device::cuda()), DeviceError);
  }
}

}  // namespace
}  // namespace gan
