// Memory from the system. Large allocations use huge pages where the system has them: Winograd's transforms write to
// dozens of pages at once.
#pragma once

#include <cstddef>

namespace gan {

/// 64-byte aligned memory, to be freed with std::free; null if the system has none.
void* allocate_pages(std::size_t bytes);

/// A range of addresses that is backed by memory as it grows, so that later allocations lie behind earlier ones. It
/// reserves 64 GiB of addresses, or only as many as are needed where the system refuses that.
class PageRegion {
 public:
  static constexpr std::size_t granule = std::size_t{2} << 20;  ///< sizes are multiples of it

  explicit PageRegion(std::size_t least);
  PageRegion(PageRegion&& other) noexcept;
  PageRegion(const PageRegion&) = delete;
  ~PageRegion();

  /// Bytes that grow can still provide; 0 from the start if the system had no addresses.
  std::size_t room() const { return reserved_ - size_; }
  /// The next `bytes` behind the previous ones, zeroed and 64-byte aligned; null if the system has no memory.
  char* grow(std::size_t bytes);
  /// Returns the memory of whole pages to the system; their contents are lost, their addresses stay usable.
  static void give_back(char* start, std::size_t bytes);

 private:
  char* start_ = nullptr;
  std::size_t reserved_ = 0, size_ = 0;
};

}  // namespace gan
