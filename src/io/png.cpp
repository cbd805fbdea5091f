// The PNG writer: one IDAT chunk of unfiltered rows, compressed by zlib.
#include "gan/io/png.hpp"

#include <zlib.h>

#include "gan/core/error.hpp"
#include "src/io/file.hpp"

namespace gan::io {
namespace {

void put32(std::vector<u8>& out, u64 v) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<u8>(v >> shift));
}

/// Length, type, data, checksum of type and data.
void put_chunk(std::vector<u8>& out, const char* type, std::span<const u8> data) {
  put32(out, data.size());
  const std::size_t begin = out.size();
  out.insert(out.end(), type, type + 4);
  out.insert(out.end(), data.begin(), data.end());
  put32(out, crc32(0, out.data() + begin, static_cast<uInt>(out.size() - begin)));
}

}  // namespace

std::vector<u8> encode_png(std::span<const u8> pixels, const PngOptions& o) {
  if (o.width < 1 || o.height < 1 || o.width > 65535 || o.height > 65535 || (o.channels != 1 && o.channels != 3))
    throw ValueError("[png] " + std::to_string(o.width) + " x " + std::to_string(o.height) + " pixels of " +
                     std::to_string(o.channels) +
                     " channels; 1 to 65535 pixels a side of 1 or 3 channels are possible");
  const i64 row = o.width * o.channels;
  if (static_cast<i64>(pixels.size()) != o.height * row)
    throw ValueError("[png] " + std::to_string(pixels.size()) + " bytes for " + std::to_string(o.width) + " x " +
                     std::to_string(o.height) + " pixels of " + std::to_string(o.channels) + " channels");
  std::vector<u8> raw;  // each row, preceded by its filter number
  raw.reserve(static_cast<std::size_t>(o.height * (row + 1)));
  for (i64 y = 0; y < o.height; ++y) {
    raw.push_back(0);
    raw.insert(raw.end(), pixels.begin() + y * row, pixels.begin() + (y + 1) * row);
  }
  uLongf size = compressBound(static_cast<uLong>(raw.size()));
  std::vector<u8> packed(size);
  if (compress2(packed.data(), &size, raw.data(), static_cast<uLong>(raw.size()), 6) != Z_OK)
    throw Error("[png] zlib has no memory");
  packed.resize(size);
  if (size > 0x7FFFFFFFu) throw ValueError("[png] the image is too large for one chunk");

  std::vector<u8> out{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  std::vector<u8> header;
  put32(header, static_cast<u64>(o.width));
  put32(header, static_cast<u64>(o.height));
  const u8 colour_type = o.channels == 3 ? 2 : 0;
  header.insert(header.end(), {8, colour_type, 0, 0, 0});  // bits, colour, deflate, adaptive filters, not interlaced
  put_chunk(out, "IHDR", header);
  put_chunk(out, "IDAT", packed);
  put_chunk(out, "IEND", {});
  return out;
}

void write_png(const std::string& path, std::span<const u8> pixels, const PngOptions& options) {
  const std::vector<u8> bytes = encode_png(pixels, options);
  replace_file(path, {bytes}, Durability::process, "png");
}

}  // namespace gan::io
