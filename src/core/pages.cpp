#include "src/core/pages.hpp"

#include <cstdint>
#include <cstdlib>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#define GAN_HAS_MMAP 1
#include <sys/mman.h>
#include <unistd.h>
#else
#define GAN_HAS_MMAP 0
#endif

namespace gan {
namespace {

constexpr std::size_t huge = PageRegion::granule;

/// A hint to the system, which may ignore it.
void prefer_huge_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__)
  madvise(memory, bytes / huge * huge, MADV_HUGEPAGE);
#endif
}

}  // namespace

void* allocate_pages(std::size_t bytes) {
  constexpr std::size_t line = 64;
#if defined(__linux__)
  if (bytes >= 2 * huge) {
    void* memory = nullptr;
    if (posix_memalign(&memory, huge, bytes) != 0) return nullptr;
    prefer_huge_pages(memory, bytes);
    return memory;
  }
#endif
  return std::aligned_alloc(line, (bytes + line - 1) / line * line);
}

#if GAN_HAS_MMAP

namespace {
/// Reserves addresses without memory; null if that many are not available.
char* reserve(std::size_t bytes) {
#if !defined(MAP_NORESERVE)
  constexpr int MAP_NORESERVE = 0;
#endif
  void* const start = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return start == MAP_FAILED ? nullptr : static_cast<char*>(start);
}
}  // namespace

PageRegion::PageRegion(std::size_t least) {
  constexpr std::size_t most = std::size_t{64} << (sizeof(void*) == 8 ? 30 : 20);
  // One granule more than needed, so that the region can start at a multiple of a granule, as huge pages do.
  for (const std::size_t bytes : {least > most ? least : most, least}) {
    char* const start = reserve(bytes + huge);
    if (start == nullptr) continue;
    const std::size_t skipped = (huge - reinterpret_cast<std::uintptr_t>(start) % huge) % huge;
    if (skipped > 0) munmap(start, skipped);
    munmap(start + skipped + bytes, huge - skipped);
    start_ = start + skipped;
    reserved_ = bytes;
    prefer_huge_pages(start_, reserved_);
    return;
  }
}

PageRegion::~PageRegion() {
  if (start_ != nullptr) munmap(start_, reserved_);
}

char* PageRegion::grow(std::size_t bytes) {
  char* const fresh = start_ + size_;
  if (bytes > room() || mprotect(fresh, bytes, PROT_READ | PROT_WRITE) != 0) return nullptr;
  size_ += bytes;
  return fresh;
}

void PageRegion::give_back(char* start, std::size_t bytes) {
  const std::uintptr_t page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const std::uintptr_t at = reinterpret_cast<std::uintptr_t>(start);
  const std::uintptr_t first = (at + page - 1) / page * page, end = (at + bytes) / page * page;
  if (first < end) madvise(start + (first - at), end - first, MADV_DONTNEED);
}

#else

PageRegion::PageRegion(std::size_t least)
    : start_(static_cast<char*>(std::aligned_alloc(64, least))), reserved_(start_ ? least : 0) {}
PageRegion::~PageRegion() { std::free(start_); }
char* PageRegion::grow(std::size_t bytes) {
  return bytes > room() ? nullptr : start_ + std::exchange(size_, size_ + bytes);
}
void PageRegion::give_back(char*, std::size_t) {}

#endif

PageRegion::PageRegion(PageRegion&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)),
      reserved_(std::exchange(other.reserved_, 0)),
      size_(std::exchange(other.size_, 0)) {}

}  // namespace gan
