// Copies between host and device. Data for the device is copied to pinned memory and uploaded in a separate stream,
// concurrently with the queued computations: the host continues at once and may reuse its array.
#include <array>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

#include "cuda/runtime.hpp"
#include "gan/backend/cuda.cuh"

namespace gan::cuda {
namespace {

class Uploads {
 public:
  Uploads() { check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "copy", "no stream could be made"); }

  void send(void* to, const void* from, std::size_t bytes, cudaStream_t queue) {
    const std::lock_guard lock(mutex_);
    for (std::size_t done = 0; done < bytes; done += most) {
      const std::size_t part = std::min(bytes - done, most);
      Slot& slot = slots_[next_++ % slots_.size()];
      prepare(slot, part);
      std::memcpy(slot.host, static_cast<const std::byte*>(from) + done, part);
      // First, concurrently with the computations, to a staging buffer; then, in their order, to its destination.
      check(cudaMemcpyAsync(slot.device, slot.host, part, cudaMemcpyHostToDevice, stream_), "copy");
      check(cudaEventRecord(slot.arrived, stream_), "copy");
      check(cudaStreamWaitEvent(queue, slot.arrived, 0), "copy");
      check(cudaMemcpyAsync(static_cast<std::byte*>(to) + done, slot.device, part, cudaMemcpyDeviceToDevice, queue), "copy");
      check(cudaEventRecord(slot.free, queue), "copy");
    }
  }

 private:
  static constexpr std::size_t most = std::size_t{16} << 20;
  struct Slot {
    void *host = nullptr, *device = nullptr;
    std::size_t bytes = 0;
    cudaEvent_t arrived = nullptr, free = nullptr;
  };

  void prepare(Slot& slot, std::size_t bytes) {
    if (slot.free == nullptr) {
      check(cudaEventCreateWithFlags(&slot.arrived, cudaEventDisableTiming), "copy");
      check(cudaEventCreateWithFlags(&slot.free, cudaEventDisableTiming), "copy");
    } else {
      check(cudaEventSynchronize(slot.free), "copy");
    }
    if (slot.bytes >= bytes) return;
    check(cudaFreeHost(slot.host), "copy");
    check(cudaFree(slot.device), "copy");
    slot.host = slot.device = nullptr;
    slot.bytes = 0;
    check(cudaMallocHost(&slot.host, bytes), "copy", "no pinned memory");
    check(cudaMalloc(&slot.device, bytes), "copy", "no memory");
    slot.bytes = bytes;
  }

  std::mutex mutex_;
  cudaStream_t stream_ = nullptr;
  std::array<Slot, 4> slots_;
  std::size_t next_ = 0;
};

/// Kept for the lifetime of the process, like the streams.
Uploads& uploads(Device device) {
  static std::mutex mutex;
  static auto& all = *new std::map<int, Uploads*>;
  const std::lock_guard lock(mutex);
  Uploads*& made = all[device.index];
  if (made == nullptr) made = new Uploads;
  return *made;
}

}  // namespace

void copy(void* to, Device to_device, const void* from, Device from_device, std::size_t bytes) {
  if (bytes == 0) return;
  const Device device = to_device.is_cpu() ? from_device : to_device;
  const cudaStream_t queue = stream(device);
  const OnDevice on(device);
  const std::string what =
      std::to_string(bytes) + " bytes from " + to_string(from_device) + " to " + to_string(to_device);
  if (from_device.is_cpu()) {
    uploads(device).send(to, from, bytes, queue);
  } else if (to_device.is_cpu()) {
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, queue), "copy", what.c_str());
    check(cudaStreamSynchronize(queue), "copy", what.c_str());
  } else if (to_device == from_device) {
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, queue), "copy", what.c_str());
  } else {
    check(cudaStreamSynchronize(stream(from_device)), "copy");  // the source is complete, and may be freed when this returns
    check(cudaMemcpyPeerAsync(to, to_device.index, from, from_device.index, bytes, queue), "copy", what.c_str());
    check(cudaStreamSynchronize(queue), "copy", what.c_str());
  }
}

}  // namespace gan::cuda
