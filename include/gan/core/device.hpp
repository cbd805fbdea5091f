// Where a tensor's elements live: a run-time value, so that a program can choose it with `--device`.
#pragma once

#include <string>
#include <string_view>

namespace gan {

struct Device {
  enum class Kind { cpu, cuda };
  Kind kind = Kind::cpu;
  int index = 0;

  static constexpr Device cpu() { return {}; }
  static constexpr Device cuda(int index = 0) { return {Kind::cuda, index}; }
  constexpr bool is_cpu() const { return kind == Kind::cpu; }
  constexpr bool operator==(const Device&) const = default;
};

/// "cpu" or "cuda:0".
std::string to_string(Device device);
/// Parses "cpu", "cuda", "cuda:1" or "auto". Throws UsageError for anything else, DeviceError if the device is absent.
Device parse_device(std::string_view text);
/// The first CUDA device if this build has CUDA and a device is present, else the CPU.
Device best_device();

}  // namespace gan
