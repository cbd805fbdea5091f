// For the .cu files only: device memory for the duration of one kernel entry.
#pragma once

#include "gan/backend/cuda.cuh"
#include "gan/backend/runtime.hpp"

namespace gan::cuda {

/// Uninitialised memory on the current device for `count` values, freed in stream order: it may go out of scope as soon
/// as the work that uses it is queued. Throws DeviceError.
template <class T>
class Scratch {
 public:
  explicit Scratch(i64 count)
      : device_(current_device()),
        bytes_(static_cast<std::size_t>(count) * sizeof(T)),
        memory_(detail::allocate(bytes_, device_)) {}
  ~Scratch() { detail::deallocate(memory_, bytes_, device_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  T* data() const { return static_cast<T*>(memory_); }

 private:
  Device device_;
  std::size_t bytes_;
  void* memory_;
};

}  // namespace gan::cuda
