#include "src/core/blocks.hpp"

#include <cstdlib>
#include <utility>

namespace gan {
namespace {
std::size_t round_up(std::size_t bytes, std::size_t step) { return (bytes + step - 1) / step * step; }
}  // namespace

MemoryBlocks::~MemoryBlocks() {
  release();
  for (const Block* block : free_) delete block;
  for (const auto& [memory, block] : in_use_) delete block;
}

/// Multiples of 64 bytes up to 1 KiB, of 1 KiB up to a megabyte, then of 64 KiB.
std::size_t MemoryBlocks::rounded(std::size_t bytes) {
  const std::size_t step = bytes <= 1024 ? 64 : (bytes < std::size_t{1} << 20 ? 1024 : smallest_cut);
  return bytes == 0 ? step : round_up(bytes, step);
}

void* MemoryBlocks::take(std::size_t& bytes) {
  bytes = rounded(bytes);
  if (bytes < smallest_cut) return take_small(bytes);
  Block wanted{nullptr, bytes, nullptr, nullptr, true, false};
  const auto fit = free_.lower_bound(&wanted);  // the smallest that is large enough; the first in memory in a tie
  Block* const block = fit != free_.end() ? *fit : grow(bytes);
  if (block == nullptr) return nullptr;
  free_.erase(block);
  if (block->bytes - bytes >= smallest_cut) cut(block, bytes);
  hold(block);
  block->is_free = false;
  bytes = block->bytes;
  in_use_.emplace(block->start, block);
  return block->start;
}

std::size_t MemoryBlocks::give(void* memory, std::size_t bytes) {
  bytes = rounded(bytes);
  if (bytes < smallest_cut) {
    small_[bytes].push_back(memory);
    return bytes;
  }
  const auto found = in_use_.find(memory);
  Block* block = found->second;
  in_use_.erase(found);
  bytes = block->bytes;
  block->is_free = true;
  if (block->after && block->after->is_free) join(block, block->after);
  if (block->before && block->before->is_free) {
    block = block->before;
    free_.erase(block);
    join(block, block->after);
  }
  free_.insert(block);
  return bytes;
}

std::size_t MemoryBlocks::release() {
  std::size_t bytes = 0;
  for (auto& [size, blocks] : small_) {
    for (void* block : blocks) std::free(block);
    bytes += size * blocks.size();
    blocks.clear();
  }
  for (Block* block : free_) {
    if (!block->is_held) continue;
    PageRegion::give_back(block->start, block->bytes);
    block->is_held = false;
    bytes += block->bytes;
  }
  held_ -= bytes;
  return bytes;
}

void* MemoryBlocks::take_small(std::size_t bytes) {
  auto& blocks = small_[bytes];
  if (blocks.empty()) {
    void* const fresh = std::aligned_alloc(64, bytes);
    held_ += fresh ? bytes : 0;
    return fresh;
  }
  void* const block = blocks.back();
  blocks.pop_back();
  return block;
}

/// A free block of at least `bytes` at the end of the last region, or of a new region.
MemoryBlocks::Block* MemoryBlocks::grow(std::size_t bytes) {
  const std::size_t there = last_ && last_->is_free ? last_->bytes : 0;
  std::size_t missing = round_up(bytes - there, PageRegion::granule);
  if (regions_.empty() || regions_.back().room() < missing) {
    missing = round_up(bytes, PageRegion::granule);
    PageRegion region(missing);
    if (region.room() < missing) return nullptr;
    regions_.push_back(std::move(region));
    last_ = nullptr;
  }
  char* const start = regions_.back().grow(missing);
  if (start == nullptr) return nullptr;
  Block* const fresh = new Block{start, missing, last_, nullptr, true, false};
  if (last_) last_->after = fresh;
  free_.insert(fresh);
  Block* const before = last_;
  last_ = fresh;
  if (before == nullptr || !before->is_free) return fresh;
  free_.erase(before);
  join(before, fresh);
  free_.insert(before);
  return before;
}

void MemoryBlocks::hold(Block* block) {
  if (!block->is_held) held_ += block->bytes;
  block->is_held = true;
}

/// Shortens a block to `bytes` and makes the rest a free block.
void MemoryBlocks::cut(Block* block, std::size_t bytes) {
  Block* const rest = new Block{block->start + bytes, block->bytes - bytes, block, block->after, true, block->is_held};
  if (block->after) block->after->before = rest;
  if (last_ == block) last_ = rest;
  block->after = rest;
  block->bytes = bytes;
  free_.insert(rest);
}

/// Merges a block with the free block behind it. If one of them counts as held, both do.
void MemoryBlocks::join(Block* block, Block* after) {
  free_.erase(after);
  if (block->is_held != after->is_held) {
    hold(block);
    hold(after);
  }
  block->bytes += after->bytes;
  block->after = after->after;
  if (block->after) block->after->before = block;
  if (last_ == after) last_ = block;
  delete after;
}

}  // namespace gan
