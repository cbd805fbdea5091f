// The runtime: memory, streams, events, graphs (see cuda_runtime.h). Kernels run in threads.cpp.
#include "cuda_runtime.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

using Work = std::function<void()>;

struct CUstream_st {
  std::deque<Work> queue;
  CUgraph_st* captures = nullptr;
  bool spoilt = false;  ///< something that cannot be captured was asked for
};
struct CUevent_st {
  CUstream_st* stream = nullptr;
  int recorded = 0, passed = 0;  ///< how often
};
struct CUmemPool_st {
  std::uint64_t cached = 0;
};
struct CUgraph_st {
  std::vector<Work> nodes;
};

namespace {

using emulator::fail;

std::recursive_mutex mutex;
thread_local cudaError_t last_error = cudaSuccess;
cudaError_t error(cudaError_t e) {
  if (e != cudaSuccess) last_error = e;
  return e;
}

// ---- device memory: one range of addresses that only running work may touch -----------------------------------------------

constexpr std::size_t arena_bytes = std::size_t{4} << 30, fence = 256, granule = 256;
constexpr unsigned char fence_byte = 0xA5;

std::byte* arena() {
  static std::byte* const start = [] {
    void* p = mmap(nullptr, arena_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) fail("no address range");
    madvise(p, arena_bytes, MADV_HUGEPAGE);  // opening and closing the range costs time for every page in use
    return static_cast<std::byte*>(p);
  }();
  return start;
}
bool on_device(const void* p) { return p >= arena() && p < arena() + arena_bytes; }

/// While one lives, device memory can be touched.
class Open {
 public:
  Open() {
    if (depth++ == 0) mprotect(arena(), arena_bytes, PROT_READ | PROT_WRITE);
  }
  ~Open() {
    if (--depth == 0) mprotect(arena(), arena_bytes, PROT_NONE);
  }

 private:
  static inline int depth = 0;
};

struct Blocks {
  std::map<std::size_t, std::size_t> used, free{{0, arena_bytes}};  // offset → bytes, fences included
  std::uint64_t reserved = 0;
};
Blocks blocks;

std::size_t padded(std::size_t bytes) { return (bytes + granule - 1) / granule * granule + 2 * fence; }

void* take(std::size_t bytes) {
  const std::size_t need = padded(bytes);
  if (need < bytes) return nullptr;
  for (auto it = blocks.free.begin(); it != blocks.free.end(); ++it) {
    if (it->second < need) continue;
    const auto [offset, extent] = *it;
    blocks.free.erase(it);
    if (extent > need) blocks.free[offset + need] = extent - need;
    blocks.used[offset] = bytes;
    const Open open;
    std::byte* const p = arena() + offset + fence;
    std::memset(p - fence, fence_byte, need);
    std::memset(p, 0xFF, bytes);
    return p;
  }
  return nullptr;
}

void give(void* memory) {
  const std::size_t offset = static_cast<std::size_t>(static_cast<std::byte*>(memory) - arena()) - fence;
  const auto found = blocks.used.find(offset);
  if (found == blocks.used.end()) fail("memory is freed that was not allocated");
  const std::size_t bytes = found->second, extent = padded(bytes);
  {
    const Open open;
    const auto* p = reinterpret_cast<unsigned char*>(arena() + offset);
    for (std::size_t i = 0; i < fence; ++i)
      if (p[i] != fence_byte) fail("a kernel wrote before its array");
    for (std::size_t i = fence + bytes; i < extent; ++i)
      if (p[i] != fence_byte) fail("a kernel wrote behind its array");
  }
  blocks.used.erase(found);
  auto at = blocks.free.emplace(offset, extent).first;
  const auto next = std::next(at);
  if (next != blocks.free.end() && at->first + at->second == next->first) {
    at->second += next->second;
    blocks.free.erase(next);
  }
  if (at != blocks.free.begin()) {
    const auto before = std::prev(at);
    if (before->first + before->second == at->first) {
      before->second += at->second;
      blocks.free.erase(at);
    }
  }
}

}  // namespace

