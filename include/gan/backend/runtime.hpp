// Memory and devices: a caching allocator for each device, and what it holds.
#pragma once

#include <cstddef>
#include <string>

#include "gan/core/device.hpp"
#include "gan/core/math_mode.hpp"
#include "gan/core/shape.hpp"

namespace gan {

/// What a device's allocator holds, in bytes.
struct MemoryStatistics {
  i64 live = 0;    ///< handed out now
  i64 peak = 0;    ///< most ever handed out since the start or reset_peak_memory
  i64 cached = 0;  ///< kept for reuse
};

MemoryStatistics memory_statistics(Device device = Device::cpu());
/// Sets peak to live.
void reset_peak_memory(Device device = Device::cpu());
/// Gives the cached blocks back to the system.
void release_cached_memory(Device device = Device::cpu());

/// Whether a device multiplies in this mode, instead of in a more precise one. CUDA devices have them all.
bool has_math_mode(Device device, MathMode mode);

/// Whether CUDA devices give the same bits from run to run: cuDNN is held to its deterministic algorithms. At first
/// false. The CPU gives the same bits always.
bool deterministic();
/// Sets it for the whole process, for the work that is queued from now on.
void set_deterministic(bool on);

/// CUDA devices that this program and machine can use; 0 without CUDA or without a driver.
int cuda_device_count();
/// Whether this program has the CUDA backend: it links gan::cuda. Its devices are another question.
bool has_cuda_backend();

namespace detail {
/// 64-byte aligned, uninitialised memory; freed blocks are kept by size for reuse. Throws OutOfMemory when it runs out;
/// on a CUDA device the message lists the largest live tensors. A size of 0 gives a valid pointer.
void* allocate(std::size_t bytes, Device device);
void deallocate(void* memory, std::size_t bytes, Device device) noexcept;
/// One tensor's memory, for the report of an allocation that fails: those of devices other than the CPU are listed while
/// they live.
class LiveTensor {
 public:
  LiveTensor(const Shape& shape, std::size_t bytes, Device device);
  ~LiveTensor();
  LiveTensor(const LiveTensor&) = delete;
  LiveTensor& operator=(const LiveTensor&) = delete;
  /// The operation whose history first names this memory as its result.
  void made_by(const char* op) {
    if (op_ == nullptr) op_ = op;
  }

  /// "conv2d (64, 32, 32, 128) 33554432 bytes, …": the largest on the device, equal ones counted together.
  static std::string largest(Device device, int most = 8);

 private:
  Shape shape_;
  std::size_t bytes_;
  Device device_;
  const char* op_ = nullptr;
  LiveTensor *previous_ = nullptr, *next_ = nullptr;
};

/// Freed CPU blocks around which somebody wrote out of bounds; counted when GAN_GUARD_MEMORY is set in the environment.
i64 memory_guard_violations();
/// Copies between any two devices.
void copy_bytes(void* to, Device to_device, const void* from, Device from_device, std::size_t bytes);
}  // namespace detail

}  // namespace gan
