// See cuda_runtime.h.
#include "cuda_runtime.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

thread_local dim3 threadIdx, blockIdx, blockDim, gridDim;

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

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "CUDA emulator: %s\n", what);
  std::abort();
}

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

// ---- blocks of threads ------------------------------------------------------------------------------------------------------

// A fiber runs threads of a block one after the other for as long as none of them waits; when one does, another fiber
// goes on with the threads that have not begun.
struct Fiber {
  ucontext_t context;
  std::unique_ptr<std::byte[]> stack;
};
enum class State { fresh, running, at_block, at_warp, done };
struct Thread {
  State state = State::fresh;
  Fiber* fiber = nullptr;
  dim3 index;
};

struct BlockRun {
  const std::function<void()>* body;
  std::vector<Thread> threads;
  std::vector<std::uint64_t> slots;  ///< what lanes exchange
  std::vector<int> order;
  std::size_t begun = 0;
  int current = -1;
  ucontext_t scheduler;
};

constexpr std::size_t stack_bytes = 128 * 1024;
thread_local std::vector<std::unique_ptr<Fiber>> fibers;
thread_local std::vector<Fiber*> idle;
thread_local BlockRun* block = nullptr;
thread_local bool backwards = false;

void resume_thread(int i) {
  block->current = i;
  block->threads[static_cast<std::size_t>(i)].state = State::running;
  threadIdx = block->threads[static_cast<std::size_t>(i)].index;
}

void fiber_main() {
  for (;;) {
    while (block->begun < block->order.size()) {
      const int i = block->order[block->begun++];
      Thread& t = block->threads[static_cast<std::size_t>(i)];
      // The fiber on whose stack this runs is the one that the scheduler has just started or that ran the last thread.
      t.fiber = idle.back();
      resume_thread(i);
      Fiber* const mine = t.fiber;
      idle.pop_back();
      (*block->body)();
      idle.push_back(mine);
      block->threads[static_cast<std::size_t>(i)].state = State::done;
    }
    swapcontext(&idle.back()->context, &block->scheduler);
  }
}

void start_fiber() {
  if (idle.empty()) {
    auto fresh = std::make_unique<Fiber>();
    fresh->stack = std::make_unique<std::byte[]>(stack_bytes);
    getcontext(&fresh->context);
    fresh->context.uc_stack.ss_sp = fresh->stack.get();
    fresh->context.uc_stack.ss_size = stack_bytes;
    fresh->context.uc_link = nullptr;
    makecontext(&fresh->context, fiber_main, 0);
    idle.push_back(fresh.get());
    fibers.push_back(std::move(fresh));
  }
  swapcontext(&block->scheduler, &idle.back()->context);
}

/// Stops the current thread until the scheduler goes on with it.
void wait_at(State where) {
  if (block == nullptr) fail("a barrier outside a kernel");
  const int i = block->current;
  Thread& t = block->threads[static_cast<std::size_t>(i)];
  t.state = where;
  swapcontext(&t.fiber->context, &block->scheduler);
}

void run_block(BlockRun& run) {
  block = &run;
  const std::size_t n = run.threads.size();
  while (run.begun < n) start_fiber();
  for (;;) {
    bool waiting = false, went_on = false;
    // Warps first: all lanes have come to the shuffle.
    for (std::size_t w = 0; w < n; w += 32) {
      const std::size_t end = w + 32 < n ? w + 32 : n;
      std::size_t at_warp = 0, at_block = 0;
      for (std::size_t i = w; i < end; ++i) {
        at_warp += run.threads[i].state == State::at_warp;
        at_block += run.threads[i].state == State::at_block;
      }
      waiting |= at_warp + at_block > 0;
      if (at_warp == 0) continue;
      if (at_warp != end - w) fail("not all lanes of a warp came to a shuffle");
      went_on = true;
      for (std::size_t k = w; k < end; ++k) {
        const std::size_t i = backwards ? end - 1 - (k - w) : k;
        resume_thread(static_cast<int>(i));
        swapcontext(&run.scheduler, &run.threads[i].fiber->context);
      }
    }
    if (!waiting) break;
    if (went_on) continue;
    for (const Thread& t : run.threads)
      if (t.state != State::at_block) fail("not all threads of a block came to __syncthreads");
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t i = backwards ? n - 1 - k : k;
      resume_thread(static_cast<int>(i));
      swapcontext(&run.scheduler, &run.threads[i].fiber->context);
    }
  }
  block = nullptr;
}

}  // namespace

void __syncthreads() { wait_at(State::at_block); }
void __syncwarp(unsigned) { wait_at(State::at_warp); }

namespace emulator {

int lane() { return block->current % 32; }

std::uint64_t exchange(std::uint64_t mine, int from) {
  const int i = block->current;
  block->slots[static_cast<std::size_t>(i)] = mine;
  wait_at(State::at_warp);
  const std::size_t source = static_cast<std::size_t>(i / 32 * 32 + from);
  if (source >= block->slots.size()) fail("a shuffle from a lane that is not there");
  const std::uint64_t value = block->slots[source];
  wait_at(State::at_warp);
  return value;
}

void run_grid(dim3 grid, dim3 threads, const std::function<void()>& body) {
  backwards = !backwards;
  const std::size_t n = std::size_t{threads.x} * threads.y * threads.z;
  const std::size_t count = std::size_t{grid.x} * grid.y * grid.z;
  BlockRun run;
  run.body = &body;
  run.threads.resize(n);
  run.slots.resize(n);
  run.order.resize(n);
  gridDim = grid;
  blockDim = threads;
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t b = backwards ? count - 1 - k : k;
    blockIdx = dim3(static_cast<unsigned>(b % grid.x), static_cast<unsigned>(b / grid.x % grid.y),
                    static_cast<unsigned>(b / grid.x / grid.y));
    run.begun = 0;
    for (std::size_t i = 0; i < n; ++i) {
      run.order[i] = static_cast<int>(backwards ? n - 1 - i : i);
      run.threads[i] = {State::fresh, nullptr,
                        dim3(static_cast<unsigned>(i % threads.x), static_cast<unsigned>(i / threads.x % threads.y),
                             static_cast<unsigned>(i / threads.x / threads.y))};
    }
    run_block(run);
  }
}

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