namespace emulator {

cudaError_t submit(cudaStream_t stream, std::function<void()> work) {
  std::lock_guard lock(mutex);
  if (stream == nullptr) fail("the default stream is used");
  if (stream->captures != nullptr)
    stream->captures->nodes.push_back(std::move(work));
  else
    stream->queue.push_back(std::move(work));
  return cudaSuccess;
}

}  // namespace emulator

namespace {

/// Runs what a stream holds, in order, until nothing is left or `enough` says so.
template <class Enough>
cudaError_t run_until(cudaStream_t stream, Enough enough) {
  std::lock_guard lock(mutex);
  const Open open;
  while (!stream->queue.empty() && !enough()) {
    const Work work = std::move(stream->queue.front());
    stream->queue.pop_front();
    work();
  }
  return cudaSuccess;
}

cudaError_t drain(cudaStream_t stream) {
  std::lock_guard lock(mutex);
  if (stream->captures != nullptr) {
    stream->spoilt = true;
    return error(cudaErrorStreamCaptureUnsupported);
  }
  return run_until(stream, [] { return false; });
}

}  // namespace

// ---- the runtime's functions ----------------------------------------------------------------------------------------------

const char* cudaGetErrorString(cudaError_t e) {
  switch (e) {
    case cudaSuccess: return "no error";
    case cudaErrorInvalidValue: return "invalid argument";
    case cudaErrorMemoryAllocation: return "out of memory";
    case cudaErrorInvalidDevice: return "invalid device ordinal";
    case cudaErrorStreamCaptureUnsupported: return "operation not permitted when stream is capturing";
    default: return "an error";
  }
}
cudaError_t cudaGetLastError() { return std::exchange(last_error, cudaSuccess); }
cudaError_t cudaPeekAtLastError() { return last_error; }

cudaError_t cudaGetDeviceCount(int* n) {
  *n = 1;
  return cudaSuccess;
}
cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) { return error(device == 0 ? cudaSuccess : cudaErrorInvalidDevice); }
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  switch (attribute) {
    case cudaDevAttrMultiProcessorCount: *value = 3; break;
    case cudaDevAttrMaxSharedMemoryPerBlock: *value = 49152; break;
    case cudaDevAttrComputeCapabilityMajor: *value = 9; break;
    case cudaDevAttrComputeCapabilityMinor: *value = 0; break;
  }
  return cudaSuccess;
}

namespace {
std::vector<cudaStream_t>& streams() {
  static std::vector<cudaStream_t> all;
  return all;
}
}  // namespace

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  std::lock_guard lock(mutex);
  *stream = new CUstream_st;
  streams().push_back(*stream);
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  drain(stream);
  std::lock_guard lock(mutex);
  std::erase(streams(), stream);
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) { return drain(stream); }
cudaError_t cudaDeviceSynchronize() {
  std::lock_guard lock(mutex);
  for (const cudaStream_t stream : streams())
    if (const cudaError_t e = drain(stream)) return e;
  return cudaSuccess;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  const int which = event->recorded;
  if (which == 0) return cudaSuccess;
  return emulator::submit(stream, [event, which] {
    run_until(event->stream, [=] { return event->passed >= which; });
    if (event->passed < which) fail("a stream waits for an event that never comes");
  });
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new CUevent_st;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  event->stream = stream;
  const int which = ++event->recorded;
  return emulator::submit(stream, [event, which] { event->passed = which; });
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  const int which = event->recorded;
  return which == 0 ? cudaSuccess : run_until(event->stream, [=] { return event->passed >= which; });
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}

