// Loader and the permutation behind it.
#include "gan/data/loader.hpp"

#include <algorithm>
#include <bit>

#include "src/data/prefetch.hpp"
#include "gan/core/rng.hpp"

namespace gan::data {
namespace {

/// Every output bit depends on every input bit (the finaliser of SplitMix64; Steele et al. 2014).
u64 mix(u64 x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

}  // namespace

Permutation::Permutation(i64 n, u64 seed, u64 epoch) : n_(static_cast<u64>(n)) {
  if (n < 1 || n > (i64{1} << 62))
    throw ValueError("[Permutation] " + std::to_string(n) + " things; 1 to 2^62 can be ordered");
  half_bits_ = std::max(1, (static_cast<int>(std::bit_width(n_ - 1)) + 1) / 2);
  const Rng rng{.seed = seed, .stream = name_stream("data order"), .draw = epoch};
  for (int r = 0; r < rounds; r += 2) {
    const philox::Block b = philox::at(rng, static_cast<u64>(r) / 2);
    keys_[r] = b.v[0] | u64{b.v[1]} << 32;
    keys_[r + 1] = b.v[2] | u64{b.v[3]} << 32;
  }
}

i64 Permutation::operator()(i64 index) const {
  const u64 mask = (u64{1} << half_bits_) - 1;
  u64 x = static_cast<u64>(index);
  do {  // each pass is a bijection of [0, 4^half_bits), so walking back into [0, n) is one of [0, n)
    u64 left = x >> half_bits_, right = x & mask;
    for (u64 key : keys_) {
      const u64 mixed = left ^ (mix(right + key) >> 32 & mask);
      left = right;
      right = mixed;
    }
    x = left << half_bits_ | right;
  } while (x >= n_);
  return static_cast<i64>(x);
}

i64 shuffled(i64 index, i64 n, u64 seed, u64 epoch) {
  const Permutation order(n, seed, epoch);
  if (index < 0 || index >= n)
    throw ValueError("[shuffled] place " + std::to_string(index) + " of " + std::to_string(n));
  return order(index);
}

/// The prefetcher. It uses a loader of its own, since the loader that owns it may move.
struct Loader::Ahead {
  Ahead(const Source& source, LoaderOptions options)
      : batches(
            [loader = Loader(source, plain(options))](u64 k) {
              return loader.source().batch(loader.indices_at(k), loader.draws_at(k));
            },
            options.prefetch) {}
  static LoaderOptions plain(LoaderOptions options) {
    options.prefetch = 0;
    return options;
  }

  Prefetcher<Parts> batches;
};

Loader::Loader(Source source, LoaderOptions options) : source_(std::move(source)), options_(options) {
  if (options_.batch_size < 1)
    throw ValueError("[Loader] batch size " + std::to_string(options_.batch_size) + "; at least 1 is needed");
  if (source_.size() == 0) throw ValueError("[Loader] the source is empty");
  if (options_.drop_last && options_.batch_size > source_.size())
    throw ValueError("[Loader] batch size " + std::to_string(options_.batch_size) + ", but the source has only " +
                     std::to_string(source_.size()) + " examples; use a smaller batch");
  if (options_.prefetch < 0 || options_.prefetch > 1024)
    throw ValueError("[Loader] prefetch " + std::to_string(options_.prefetch) + "; 0 to 1024 batches are possible");
  restart();
}

Loader::Loader(const Loader& other) : source_(other.source_), options_(other.options_), cursor_(other.cursor_) {
  restart();
}
Loader& Loader::operator=(const Loader& other) {
  if (this != &other) *this = Loader(other);
  return *this;
}
Loader::Loader(Loader&&) noexcept = default;
Loader& Loader::operator=(Loader&&) noexcept = default;
Loader::~Loader() = default;

void Loader::restart() {
  ahead_.reset();
  if (options_.prefetch > 0) ahead_ = std::make_unique<Ahead>(source_, options_);
}

void Loader::set_seed(u64 seed) {
  options_.seed = seed;
  restart();
}

i64 Loader::batches_per_epoch() const {
  const i64 whole = source_.size() / options_.batch_size;
  return options_.drop_last || whole * options_.batch_size == source_.size() ? whole : whole + 1;
}

std::vector<i64> Loader::indices_at(u64 k) const {
  const auto per_epoch = static_cast<u64>(batches_per_epoch());
  const i64 n = source_.size();
  const i64 begin = static_cast<i64>(k % per_epoch) * options_.batch_size;
  const i64 count = std::min(options_.batch_size, n - begin);
  std::vector<i64> indices(static_cast<std::size_t>(count));
  const Permutation order(n, options_.seed, k / per_epoch);
  for (i64 i = 0; i < count; ++i)
    indices[static_cast<std::size_t>(i)] = options_.shuffle ? order(begin + i) : begin + i;
  return indices;
}

template <class T>
BasicBatch<T> Loader::batch_at(u64 k) const {
  Parts parts = ahead_ ? ahead_->batches.get(k) : source_.batch(indices_at(k), draws_at(k));
  if constexpr (std::is_same_v<T, float>) {
    return {std::move(parts), indices_at(k)};
  } else {
    BasicParts<T> converted;
    for (const auto& [name, value] : parts) {
      const auto numbers = value.values();
      const std::vector<T> wide(numbers.begin(), numbers.end());
      converted.set(name, Tensor<T>::from(wide, value.shape()));
    }
    return {std::move(converted), indices_at(k)};
  }
}

template BasicBatch<float> Loader::batch_at(u64) const;
template BasicBatch<double> Loader::batch_at(u64) const;

void Loader::seek(Cursor cursor) {
  if (cursor.batch >= static_cast<u64>(batches_per_epoch()))
    throw ValueError("[Loader::seek] batch " + std::to_string(cursor.batch) + " of an epoch of " +
                     std::to_string(batches_per_epoch()));
  cursor_ = cursor;
}

u64 Loader::advance() {
  const auto per_epoch = static_cast<u64>(batches_per_epoch());
  const u64 now = cursor_.epoch * per_epoch + cursor_.batch;
  if (++cursor_.batch == per_epoch) cursor_ = {cursor_.epoch + 1, 0};
  return now;
}

}  // namespace gan::data
