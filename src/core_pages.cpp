#include "src/core_pages.hpp"

#include <cstdlib>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace gan {

void* allocate_pages(std::size_t bytes) {
  constexpr std::size_t huge = std::size_t{2} << 20, line = 64;
#if defined(__linux__)
  if (bytes >= 2 * huge) {
    void* memory = nullptr;
    if (posix_memalign(&memory, huge, bytes) != 0) return nullptr;
    madvise(memory, bytes / huge * huge, MADV_HUGEPAGE);  // a wish: it may fail
    return memory;
  }
#endif
  return std::aligned_alloc(line, (bytes + line - 1) / line * line);
}

}  // namespace gan
