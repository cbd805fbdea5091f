// Device memory: one range of addresses that only running work may touch.
#include <sys/mman.h>

#include <cstdlib>
#include <map>

#include "runtime.hpp"

using emulator::error, emulator::fail, emulator::mutex, emulator::Open;

namespace {

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

Open::Open() {
  if (depth++ == 0) mprotect(arena(), arena_bytes, PROT_READ | PROT_WRITE);
}
Open::~Open() {
  if (--depth == 0) mprotect(arena(), arena_bytes, PROT_NONE);
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
