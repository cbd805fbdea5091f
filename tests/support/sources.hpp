// What every source promises, and images to make sources of.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "gan/data/images.hpp"
#include "gan/data/loader.hpp"
#include "gan/io/png.hpp"
#include "support/files.hpp"

namespace gan::test {

/// Images without a pattern; two of another `salt` have nothing in common.
inline data::Images noise(Shape shape, u64 salt = 0) {
  std::vector<u8> pixels(static_cast<std::size_t>(shape.size()));
  for (u64 i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<u8>((i + salt * 7919) * 2654435761u >> 13);
  return data::Images(std::move(pixels), shape);
}

/// Writes image i as a PNG file, making its folder.
inline void write_png(const std::filesystem::path& path, const data::Images& images, i64 i) {
  std::filesystem::create_directories(path.parent_path());
  const auto bytes = images.image(i);
  write_file(path, io::encode_png(Bytes(bytes.begin(), bytes.end()),
                                  {.width = images.width(), .height = images.height(), .channels = images.channels()}));
}

/// The values of example r in each part.
inline std::vector<std::vector<float>> row_of(const Parts& parts, i64 r) {
  std::vector<std::vector<float>> row;
  for (const auto& [name, value] : parts) {
    const i64 n = value.shape().stride0();
    const std::vector<float> all = value.to_vector();
    row.emplace_back(all.begin() + r * n, all.begin() + (r + 1) * n);
  }
  return row;
}

inline std::vector<std::vector<float>> values_of(const Parts& parts) {
  std::vector<std::vector<float>> all;
  for (const auto& [name, value] : parts) all.push_back(value.to_vector());
  return all;
}

/// Up to 40 examples of a source, in mixed order, the first of them twice.
inline std::vector<i64> some_of(const data::Source& source) {
  std::vector<i64> order;
  for (i64 i = 0; i < std::min<i64>(source.size(), 40); ++i) order.push_back(data::shuffled(i, source.size(), 3, 0));
  order.push_back(order.front());
  return order;
}

/// Whether batches differ with the seed and with the epoch: the source makes random choices.
inline bool draws_anew(const data::Source& source) {
  const std::vector<i64> order = some_of(source);
  const auto values = values_of(source.batch(order, {5, 2}));
  return values != values_of(source.batch(order, {5, 3})) && values != values_of(source.batch(order, {6, 2}));
}

/// An example is a function of (seed, epoch, index): whatever else is in the batch, and in whatever order.
inline void expect_pure(const data::Source& source) {
  const data::Draws draws{5, 2};
  const std::vector<i64> order = some_of(source);
  const Parts whole = source.batch(order, draws);
  ASSERT_EQ(whole.rows(), static_cast<i64>(order.size()));
  for (std::size_t r = 0; r < order.size(); ++r) {
    const i64 alone[] = {order[r]};
    const Parts one = source.batch(alone, draws);
    ASSERT_EQ(one.names(), whole.names());
    ASSERT_EQ(row_of(one, 0), row_of(whole, static_cast<i64>(r))) << "index " << order[r];
  }
  EXPECT_EQ(values_of(source.batch(order, draws)), values_of(whole));
  const Parts none = source.batch({}, draws);
  EXPECT_EQ(none.names(), whole.names());
  EXPECT_EQ(none.rows(), 0);
  for (const i64 outside : {i64{-1}, source.size()}) {
    const i64 indices[] = {0, outside};
    EXPECT_THROW(source.batch(indices, draws), ValueError);
  }
}

/// Loaders of the source yield the same batches ahead of time or not, from any cursor, and as doubles.
inline void expect_loads(const data::Source& source, i64 batch_size = 3) {
  const data::LoaderOptions options{.batch_size = batch_size, .seed = 4, .drop_last = false};
  data::LoaderOptions alone = options;
  alone.prefetch = 0;
  data::Loader ahead(source, options);
  const data::Loader plain(source, alone);
  const auto per_epoch = static_cast<u64>(plain.batches_per_epoch());
  for (u64 k = 0; k < std::min<u64>(3 * per_epoch, 40); ++k) {
    const data::Batch batch = plain.batch_at(k), same = ahead.next();
    ASSERT_EQ(batch.indices, same.indices) << k;
    ASSERT_EQ(values_of(batch), values_of(same)) << k;
  }
  data::Loader resumed(source, options);
  resumed.seek({1, per_epoch - 1});
  for (u64 k = 2 * per_epoch - 1; k < 2 * per_epoch + 2; ++k)
    ASSERT_EQ(values_of(resumed.next()), values_of(plain.batch_at(k))) << k;
  const data::Batch batch = plain.batch_at(1);
  const data::BasicBatch<double> wide = ahead.batch_at<double>(1);
  ASSERT_EQ(wide.names(), batch.names());
  for (const auto& [name, value] : batch) {
    const std::vector<float> numbers = value.to_vector();
    EXPECT_EQ(wide[name].to_vector(), std::vector<double>(numbers.begin(), numbers.end())) << name;
    EXPECT_EQ(wide[name].shape(), value.shape()) << name;
  }
}

/// Sources that must not be taken for each other have checksums of their own, which do not change.
inline void expect_different(const std::vector<data::Source>& sources) {
  for (std::size_t a = 0; a < sources.size(); ++a) {
    EXPECT_EQ(sources[a].checksum(), sources[a].checksum());
    for (std::size_t b = 0; b < a; ++b) EXPECT_NE(sources[a].checksum(), sources[b].checksum()) << a << " and " << b;
  }
}

}  // namespace gan::test
