// Devices, streams and memory. Each device has one stream, in which the library allocates, copies, computes and frees:
// the order of calls is the order of work, and memory that is freed while the device still reads it is reused only by
// later work of the same stream. The pool keeps freed memory, since training allocates the same sizes in every round.
#include "cuda/runtime.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "cuda/capture.hpp"
#include "gan/backend/cuda.cuh"
#include "gan/core/error.hpp"

namespace gan::cuda {
namespace {

constexpr int most_devices = 64;

struct State {
  cudaStream_t stream = nullptr;
  cudaMemPool_t pool = nullptr;
  std::mutex mutex;  // guards the counts
  i64 live = 0, peak = 0;
  i64 recorded = 0;  ///< the part of live that recordings hold, outside the pool
};

/// Throws DeviceError if the device cannot be used.
void require(Device device) {
  if (device.is_cpu() || device.index < 0 || device.index >= std::min(device_count(), most_devices))
    throw DeviceError("[device] " + to_string(device) + " was asked for, but " + std::to_string(device_count()) +
                      " CUDA devices can be used here; use the cpu");
}

State* make_state(Device device) {
  const OnDevice on(device);
  auto state = std::make_unique<State>();
  // Not the default stream, which waits for all others and cannot be captured in a graph.
  check(cudaStreamCreateWithFlags(&state->stream, cudaStreamNonBlocking), "device", "no stream could be made");
  cudaMemPoolProps properties = {};
  properties.allocType = cudaMemAllocationTypePinned;
  properties.location.type = cudaMemLocationTypeDevice;
  properties.location.id = device.index;
  check(cudaMemPoolCreate(&state->pool, &properties), "memory", "no memory pool could be made");
  std::uint64_t keep_all = UINT64_MAX;
  check(cudaMemPoolSetAttribute(state->pool, cudaMemPoolAttrReleaseThreshold, &keep_all), "memory");
  return state.release();
}

/// Created at the first call and never destroyed: tensors may outlive any order of static destruction.
State& state(Device device) {
  require(device);
  static std::mutex mutex;
  static State* states[most_devices] = {};
  std::lock_guard lock(mutex);
  State*& made = states[device.index];
  if (made == nullptr) made = make_state(device);
  return *made;
}

void wait(cudaStream_t queue, const char* op) { check(cudaStreamSynchronize(queue), op); }

}  // namespace

void check(cudaError_t error, const char* op, const char* what) {
  if (error == cudaSuccess) return;
  cudaGetLastError();
  throw DeviceError("[" + std::string(op) + "] " + what + ": " + cudaGetErrorString(error));
}

OnDevice::OnDevice(Device device) {
  require(device);
  check(cudaGetDevice(&previous_), "device");
  if (previous_ != device.index) check(cudaSetDevice(device.index), "device", "it cannot be made current");
}
OnDevice::~OnDevice() { cudaSetDevice(previous_); }

Device current_device() {
  int index = 0;
  check(cudaGetDevice(&index), "device");
  return Device::cuda(index);
}

cudaStream_t stream(Device device) { return state(device).stream; }

bool is_built() noexcept { return true; }

int device_count() noexcept {
  static const int count = [] {
    int n = 0;
    if (cudaGetDeviceCount(&n) == cudaSuccess) return n;
    cudaGetLastError();  // no driver, or an incompatible one
    return 0;
  }();
  return count;
}

void* allocate(std::size_t bytes, Device device) {
  State& s = state(device);
  const OnDevice on(device);
  void* memory = allocate_recorded(bytes, device);
  if (memory != nullptr) return memory;
  auto take = [&] { return cudaMallocFromPoolAsync(&memory, std::max<std::size_t>(bytes, 1), s.pool, s.stream); };
  cudaError_t error = take();
  if (error == cudaErrorMemoryAllocation) {  // try again after releasing the pool's cache
    cudaGetLastError();
    wait(s.stream, "memory");
    check(cudaMemPoolTrimTo(s.pool, 0), "memory");
    error = take();
  }
  std::lock_guard lock(s.mutex);
  if (error != cudaSuccess) {
    const std::string what = to_string(device) + " has no " + std::to_string(bytes) + " bytes left beside " +
                             std::to_string(s.live) + " live ones";
    if (error == cudaErrorMemoryAllocation) {
      cudaGetLastError();
      throw OutOfMemory("[memory] " + what);
    }
    check(error, "memory", what.c_str());
  }
  s.live += static_cast<i64>(bytes);
  s.peak = std::max(s.peak, s.live);
  return memory;
}

void deallocate(void* memory, std::size_t bytes, Device device) noexcept {
  try {
    if (deallocate_recorded(memory, bytes, device)) return;
    State& s = state(device);
    const OnDevice on(device);
    if (cudaFreeAsync(memory, s.stream) != cudaSuccess) cudaGetLastError();  // the process or the context is ending
    std::lock_guard lock(s.mutex);
    s.live -= static_cast<i64>(bytes);
  } catch (const std::exception&) {  // a device that is shut down has nothing to free
  }
}

void count_recorded(Device device, i64 bytes) {
  State& s = state(device);
  std::lock_guard lock(s.mutex);
  s.live += bytes;
  s.recorded += bytes;
  s.peak = std::max(s.peak, s.live);
}

MemoryStatistics statistics(Device device) {
  State& s = state(device);
  std::uint64_t reserved = 0;
  check(cudaMemPoolGetAttribute(s.pool, cudaMemPoolAttrReservedMemCurrent, &reserved), "memory");
  std::lock_guard lock(s.mutex);
  return {.live = s.live, .peak = s.peak, .cached = std::max<i64>(0, static_cast<i64>(reserved) - (s.live - s.recorded))};
}

void reset_peak(Device device) {
  State& s = state(device);
  std::lock_guard lock(s.mutex);
  s.peak = s.live;
}

void release_cached(Device device) {
  State& s = state(device);
  const OnDevice on(device);
  wait(s.stream, "memory");
  check(cudaMemPoolTrimTo(s.pool, 0), "memory");
}

}  // namespace gan::cuda
