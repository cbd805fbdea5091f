// Memory and devices: a caching allocator for each device, and its statistics.
#pragma once

#include <cstddef>
#include <string>

#include "gan/core/device.hpp"
#include "gan/core/math_mode.hpp"
#include "gan/core/shape.hpp"

namespace gan {

/// The memory of a device's allocator, in bytes.
struct MemoryStatistics {
  i64 live = 0;    ///< currently allocated
  i64 peak = 0;    ///< maximum of live since the start or the last reset_peak_memory
  i64 cached = 0;  ///< kept for reuse
};

MemoryStatistics memory_statistics(Device device = Device::cpu());
/// Sets peak to live.
void reset_peak_memory(Device device = Device::cpu());
/// Returns the cached blocks to the system.
void release_cached_memory(Device device = Device::cpu());

/// Whether a device multiplies in this mode rather than in a more precise one. CUDA devices support all modes.
bool has_math_mode(Device device, MathMode mode);

/// Whether CUDA devices give the same bits from run to run, with cuDNN restricted to its deterministic algorithms.
/// Initially false. The CPU always gives the same bits.
bool deterministic();
/// Sets it for the whole process, for work that is queued from now on.
void set_deterministic(bool on);

/// The number of CUDA devices that this program can use on this machine; 0 without CUDA or without a driver.
int cuda_device_count();
/// Whether this program has the CUDA backend, that is, links gan::cuda; whether or not there is a CUDA device.
bool has_cuda_backend();

namespace detail {
/// 64-byte aligned, uninitialised memory; freed blocks are kept by size for reuse. Throws OutOfMemory, on a CUDA device
/// with a message that lists the largest live tensors. A size of 0 gives a valid pointer.
void* allocate(std::size_t bytes, Device device);
void deallocate(void* memory, std::size_t bytes, Device device) noexcept;
/// One tensor's memory, as listed in the report of a failed allocation. Only tensors on devices other than the CPU are
/// listed, while they live.
class LiveTensor {
 public:
  LiveTensor(const Shape& shape, std::size_t bytes, Device device);
  ~LiveTensor();
  LiveTensor(const LiveTensor&) = delete;
  LiveTensor& operator=(const LiveTensor&) = delete;
  /// Sets the operation that made this memory: the first whose history has it as its result.
  void made_by(const char* op) {
    if (op_ == nullptr) op_ = op;
  }

  /// "conv2d (64, 32, 32, 128) of 33554432 bytes, …": the largest on the device; equal ones are counted together.
  static std::string largest(Device device, int most = 8);

 private:
  Shape shape_;
  std::size_t bytes_;
  Device device_;
  const char* op_ = nullptr;
  LiveTensor *previous_ = nullptr, *next_ = nullptr;
};

/// The number of freed CPU blocks with an out-of-bounds write around them; counted if the environment variable
/// GAN_GUARD_MEMORY is set.
i64 memory_guard_violations();
/// Copies between any two devices, which may be the same.
void copy_bytes(void* to, Device to_device, const void* from, Device from_device, std::size_t bytes);
}  // namespace detail

}  // namespace gan
