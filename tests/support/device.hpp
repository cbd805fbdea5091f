// Tests of whole nets run on the device that they are told to.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "gan/backend/runtime.hpp"

namespace gan::test {

/// $GAN_TEST_DEVICE, or the CPU. Ends the program with 77, "skipped", where it is absent.
inline Device device() {
  static const Device chosen = [] {
    const char* const name = std::getenv("GAN_TEST_DEVICE");
    if (name == nullptr) return Device::cpu();
    if (cuda_device_count() == 0) {
      std::printf("no CUDA device can be used here: nothing was compared\n");
      std::exit(77);
    }
    return parse_device(name);
  }();
  return chosen;
}

}  // namespace gan::test
