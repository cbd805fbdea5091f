#include "src/core_blocks.hpp"

#include <cstdlib>

#include "src/core_pages.hpp"

namespace gan {

/// Multiples of 64 bytes up to 1 KiB, of 1 KiB up to a megabyte, then of 64 KiB.
std::size_t MemoryBlocks::rounded(std::size_t bytes) {
  const std::size_t step = bytes <= 1024 ? 64 : (bytes < large ? 1024 : medium);
  return bytes == 0 ? step : (bytes + step - 1) / step * step;
}

void* MemoryBlocks::take(std::size_t& bytes) {
  bytes = rounded(bytes);
  if (bytes < medium) return take_small(bytes);
  const bool is_large = bytes >= large;
  Free& free = free_of(is_large);
  Block wanted{nullptr, bytes, nullptr, nullptr, true, is_large};
  const auto fit = free.lower_bound(&wanted);
  Block* block;
  if (fit != free.end()) {
    block = *fit;
    free.erase(fit);
  } else {
    block = new_piece(is_large ? bytes : common_piece, is_large);
    if (block == nullptr) return nullptr;
  }
  if (block->bytes - bytes >= (is_large ? large / 2 : medium)) cut(block, bytes);
  block->is_free = false;
  bytes = block->bytes;
  in_use_.emplace(block->start, block);
  return block->start;
}

std::size_t MemoryBlocks::give(void* memory, std::size_t bytes) {
  bytes = rounded(bytes);
  if (bytes < medium) {
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
    free_of(block->is_large).erase(block);
    join(block, block->after);
  }
  free_of(block->is_large).insert(block);
  return bytes;
}

std::size_t MemoryBlocks::release() {
  std::size_t bytes = 0;
  for (auto& [size, blocks] : small_) {
    for (void* block : blocks) std::free(block);
    bytes += size * blocks.size();
    blocks.clear();
  }
  for (Free* free : {&medium_free_, &large_free_})
    for (auto i = free->begin(); i != free->end();) {
      Block* const block = *i;
      if (block->before || block->after) {  // the piece is in use
        ++i;
        continue;
      }
      i = free->erase(i);
      bytes += block->bytes;
      std::free(block->start);
      delete block;
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

MemoryBlocks::Block* MemoryBlocks::new_piece(std::size_t bytes, bool is_large) {
  char* const start = static_cast<char*>(allocate_pages(bytes));
  if (start == nullptr) return nullptr;
  held_ += bytes;
  return new Block{start, bytes, nullptr, nullptr, true, is_large};
}

/// Leaves `bytes` to a block and makes the rest a free one.
void MemoryBlocks::cut(Block* block, std::size_t bytes) {
  Block* const rest = new Block{block->start + bytes, block->bytes - bytes, block, block->after, true, block->is_large};
  if (block->after) block->after->before = rest;
  block->after = rest;
  block->bytes = bytes;
  free_of(rest->is_large).insert(rest);
}

/// Adds the free block behind it to a block.
void MemoryBlocks::join(Block* block, Block* after) {
  free_of(after->is_large).erase(after);
  block->bytes += after->bytes;
  block->after = after->after;
  if (block->after) block->after->before = block;
  delete after;
}

}  // namespace gan
