// Memory for tensors: blocks that are cut from regions of memory and merged again when they are free. Training
// allocates the same sizes in every round, so that after the first round it needs no more memory from the system. All
// blocks of a region are neighbours, so that the memory freed by several layers can hold one larger tensor.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "src/core/pages.hpp"

namespace gan {

/// Not synchronised. All blocks must have been given back before it is destroyed.
class MemoryBlocks {
 public:
  MemoryBlocks() = default;
  MemoryBlocks(const MemoryBlocks&) = delete;
  MemoryBlocks& operator=(const MemoryBlocks&) = delete;
  ~MemoryBlocks();

  /// A block of at least `bytes`, 64-byte aligned; null if the system is out of memory. Sets `bytes` to its length.
  void* take(std::size_t& bytes);
  /// Gives a block back and returns its length.
  std::size_t give(void* block, std::size_t bytes);
  /// Returns the memory of free blocks to the system; the result is its size in bytes.
  std::size_t release();
  /// Bytes of the blocks in use and of the free blocks that have been used since the last release.
  std::size_t held() const { return held_; }

 private:
  /// Smaller blocks are kept by size; the others are cut from regions.
  static constexpr std::size_t smallest_cut = std::size_t{64} << 10;

  struct Block {
    char* start;
    std::size_t bytes;
    Block *before, *after;  ///< neighbours in the same region, or null
    bool is_free;
    bool is_held;  ///< counts in held_
  };
  struct BySize {
    bool operator()(const Block* a, const Block* b) const {
      return a->bytes != b->bytes ? a->bytes < b->bytes : a->start < b->start;
    }
  };

  static std::size_t rounded(std::size_t bytes);
  void* take_small(std::size_t bytes);
  Block* grow(std::size_t bytes);
  void hold(Block* block);
  void cut(Block* block, std::size_t bytes);
  void join(Block* block, Block* after);

  std::map<std::size_t, std::vector<void*>> small_;
  std::vector<PageRegion> regions_;
  Block* last_ = nullptr;  ///< the last block of the last region
  std::set<Block*, BySize> free_;
  std::unordered_map<void*, Block*> in_use_;
  std::size_t held_ = 0;
};

}  // namespace gan
