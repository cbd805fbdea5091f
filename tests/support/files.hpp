// Temporary files for tests.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace gan::test {

using Bytes = std::vector<unsigned char>;

/// A path in the test's temporary directory that no other process uses.
inline std::string temporary(const std::string& name) {
  return testing::TempDir() + "gan_" + std::to_string(::getpid()) + "_" + name;
}

inline void write_file(const std::string& path, const Bytes& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  ASSERT_TRUE(file.flush()) << path;
}

inline Bytes read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

/// One gzip member.
inline Bytes gzip(const Bytes& bytes) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
  Bytes out(deflateBound(&z, static_cast<uLong>(bytes.size())));
  z.next_in = const_cast<unsigned char*>(bytes.data());
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = out.data();
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

/// `front` and then that many zeros, compressed by zlib (window_bits 15) or as a gzip member (31), without ever holding
/// them all: so that a test can tell by the peak of memory whether a reader does.
inline Bytes compressed_zeros(const Bytes& front, std::size_t zeros, int window_bits) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 9, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY), Z_OK);
  const Bytes block(1 << 16, 0);
  Bytes out, room(1 << 16);
  const auto feed = [&](const unsigned char* bytes, std::size_t n, int flush) {
    z.next_in = const_cast<unsigned char*>(bytes);
    z.avail_in = static_cast<uInt>(n);
    do {
      z.next_out = room.data();
      z.avail_out = static_cast<uInt>(room.size());
      deflate(&z, flush);
      out.insert(out.end(), room.data(), z.next_out);
    } while (z.avail_out == 0);
  };
  feed(front.data(), front.size(), Z_NO_FLUSH);
  for (; zeros > block.size(); zeros -= block.size()) feed(block.data(), block.size(), Z_NO_FLUSH);
  feed(block.data(), zeros, Z_FINISH);
  deflateEnd(&z);
  return out;
}

/// The message of the E that `action` throws; fails for any other outcome.
template <class E, class F>
std::string message_of(F action) {
  try {
    action();
  } catch (const E& e) { return e.what(); } catch (const std::exception& e) {
    ADD_FAILURE() << "another exception: " << e.what();
    return {};
  }
  ADD_FAILURE() << "no exception";
  return {};
}

}  // namespace gan::test
