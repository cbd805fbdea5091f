// Memory from the system, on huge pages where it is large and the system has them: Winograd's transforms write dozens
// of places at once, each in another page.
#pragma once

#include <cstddef>

namespace gan {

/// 64-byte aligned; null when the system has none. To be freed with std::free.
void* allocate_pages(std::size_t bytes);

/// A stretch of addresses that gets its memory bit by bit, so that what is asked for later lies behind what was asked
/// for before. It reserves 64 GiB of addresses, or as many as are needed where the system does not give so many.
class PageRegion {
 public:
  static constexpr std::size_t granule = std::size_t{2} << 20;  ///< sizes are multiples of it

  explicit PageRegion(std::size_t least);
  PageRegion(PageRegion&& other) noexcept;
  PageRegion(const PageRegion&) = delete;
  ~PageRegion();

  /// What grow can still give: 0 at once, when the system had no addresses.
  std::size_t room() const { return reserved_ - size_; }
  /// `bytes` more behind what it gave before, zero, 64-byte aligned; null when the system has no memory.
  char* grow(std::size_t bytes);
  /// Returns the memory of whole pages to the system; their contents are lost, their addresses stay usable.
  static void give_back(char* start, std::size_t bytes);

 private:
  char* start_ = nullptr;
  std::size_t reserved_ = 0, size_ = 0;
};

}  // namespace gan
