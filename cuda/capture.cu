// Recordings are CUDA graphs. While one is made, the device's stream records the calls and executes nothing.
//
// Memory: a graph repeats the addresses that it was recorded with, so tensors made during a recording are placed in an
// arena that only the Capture uses. Within a recording a freed block is reused, which the stream's order allows. Later
// recordings of the same Capture may reuse it, too, since replays keep the order in which recordings were made. Tensors
// that outlive a recording (losses, fakes that another turn uses) keep their blocks.
#include "cuda/capture.hpp"

#include <array>
#include <map>
#include <mutex>
#include <unordered_map>

#include "cuda/runtime.hpp"
#include "gan/backend/cuda.cuh"

namespace gan::cuda {
namespace {

/// Blocks of device memory by size; none is returned to CUDA before the arena is destroyed.
class Arena {
 public:
  explicit Arena(Device device) : device_(device) {}
  ~Arena() {
    for (const auto& [memory, bytes] : all_) cudaFree(memory);  // waits for the device
    count_recorded(device_, -bytes_);
  }
  void* take(std::size_t bytes) {
    const std::size_t size = rounded(bytes);
    auto& kept = free_[size];
    if (!kept.empty()) {
      void* const memory = kept.back();
      kept.pop_back();
      return memory;
    }
    void* memory = nullptr;
    check(cudaMalloc(&memory, size), "capture", "no memory for what a recording computes");
    all_.emplace_back(memory, size);
    bytes_ += static_cast<i64>(size);
    count_recorded(device_, static_cast<i64>(size));
    return memory;
  }
  void give(void* memory, std::size_t bytes) { free_[rounded(bytes)].push_back(memory); }

 private:
  /// Eight sizes per power of two, so that tensors of similar sizes share blocks.
  static std::size_t rounded(std::size_t bytes) {
    std::size_t step = 512;
    while (step * 16 <= bytes) step *= 2;
    return (std::max<std::size_t>(bytes, 1) + step - 1) / step * step;
  }

  Device device_;
  std::map<std::size_t, std::vector<void*>> free_;
  std::vector<std::pair<void*, std::size_t>> all_;
  i64 bytes_ = 0;
};

// The blocks that tensors hold, with their arenas. The map is never destroyed, since tensors may outlive it.
std::mutex mutex;
auto& owners = *new std::unordered_map<void*, std::shared_ptr<Arena>>;

class GraphCapture;
thread_local GraphCapture* recording_here = nullptr;

class GraphCapture final : public Capture {
 public:
  explicit GraphCapture(Device device) : device_(device), stream_(stream(device)), arena_(std::make_shared<Arena>(device)) {}
  ~GraphCapture() override {
    cudaStreamSynchronize(stream_);
    for (Recording& r : recordings_) cudaGraphExecDestroy(r.graph);
    for (Sent& s : sent_) {
      if (s.event != nullptr) cudaEventDestroy(s.event);
      if (s.host != nullptr) cudaFreeHost(s.host);
    }
    for (Recording& r : recordings_) cudaFree(r.block);
  }

  void begin() override {
    const OnDevice on(device_);
    void* block = nullptr;
    check(cudaMalloc(&block, block_bytes), "capture");
    recordings_.push_back({nullptr, block, ValuePlaces(block, block_bytes)});
    // Relaxed: memory may be allocated during the recording without becoming part of the graph.
    const cudaError_t error = cudaStreamBeginCapture(stream_, cudaStreamCaptureModeRelaxed);
    if (error != cudaSuccess) drop();
    check(error, "capture", "the stream cannot be recorded");
    recording_here = this;
  }

  int end() override {
    const OnDevice on(device_);
    recording_here = nullptr;
    cudaGraph_t graph = nullptr;
    cudaError_t error = cudaStreamEndCapture(stream_, &graph);
    free_now();
    if (error == cudaSuccess) {
      error = cudaGraphInstantiate(&recordings_.back().graph, graph, 0);
      cudaGraphDestroy(graph);
    }
    if (error != cudaSuccess) drop();
    check(error, "capture", "the recording failed");
    return static_cast<int>(recordings_.size()) - 1;
  }

  void abandon() noexcept override {
    recording_here = nullptr;
    cudaGraph_t graph = nullptr;
    if (cudaStreamEndCapture(stream_, &graph) == cudaSuccess)
      cudaGraphDestroy(graph);
    else
      cudaGetLastError();
    free_now();
    drop();
  }

  void replay(int n, std::span<const GraphArgument> values) override {
    const OnDevice on(device_);
    const Recording& r = recordings_.at(static_cast<std::size_t>(n));
    if (r.places.used() > 0) {
      Sent& s = sent_[next_++ % sent_.size()];
      if (s.event == nullptr) {
        check(cudaMallocHost(&s.host, block_bytes), "capture");
        check(cudaEventCreateWithFlags(&s.event, cudaEventDisableTiming), "capture");
      } else {
        check(cudaEventSynchronize(s.event), "capture");  // done, unless the host is that many turns ahead
      }
      r.places.write(values, static_cast<std::byte*>(s.host));
      check(cudaMemcpyAsync(r.block, s.host, r.places.used(), cudaMemcpyHostToDevice, stream_), "capture");
      check(cudaEventRecord(s.event, stream_), "capture");
    }
    check(cudaGraphLaunch(r.graph, stream_), "capture", "the recording was not started");
  }

  void free_later(void* memory, std::size_t bytes) { free_later_.emplace_back(memory, bytes); }

  Device device() const { return device_; }
  ValuePlaces& places() { return recordings_.back().places; }
  const std::shared_ptr<Arena>& arena() const { return arena_; }

 private:
  static constexpr std::size_t block_bytes = 32768;
  struct Recording {
    cudaGraphExec_t graph;
    void* block;  ///< the graph arguments' values in device memory
    ValuePlaces places;
  };
  /// Values being copied to the device.
  struct Sent {
    void* host = nullptr;
    cudaEvent_t event = nullptr;
  };
  void free_now() noexcept {
    for (const auto& [memory, bytes] : free_later_) deallocate(memory, bytes, device_);
    free_later_.clear();
  }
  void drop() {
    cudaFree(recordings_.back().block);
    recordings_.pop_back();
  }

  Device device_;
  cudaStream_t stream_;
  std::shared_ptr<Arena> arena_;
  std::vector<Recording> recordings_;
  std::vector<std::pair<void*, std::size_t>> free_later_;
  std::array<Sent, 16> sent_;
  std::size_t next_ = 0;
};

}  // namespace

ValuePlaces* recorded_places() { return recording_here == nullptr ? nullptr : &recording_here->places(); }

void* allocate_recorded(std::size_t bytes, Device device) {
  if (recording_here == nullptr || recording_here->device() != device) return nullptr;
  std::lock_guard lock(mutex);
  void* const memory = recording_here->arena()->take(bytes);
  owners[memory] = recording_here->arena();
  return memory;
}

bool deallocate_recorded(void* memory, std::size_t bytes, Device device) {
  std::shared_ptr<Arena> last;  // the last block may destroy the arena: not under the lock
  {
    std::lock_guard lock(mutex);
    const auto found = owners.find(memory);
    if (found != owners.end()) {
      last = std::move(found->second);
      owners.erase(found);
      last->give(memory, bytes);
      return true;
    }
  }
  if (recording_here == nullptr || recording_here->device() != device) return false;
  recording_here->free_later(memory, bytes);
  return true;
}

std::unique_ptr<Capture> make_capture(Device device) { return std::make_unique<GraphCapture>(device); }

}  // namespace gan::cuda
