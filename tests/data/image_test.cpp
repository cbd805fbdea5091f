// PNG and JPEG: pixels are Pillow's, and no file, whatever its bytes, does worse than an exception.
#include "gan/data/image.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <filesystem>
#include <sstream>

#include "support/files.hpp"
#include "gan/core/error.hpp"

namespace gan::data {
namespace {

using test::Bytes;
using testing::HasSubstr;

Bytes fixture(const std::string& name) { return test::read_file(std::string(GAN_TESTS_DIR) + "/fixtures/" + name); }

void put32(Bytes& out, u32 v) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<u8>(v >> shift));
}
Bytes operator+(Bytes a, const Bytes& b) {
  for (u8 v : b) a.push_back(v);
  return a;
}
Bytes chunk(const std::string& type, const Bytes& data) {
  Bytes out, body = test::bytes_of(type) + data;
  put32(out, static_cast<u32>(data.size()));
  const auto checksum = static_cast<u32>(crc32(0, body.data(), static_cast<uInt>(body.size())));
  put32(body, checksum);
  return out + body;
}
const Bytes signature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
Bytes header(u32 width, u32 height, u8 bits = 8, u8 colour = 0) {
  Bytes data;
  put32(data, width);
  put32(data, height);
  return chunk("IHDR", data + Bytes{bits, colour, 0, 0, 0});
}
Bytes zlib(const Bytes& raw) {
  uLongf size = compressBound(static_cast<uLong>(raw.size()));
  Bytes packed(size);
  EXPECT_EQ(compress2(packed.data(), &size, raw.data(), static_cast<uLong>(raw.size()), 9), Z_OK);
  packed.resize(size);
  return packed;
}
const Bytes end = chunk("IEND", {});

void refuse(const Bytes& bytes, const std::string& fault) {
  EXPECT_THAT(test::message_of<FormatError>([&] { decode_image(bytes); }), HasSubstr(fault));
}

TEST(Image, PixelsArePillows) {
  const Bytes text = fixture("expected.txt");
  std::istringstream lines(std::string(text.begin(), text.end()));
  std::string name;
  i64 size, channels, height, width;
  u64 crc;
  int cases = 0;
  while (lines >> name >> size >> channels >> height >> width >> crc) {
    const Image image = decode_image(fixture(name), {.size = size, .channels = channels});
    EXPECT_EQ(image.height, height) << name;
    EXPECT_EQ(image.width, width) << name;
    EXPECT_EQ(image.channels, channels) << name;
    EXPECT_EQ(crc32(0, image.pixels.data(), static_cast<uInt>(image.pixels.size())), crc)
        << name << " to " << size << " with " << channels << " channels";
    ++cases;
  }
  EXPECT_EQ(cases, 15 * 6);
}

TEST(Image, ChunksThatSayNothingOfTheSamplesAreLeftOut) {
  const Bytes file = fixture("rgb.png");
  const auto at = static_cast<std::ptrdiff_t>(8 + 25);  // behind the header
  const Bytes front(file.begin(), file.begin() + at), back(file.begin() + at, file.end());
  const std::vector<u8> plain = decode_image(file).pixels;
  // A compressed text and a profile that would expand to 256 MB, and an animation.
  const Bytes bomb = test::compressed_zeros({}, 256 << 20, 15);
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  for (const Bytes& extra : {chunk("zTXt", Bytes{'a', 0, 0} + bomb), chunk("iCCP", Bytes{'a', 0, 0} + bomb),
                             chunk("acTL", {0, 0, 0, 9, 0, 0, 0, 0})})
    EXPECT_EQ(decode_image(front + extra + back).pixels, plain);
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 32 * 1024);  // KiB
}

TEST(Image, DataMayComeInPieces) {
  Bytes file = signature + header(40, 30);
  Bytes raw;
  for (int y = 0; y < 30; ++y) {
    raw.push_back(0);
    for (int x = 0; x < 40; ++x) raw.push_back(static_cast<u8>(x * y));
  }
  for (u8 b : zlib(raw)) file = file + chunk("IDAT", {b}) + chunk("IDAT", {});
  const Image image = decode_image(file + end, {.channels = 1});
  for (std::size_t y = 0; y < 30; ++y)
    for (std::size_t x = 0; x < 40; ++x) ASSERT_EQ(image.pixels[y * 40 + x], static_cast<u8>(x * y));
}

TEST(Image, RefusesWhatIsNoImage) {
  refuse({}, "empty");
  refuse(test::bytes_of("<!DOCTYPE html>"), "web page");
  refuse(test::bytes_of("GIF89a......"), "neither PNG nor JPEG");
  refuse({0x89}, "neither");
  refuse({0xFF, 0xD8}, "neither");
  refuse({0xFF, 0xD8, 0xFF}, "holds no image");
  refuse(fixture("cmyk.jpg"), "CMYK");
  EXPECT_THAT(test::message_of<IoError>([] { read_image("/nowhere.png"); }), HasSubstr("/nowhere.png"));
  const std::string path = test::temporary("web.png");
  test::write_file(path, test::bytes_of("<html>"));
  EXPECT_THAT(test::message_of<FormatError>([&] { read_image(path); }), HasSubstr(path + ": begins like a web page"));
  std::filesystem::remove(path);
}

