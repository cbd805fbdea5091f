// The PNG writer: a decoder of its own reads the pixels back; failures are reported.
#include "gan/io/png.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstring>
#include <filesystem>

#include "support/files.hpp"
#include "gan/core/error.hpp"

namespace gan::io {
namespace {

using test::Bytes;
using test::temporary;
using testing::HasSubstr;

u64 be32(const Bytes& b, std::size_t at) {
  return u64{b[at]} << 24 | u64{b[at + 1]} << 16 | u64{b[at + 2]} << 8 | u64{b[at + 3]};
}

struct Decoded {
  i64 width = 0, height = 0, channels = 0;
  Bytes pixels;
};

/// Checks every chunk of a file without filters.
Decoded decode(const Bytes& png) {
  Decoded d;
  const Bytes signature{0x89, 'P', 'N', 'G', 13, 10, 26, 10};
  EXPECT_TRUE(std::equal(signature.begin(), signature.end(), png.begin()));
  std::vector<std::string> order;
  for (std::size_t at = 8; at < png.size();) {
    const std::size_t n = be32(png, at);
    const std::string type(png.begin() + static_cast<i64>(at) + 4, png.begin() + static_cast<i64>(at) + 8);
    EXPECT_EQ(be32(png, at + 8 + n), crc32(0, png.data() + at + 4, static_cast<uInt>(n + 4))) << type;
    order.push_back(type);
    if (type == "IHDR") {
      d.width = static_cast<i64>(be32(png, at + 8));
      d.height = static_cast<i64>(be32(png, at + 12));
      EXPECT_EQ(png[at + 16], 8);
      d.channels = png[at + 17] == 2 ? 3 : 1;
    } else if (type == "IDAT") {
      const auto row = static_cast<std::size_t>(d.width * d.channels);
      Bytes raw(static_cast<std::size_t>(d.height) * (row + 1));
      uLongf size = raw.size();
      EXPECT_EQ(uncompress(raw.data(), &size, png.data() + at + 8, n), Z_OK);
      EXPECT_EQ(size, raw.size());
      for (std::size_t y = 0; y < static_cast<std::size_t>(d.height); ++y) {
        EXPECT_EQ(raw[y * (row + 1)], 0);
        const auto begin = raw.begin() + static_cast<i64>(y * (row + 1) + 1);
        d.pixels.insert(d.pixels.end(), begin, begin + static_cast<i64>(row));
      }
    }
    at += 12 + n;
  }
  EXPECT_EQ(order, (std::vector<std::string>{"IHDR", "IDAT", "IEND"}));
  return d;
}

Bytes noise(i64 n) {
  Bytes b(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<u8>(i * 2654435761u >> 11);
  return b;
}

TEST(Png, PixelsComeBack) {
  const PngOptions all[] = {{1, 1, 1}, {1, 1, 3}, {7, 5, 1}, {5, 7, 3}, {242, 242, 3}, {1, 3000, 1}, {65535, 1, 3}};
  for (const PngOptions& o : all) {
    const Bytes pixels = noise(o.width * o.height * o.channels);
    const std::string path = temporary("a.png");
    write_png(path, pixels, o);
    const Bytes file = test::read_file(path);
    const Decoded d = decode(file);
    EXPECT_EQ(d.width, o.width);
    EXPECT_EQ(d.height, o.height);
    EXPECT_EQ(d.channels, o.channels);
    EXPECT_EQ(d.pixels, pixels);
    EXPECT_EQ(encode_png(pixels, o), file);
  }
}

TEST(Png, RefusesSizesOutOfRange) {
  const Bytes pixels(12);
  EXPECT_THROW(encode_png(pixels, {.width = 4, .height = 4, .channels = 1}), ValueError);
  EXPECT_THROW(encode_png(pixels, {.width = 0, .height = 4, .channels = 1}), ValueError);
  EXPECT_THROW(encode_png(pixels, {.width = 70000, .height = 1, .channels = 1}), ValueError);
  EXPECT_THROW(encode_png(pixels, {.width = 6, .height = 1, .channels = 2}), ValueError);
  EXPECT_THROW(encode_png({}, {}), ValueError);
}

TEST(Png, AFullDiskIsReported) {
  struct stat status {};
  if (::stat("/dev/full", &status) != 0 || !S_ISCHR(status.st_mode)) GTEST_SKIP() << "there is no /dev/full";
  const Bytes pixels(300);
  const PngOptions o{.width = 10, .height = 10, .channels = 3};
  EXPECT_THAT(test::message_of<IoError>([&] { write_png("/dev/full", pixels, o); }),
              testing::AllOf(HasSubstr("/dev/full"), HasSubstr(std::strerror(ENOSPC))));
  ASSERT_EQ(::stat("/dev/full", &status), 0);
  EXPECT_TRUE(S_ISCHR(status.st_mode));  // still the device
  EXPECT_THAT(test::message_of<IoError>([&] { write_png("/nowhere/a.png", pixels, o); }), HasSubstr("/nowhere/a.png"));
}

TEST(Png, LinksAreFollowedAndNothingIsLeftBehind) {
  const std::filesystem::path folder = temporary("png");
  std::filesystem::create_directories(folder / "target");
  const Bytes pixels(1);
  const PngOptions o{.width = 1, .height = 1, .channels = 1};
  write_png(folder / "target/a.png", pixels, o);
  std::filesystem::create_symlink("target/a.png", folder / "link.png");
  write_png(folder / "link.png", Bytes(3), {.width = 3, .height = 1, .channels = 1});
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link.png"));
  EXPECT_EQ(decode(test::read_file(folder / "target/a.png")).width, 3);
  EXPECT_THROW(write_png(folder, pixels, o), IoError);  // a directory
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) files += !entry.is_directory();
  EXPECT_EQ(files, 2u);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace gan::io
