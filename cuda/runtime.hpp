// The library's interface to the CUDA runtime, without CUDA types, so that any compiler can read it. cuda/runtime.cu
// defines it; in a build without CUDA src/cuda/absent.cpp does, and every function that needs a device throws.
#pragma once

#include "gan/backend/capture.hpp"
#include "gan/backend/kernels.hpp"
#include "gan/backend/runtime.hpp"

namespace gan {

namespace cuda {

/// Whether this is the CUDA backend and not its stand-in.
bool is_built() noexcept;
/// The number of usable devices; 0 without a driver. Neither throws nor prints.
int device_count() noexcept;

/// Uninitialised memory from the device's stream-ordered pool. Throws OutOfMemory naming the bytes if there is not
/// enough.
void* allocate(std::size_t bytes, Device device);
void deallocate(void* memory, std::size_t bytes, Device device) noexcept;

/// Copies memory; at least one side is on a CUDA device. Returns as soon as the host may use its side again: a copy to
/// the host waits for the device, others are only queued. Throws DeviceError.
void copy(void* to, Device to_device, const void* from, Device from_device, std::size_t bytes);

/// See backend/capture.hpp.
std::unique_ptr<Capture> make_capture(Device device);

/// Adds memory that recordings hold to the live count.
void count_recorded(Device device, i64 bytes);

MemoryStatistics statistics(Device device);
void reset_peak(Device device);
void release_cached(Device device);

}  // namespace cuda

/// The table of a CUDA device. Its entries work on the calling thread's current CUDA device, which this call sets.
/// Throws DeviceError if there is no such device.
template <class T>
const Kernels<T>& cuda_kernels(Device device);

extern template const Kernels<float>& cuda_kernels<float>(Device);
extern template const Kernels<double>& cuda_kernels<double>(Device);

}  // namespace gan
