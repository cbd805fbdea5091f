// The memory of all devices: CUDA's allocator is in cuda/runtime.cu; the CPU's memory comes from MemoryBlocks, which
// keeps freed blocks.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "cuda/runtime.hpp"
#include "gan/backend/capture.hpp"
#include "gan/backend/runtime.hpp"
#include "gan/core/error.hpp"
#include "src/core/blocks.hpp"
#include "src/core/fork.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GAN_CACHE_MEMORY 0  // reuse would hide errors from the sanitizer
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define GAN_CACHE_MEMORY 0
#endif
#ifndef GAN_CACHE_MEMORY
#define GAN_CACHE_MEMORY 1
#endif

namespace gan {
namespace {

struct CpuCache {
  std::mutex mutex;
  MemoryBlocks blocks;
  MemoryStatistics statistics;
};

CpuCache& cache() {
  static CpuCache* const c = [] {
    auto* const made = new CpuCache;  // never destroyed: tensors may outlive any order of static destruction
    hold_during_fork(made->mutex);
    return made;
  }();
  return *c;
}

// With GAN_GUARD_MEMORY set, every block has 64 bytes of a pattern before and behind it; blocks whose guards were
// overwritten are counted.
constexpr std::size_t guard_bytes = 64;
constexpr unsigned char guard_pattern = 0xA5;
std::atomic<i64> violations{0};

bool guarded() {
  static const bool on = std::getenv("GAN_GUARD_MEMORY") != nullptr;
  return on;
}
void* add_guards(void* block, std::size_t bytes) {
  auto* p = static_cast<unsigned char*>(block);
  std::memset(p, guard_pattern, guard_bytes);
  std::memset(p + guard_bytes + bytes, guard_pattern, guard_bytes);
  return p + guard_bytes;
}
void* check_guards(void* memory, std::size_t bytes) {
  auto* p = static_cast<unsigned char*>(memory) - guard_bytes;
  for (std::size_t i = 0; i < guard_bytes; ++i)
    if (p[i] != guard_pattern || p[guard_bytes + bytes + i] != guard_pattern) {
      ++violations;
      break;
    }
  return p;
}

}  // namespace

MemoryStatistics memory_statistics(Device device) {
  if (!device.is_cpu()) return cuda::statistics(device);
  std::lock_guard lock(cache().mutex);
  return cache().statistics;
}

void reset_peak_memory(Device device) {
  if (!device.is_cpu()) return cuda::reset_peak(device);
  std::lock_guard lock(cache().mutex);
  cache().statistics.peak = cache().statistics.live;
}

void release_cached_memory(Device device) {
  if (!device.is_cpu()) return cuda::release_cached(device);
  std::lock_guard lock(cache().mutex);
  cache().statistics.cached -= static_cast<i64>(cache().blocks.release());
}

namespace detail {

void* allocate(std::size_t bytes, Device device) {
  if (!device.is_cpu()) {
    try {
      return cuda::allocate(bytes, device);
    } catch (const OutOfMemory& e) {
      const std::string list = LiveTensor::largest(device);
      throw OutOfMemory(e.what() + (list.empty() ? "" : "; the largest live tensors: " + list));
    }
  }
  std::size_t size = bytes + (guarded() ? 2 * guard_bytes : 0);
  CpuCache& c = cache();
  std::lock_guard lock(c.mutex);
  void* const memory = GAN_CACHE_MEMORY ? c.blocks.take(size) : std::aligned_alloc(64, size = (size / 64 + 1) * 64);
  if (!memory) throw OutOfMemory("[memory] the cpu has no " + std::to_string(bytes) + " bytes left");
  c.statistics.live += static_cast<i64>(size);
  c.statistics.cached = GAN_CACHE_MEMORY ? static_cast<i64>(c.blocks.held()) - c.statistics.live : 0;
  c.statistics.peak = c.statistics.live > c.statistics.peak ? c.statistics.live : c.statistics.peak;
  return guarded() ? add_guards(memory, bytes) : memory;
}

void deallocate(void* memory, std::size_t bytes, Device device) noexcept {
  if (!device.is_cpu()) return cuda::deallocate(memory, bytes, device);
  std::size_t size = bytes + (guarded() ? 2 * guard_bytes : 0);
  if (guarded()) memory = check_guards(memory, bytes);
  CpuCache& c = cache();
  std::lock_guard lock(c.mutex);
  if (GAN_CACHE_MEMORY) {
    size = c.blocks.give(memory, size);
    c.statistics.cached += static_cast<i64>(size);
  } else {
    std::free(memory);
    size = (size / 64 + 1) * 64;
  }
  c.statistics.live -= static_cast<i64>(size);
}

namespace {
struct LiveList {
  std::mutex mutex;
  LiveTensor* first = nullptr;
};
LiveList& live_list() {
  static LiveList* list = new LiveList;  // never destroyed, like the cache
  return *list;
}
}  // namespace

LiveTensor::LiveTensor(const Shape& shape, std::size_t bytes, Device device)
    : shape_(shape), bytes_(bytes), device_(device) {
  if (device.is_cpu()) return;
  LiveList& list = live_list();
  const std::lock_guard lock(list.mutex);
  next_ = list.first;
  if (next_ != nullptr) next_->previous_ = this;
  list.first = this;
}

LiveTensor::~LiveTensor() {
  if (device_.is_cpu()) return;
  LiveList& list = live_list();
  const std::lock_guard lock(list.mutex);
  (previous_ != nullptr ? previous_->next_ : list.first) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
}

std::string LiveTensor::largest(Device device, int most) {
  std::map<std::string, std::pair<std::size_t, i64>> kinds;  // description → bytes of each, count
  {
    const std::lock_guard lock(live_list().mutex);
    for (const LiveTensor* t = live_list().first; t != nullptr; t = t->next_) {
      if (t->device_ != device) continue;
      auto& [bytes, count] = kinds[std::string(t->op_ == nullptr ? "tensor" : t->op_) + " " + to_string(t->shape_)];
      bytes = t->bytes_;
      ++count;
    }
  }
  std::vector<std::pair<std::string, std::pair<std::size_t, i64>>> order(kinds.begin(), kinds.end());
  const auto total = [](const auto& kind) { return kind.second.first * static_cast<std::size_t>(kind.second.second); };
  std::stable_sort(order.begin(), order.end(), [&](const auto& a, const auto& b) { return total(a) > total(b); });
  std::string text;
  for (int i = 0; i < most && i < static_cast<int>(order.size()); ++i) {
    const auto& [what, size] = order[static_cast<std::size_t>(i)];
    if (i > 0) text += ", ";
    if (size.second > 1) text += std::to_string(size.second) + " x ";
    text += what + " of " + std::to_string(size.first) + " bytes";
  }
  return text;
}

i64 memory_guard_violations() { return violations; }

void copy_bytes(void* to, Device to_device, const void* from, Device from_device, std::size_t bytes) {
  if (!to_device.is_cpu() || !from_device.is_cpu()) {
    if (CallTrace* const trace = call_trace()) {
      if (to_device.is_cpu()) trace->refuse("the host reads " + std::to_string(bytes) + " bytes of the device");
      if (from_device.is_cpu()) trace->refuse("the host sends " + std::to_string(bytes) + " bytes to the device");
      trace->call("copy", hash_bytes(hash_seed, &bytes, sizeof bytes));
    }
    return cuda::copy(to, to_device, from, from_device, bytes);
  }
  if (bytes != 0) std::memcpy(to, from, bytes);
}

}  // namespace detail

namespace {
std::atomic<bool> only_deterministic{false};
}

bool deterministic() { return only_deterministic.load(std::memory_order_relaxed); }
void set_deterministic(bool on) { only_deterministic.store(on, std::memory_order_relaxed); }

int cuda_device_count() { return cuda::device_count(); }

bool has_cuda_backend() { return cuda::is_built(); }

}  // namespace gan