TEST(Image, RefusesSizesBeforeDecoding) {
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  const Bytes pixels = chunk("IDAT", zlib(Bytes(30001 * 100, 0)));
  refuse(signature + header(30000, 30000) + pixels + end, "30000 x 30000 pixels, more than the 67108864");
  refuse(signature + header(1, 0x7FFFFFFF) + pixels + end, "1 x 2147483647 pixels, more than");
  refuse(signature + header(0x7FFFFFFF, 0x7FFFFFFF) + pixels + end, "more than");
  refuse(signature + header(0xFFFFFFFF, 0xFFFFFFFF) + pixels + end, "more than");
  refuse(signature + header(0, 1) + pixels + end, "0 x 1 pixels");
  refuse(signature + header(1, 0) + pixels + end, "1 x 0 pixels");
  Bytes jpeg = fixture("baseline.jpg");
  for (std::size_t i = 0; i + 9 < jpeg.size(); ++i)
    if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xC0)  // the frame's height and width
      jpeg[i + 5] = jpeg[i + 6] = jpeg[i + 7] = jpeg[i + 8] = 0xFD;
  refuse(jpeg, "65021 x 65021 pixels, more than");
  EXPECT_THAT(test::message_of<FormatError>([] { decode_image(fixture("rgb.png"), {.max_pixels = 13 * 9 - 1}); }),
              HasSubstr("13 x 9 pixels, more than the 116 of max_pixels"));
  EXPECT_EQ(decode_image(fixture("rgb.png"), {.max_pixels = 13 * 9}).width, 13);
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 32 * 1024);  // KiB
}

TEST(Image, RefusesHeadersThatCannotBe) {
  const Bytes data = chunk("IDAT", zlib(Bytes(100, 0)));
  for (u8 colour = 0; colour < 8; ++colour)
    for (const u8 bits : Bytes{0, 1, 2, 3, 4, 8, 16, 32}) {
      const bool few = bits == 1 || bits == 2 || bits == 4, many = bits == 8 || bits == 16;
      const bool possible = colour == 0   ? few || many
                            : colour == 3 ? few || bits == 8
                                          : (colour == 2 || colour == 4 || colour == 6) && many;
      const Bytes palette = colour == 3 ? chunk("PLTE", {1, 2, 3}) : Bytes{};
      const Bytes file = signature + header(1, 1, bits, colour) + palette + data + end;
      if (possible)
        EXPECT_EQ(decode_image(file).pixels.size(), 3u) << int{colour} << " " << int{bits};
      else
        EXPECT_THROW(decode_image(file), FormatError) << int{colour} << " " << int{bits};
    }
  refuse(signature + header(1, 1, 8, 3) + data + end, "libpng");  // no palette
  refuse(signature + data + end, "does not begin with a header");
  refuse(signature + end, "does not begin with a header");
  refuse(signature + header(2, 2) + end, "libpng");
  refuse(signature + header(2, 2) + chunk("IDAT", {}) + end, "libpng");
  refuse(signature + header(200, 2) + data + end, "libpng");  // too little data
  refuse(signature + header(2, 2) + chunk("ABCD", {}) + data + end, "libpng");
  // A palette index that is not in the palette.
  const Bytes past = signature + header(1, 1, 8, 3) + chunk("PLTE", {1, 2, 3}) + chunk("IDAT", zlib({0, 200})) + end;
  try {
    EXPECT_EQ(decode_image(past).pixels.size(), 3u);
  } catch (const FormatError&) {}
}

TEST(Image, CutFilesAreRefused) {
  for (const char* name :
       {"rgb.png", "palette_alpha.png", "interlaced.png", "rgb16.png", "baseline.jpg", "progressive.jpg", "grey.jpg"}) {
    const Bytes whole = fixture(name);
    for (std::size_t n = 0; n < whole.size(); ++n) {
      const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
      EXPECT_THROW(decode_image(cut), FormatError) << name << " cut to " << n << " of " << whole.size();
    }
  }
}

TEST(Image, NoBitFlipCrashes) {
  for (const char* name :
       {"rgba.png", "palette_alpha.png", "grey16.png", "interlaced.png", "baseline.jpg", "progressive.jpg"}) {
    const Bytes good = fixture(name);
    int refused = 0;
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      Bytes bad = good;
      bad[bit / 8] ^= static_cast<u8>(1 << bit % 8);
      try {
        const Image image = decode_image(bad, {.max_pixels = 100000});
        EXPECT_EQ(static_cast<i64>(image.pixels.size()), image.height * image.width * 3);
      } catch (const FormatError&) { ++refused; }
    }
    EXPECT_GT(refused, 0) << name;
    if (std::string(name).ends_with(".png")) {
      EXPECT_EQ(refused, static_cast<int>(good.size()) * 8) << name;  // checksums
    }
  }
}

TEST(Image, RefusesOptionsOutOfRange) {
  const Bytes file = fixture("rgb.png");
  EXPECT_THROW(decode_image(file, {.size = -1}), ValueError);
  EXPECT_THROW(decode_image(file, {.size = 70000}), ValueError);
  EXPECT_THROW(decode_image(file, {.channels = 2}), ValueError);
  EXPECT_THROW(decode_image(file, {.max_pixels = 0}), ValueError);
  EXPECT_THROW(decode_image(file, {.max_pixels = i64{1} << 40}), ValueError);
}

}  // namespace
}  // namespace gan::data
