// Loader: batches of a source in shuffled order. Which examples batch k holds, and every random choice of the source,
// is a pure function of (seed, k), so training can resume anywhere from two integers.
#pragma once

#include "gan/data/source.hpp"

namespace gan::data {

/// The order of n items in one epoch: a bijection of [0, n), computed entry by entry (a keyed Feistel network on the
/// next power of four, iterated until it lands in [0, n): cycle walking, Black & Rogaway 2002). Throws ValueError
/// unless 1 <= n <= 2^62.
class Permutation {
 public:
  Permutation(i64 n, u64 seed, u64 epoch);
  /// The item at position `index`, 0 <= index < n. The range is not checked.
  i64 operator()(i64 index) const;

 private:
  static constexpr int rounds = 8;
  u64 n_, keys_[rounds];
  int half_bits_;
};

/// Permutation(n, seed, epoch)(index). Throws ValueError unless 0 <= index < n.
i64 shuffled(i64 index, i64 n, u64 seed, u64 epoch);

struct LoaderOptions {
  i64 batch_size = 64;
  u64 seed = 1;
  bool shuffle = true;    ///< false: keep the order of the source
  bool drop_last = true;  ///< drop the last batch of an epoch if it would be smaller than the others
  i64 prefetch = 2;       ///< batches computed ahead by the loader's own thread; 0: none, and no thread
};

/// A position in the data: `batch` batches into epoch `epoch`.
struct Cursor {
  u64 epoch = 0;
  u64 batch = 0;
  bool operator==(const Cursor&) const = default;
};

/// Yields batches, each a pure function of (seed, k); prefetching only caches them. The prefetch thread starts once two
/// consecutive batches have been requested. Copies share the source and nothing else.
class Loader {
 public:
  /// Throws ValueError for a batch size below 1, an empty source, a source smaller than one batch if drop_last is set,
  /// and unless 0 <= prefetch <= 1024.
  Loader(Source source, LoaderOptions options);
  Loader(const Loader& other);
  Loader(Loader&& other) noexcept;
  Loader& operator=(const Loader& other);
  Loader& operator=(Loader&& other) noexcept;
  ~Loader();

  const Source& source() const { return source_; }
  const LoaderOptions& options() const { return options_; }
  i64 batch_size() const { return options_.batch_size; }
  i64 batches_per_epoch() const;
  /// Changes the order of the data; the cursor stays.
  void set_seed(u64 seed);

  /// The examples in batch k; k counts from the first batch of epoch 0.
  std::vector<i64> indices_at(u64 k) const;
  /// The random choices of the source in batch k.
  Draws draws_at(u64 k) const { return {options_.seed, k / static_cast<u64>(batches_per_epoch())}; }
  /// The k-th batch since the start: batch k % batches_per_epoch() of epoch k / batches_per_epoch(). Several threads
  /// may call it at once.
  template <class T = float>
  BasicBatch<T> batch_at(u64 k) const;

  /// The batch at the cursor; advances the cursor.
  template <class T = float>
  BasicBatch<T> next() {
    return batch_at<T>(advance());
  }
  const Cursor& cursor() const { return cursor_; }
  /// Moves the cursor. Throws ValueError for a batch outside its epoch.
  void seek(Cursor cursor);

 private:
  struct Ahead;
  u64 advance();
  /// Discards the batches computed ahead.
  void restart();

  Source source_;
  LoaderOptions options_;
  Cursor cursor_;
  std::unique_ptr<Ahead> ahead_;
};

extern template BasicBatch<float> Loader::batch_at(u64) const;
extern template BasicBatch<double> Loader::batch_at(u64) const;

}  // namespace gan::data
