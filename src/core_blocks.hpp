// Memory for tensors: blocks that are cut from larger pieces, and joined again when they are free. Training asks for
// the same sizes in every round, so that after the first round nothing new is asked of the system; sizes within a
// network are halves and quarters of each other, so that what one layer leaves fits two of the next.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

namespace gan {

/// Not synchronised.
class MemoryBlocks {
 public:
  MemoryBlocks() = default;
  MemoryBlocks(const MemoryBlocks&) = delete;
  MemoryBlocks& operator=(const MemoryBlocks&) = delete;
  /// Pieces that are still in use stay where they are.
  ~MemoryBlocks() { release(); }

  /// At least `bytes` long, 64-byte aligned; null when the system has none. `bytes` becomes the block's length.
  void* take(std::size_t& bytes);
  /// Gives a block back and returns its length.
  std::size_t give(void* block, std::size_t bytes);
  /// Gives pieces of which nothing is in use back to the system; returns their bytes.
  std::size_t release();
  /// Bytes that came from the system and have not gone back.
  std::size_t held() const { return held_; }

 private:
  // Small blocks are kept by size. Larger ones are cut from pieces: those below `large` from common pieces, others from
  // pieces as large as the first that asked.
  static constexpr std::size_t medium = std::size_t{64} << 10, large = std::size_t{1} << 20;
  static constexpr std::size_t common_piece = std::size_t{8} << 20;

  struct Block {
    char* start;
    std::size_t bytes;
    Block *before, *after;  ///< neighbours in the same piece, or null
    bool is_free, is_large;
  };
  struct BySize {
    bool operator()(const Block* a, const Block* b) const {
      return a->bytes != b->bytes ? a->bytes < b->bytes : a->start < b->start;
    }
  };
  using Free = std::set<Block*, BySize>;

  static std::size_t rounded(std::size_t bytes);
  void* take_small(std::size_t bytes);
  Block* new_piece(std::size_t bytes, bool is_large);
  void cut(Block* block, std::size_t bytes);
  void join(Block* block, Block* after);
  Free& free_of(bool is_large) { return is_large ? large_free_ : medium_free_; }

  std::map<std::size_t, std::vector<void*>> small_;
  Free medium_free_, large_free_;
  std::unordered_map<void*, Block*> in_use_;
  std::size_t held_ = 0;
};

}  // namespace gan
