// See data/source.hpp.
#include "gan/data/source.hpp"

#include "gan/ops/random.hpp"

namespace gan::data {

namespace {
Rng rng_of(const Draws& draws, const char* purpose) { return {draws.seed, name_stream(purpose), draws.epoch}; }
}  // namespace

philox::Block Draws::bits(const char* purpose, i64 index) const {
  const Rng rng = rng_of(*this, purpose);
  return philox::block(philox::stream_key(rng), static_cast<u64>(index), rng.draw);
}

i64 Draws::below(i64 n, const char* purpose, i64 index) const {
  return static_cast<i64>(static_cast<u64>(n) * bits(purpose, index).v[0] >> 32);
}

double Draws::uniform(const char* purpose, i64 index) const { return bits(purpose, index).v[0] * 0x1p-32; }

Rng Draws::rng(const char* purpose, i64 index) const {
  return {seed ^ (static_cast<u64>(index) + 1) * 0x9E3779B97F4A7C15ull, name_stream(purpose), epoch};
}

Tensor<float> Draws::normal(const Shape& shape, const char* purpose, i64 index) const {
  Rng own = rng(purpose, index);
  return randn<float>(shape, own);
}

Parts Source::batch(std::span<const i64> indices, const Draws& draws) const {
  if (!held_) throw ValueError("[Source::batch] the source is empty");
  detail::require_indices("Source", indices, size());
  return held_->batch(indices, draws);
}

void detail::require_indices(const char* who, std::span<const i64> indices, i64 size) {
  for (const i64 i : indices)
    if (i < 0 || i >= size)
      throw ValueError("[" + std::string(who) + "::batch] index " + std::to_string(i) + " of " + std::to_string(size));
}

}  // namespace gan::data