cudaError_t cudaMemPoolCreate(cudaMemPool_t* pool, const cudaMemPoolProps*) {
  *pool = new CUmemPool_st;
  return cudaSuccess;
}
cudaError_t cudaMemPoolDestroy(cudaMemPool_t pool) {
  delete pool;
  return cudaSuccess;
}
cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void*) { return cudaSuccess; }
cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t, cudaMemPoolAttr, void* value) {
  std::lock_guard lock(mutex);
  std::memcpy(value, &blocks.reserved, sizeof blocks.reserved);
  return cudaSuccess;
}
cudaError_t cudaMemPoolTrimTo(cudaMemPool_t, std::size_t) {
  std::lock_guard lock(mutex);
  blocks.reserved = 0;
  for (const auto& [offset, bytes] : blocks.used) blocks.reserved += bytes;
  return cudaSuccess;
}

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  std::lock_guard lock(mutex);
  *memory = take(bytes);
  if (*memory == nullptr) return error(cudaErrorMemoryAllocation);
  std::uint64_t used = 0;
  for (const auto& [offset, extent] : blocks.used) used += extent;
  blocks.reserved = used > blocks.reserved ? used : blocks.reserved;
  return cudaSuccess;
}
cudaError_t cudaFree(void* memory) {
  if (memory == nullptr) return cudaSuccess;
  if (const cudaError_t e = cudaDeviceSynchronize()) return e;
  std::lock_guard lock(mutex);
  give(memory);
  return cudaSuccess;
}
cudaError_t cudaMallocFromPoolAsync(void** memory, std::size_t bytes, cudaMemPool_t, cudaStream_t stream) {
  if (stream->captures != nullptr) fail("memory is taken from a pool during a capture: the graph would own it");
  return cudaMalloc(memory, bytes);
}
cudaError_t cudaFreeAsync(void* memory, cudaStream_t stream) {
  if (stream->captures != nullptr) fail("memory is freed during a capture");
  return emulator::submit(stream, [memory] { give(memory); });
}
cudaError_t cudaMallocHost(void** memory, std::size_t bytes) {
  *memory = std::malloc(bytes);
  return cudaSuccess;
}
cudaError_t cudaFreeHost(void* memory) {
  std::free(memory);
  return cudaSuccess;
}
cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  std::lock_guard lock(mutex);
  *total = *free = arena_bytes;
  for (const auto& [offset, bytes] : blocks.used) *free -= padded(bytes);
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  if (kind != cudaMemcpyDefault && (on_device(to) != to_device || on_device(from) != from_device))
    return error(cudaErrorInvalidValue);
  return emulator::submit(stream, [=] { std::memmove(to, from, bytes); });
}
cudaError_t cudaMemcpyPeerAsync(void* to, int, const void* from, int, std::size_t bytes, cudaStream_t stream) {
  return cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream);
}
cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream) {
  if (!on_device(to)) return error(cudaErrorInvalidValue);
  return emulator::submit(stream, [=] { std::memset(to, value, bytes); });
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  std::lock_guard lock(mutex);
  if (stream->captures != nullptr) return error(cudaErrorInvalidValue);
  stream->captures = new CUgraph_st;
  stream->spoilt = false;
  return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  std::lock_guard lock(mutex);
  *graph = std::exchange(stream->captures, nullptr);
  if (*graph == nullptr) return error(cudaErrorInvalidValue);
  if (!stream->spoilt) return cudaSuccess;
  delete std::exchange(*graph, nullptr);
  return error(cudaErrorStreamCaptureInvalidated);
}
cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus* status) {
  *status = stream->captures == nullptr ? cudaStreamCaptureStatusNone : cudaStreamCaptureStatusActive;
  return cudaSuccess;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* made, cudaGraph_t graph, unsigned long long) {
  *made = new CUgraph_st(*graph);
  return cudaSuccess;
}
cudaError_t cudaGraphUpload(cudaGraphExec_t, cudaStream_t) { return cudaSuccess; }
cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t stream) {
  for (const Work& node : graph->nodes) emulator::submit(stream, node);
  return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graph) {
  delete graph;
  return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}
