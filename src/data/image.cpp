// PNG through libpng's simplified interface and JPEG through TurboJPEG: both report errors through return values, and
// neither can terminate the program.
#include "gan/data/image.hpp"

#include <png.h>
#include <turbojpeg.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "src/data/file.hpp"
#include "gan/data/images.hpp"

namespace gan::data {
namespace {

using Bytes = std::span<const u8>;

[[noreturn]] void fault(const std::string& what) { throw FormatError(what); }

void check_extents(i64 width, i64 height, i64 max_pixels) {
  const std::string size = std::to_string(width) + " x " + std::to_string(height) + " pixels";
  if (width < 1 || height < 1) fault("declares " + size);
  if (width > max_pixels / height)
    fault("declares " + size + ", more than the " + std::to_string(max_pixels) + " of max_pixels");
}

// ---- PNG --------------------------------------------------------------------------------------------------------
constexpr u8 png_signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

i64 big_endian(const u8* b) { return i64{b[0]} << 24 | i64{b[1]} << 16 | i64{b[2]} << 8 | i64{b[3]}; }

/// The file without the chunks that do not affect its samples: gamma, profiles, text, animation. Without them, libpng
/// neither expands their contents nor converts colours. Checks lengths and checksums, and the extents of the image.
std::vector<u8> essence(Bytes file, i64 max_pixels) {
  std::vector<u8> out(std::begin(png_signature), std::end(png_signature));
  bool header = false;
  for (std::size_t at = sizeof png_signature;;) {
    const std::string where = " at offset " + std::to_string(at);
    if (file.size() - at < 12) fault("is cut: no whole chunk" + where);
    const i64 length = big_endian(&file[at]);
    const std::string type(reinterpret_cast<const char*>(&file[at + 4]), 4);
    if (length > static_cast<i64>(file.size() - at) - 12)
      fault("is cut or damaged: the chunk" + where + " declares " + std::to_string(length) + " bytes");
    const Bytes chunk = file.subspan(at, static_cast<std::size_t>(length) + 12);
    at += chunk.size();
    if (static_cast<i64>(crc32(0, &chunk[4], static_cast<uInt>(length + 4))) != big_endian(&chunk[chunk.size() - 4]))
      fault("is damaged: the chunk" + where + " has a wrong checksum");
    const bool ancillary = type[0] & 0x20;
    if (ancillary && type != "tRNS") continue;
    if (!header) {
      if (type != "IHDR" || length != 13) fault("does not begin with a header");
      check_extents(big_endian(&chunk[8]), big_endian(&chunk[12]), max_pixels);
      header = true;
    }
    out.insert(out.end(), chunk.begin(), chunk.end());
    if (type == "IEND") return out;
  }
}

struct PngReader {
  png_image image{};
  ~PngReader() { png_image_free(&image); }
};

/// Returns 1 to 4 channels: grey, grey and alpha, colour, colour and alpha.
Image decode_png(Bytes file, i64 max_pixels) {
  const std::vector<u8> bytes = essence(file, max_pixels);
  PngReader reader;
  png_image& p = reader.image;
  p.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&p, bytes.data(), bytes.size())) fault(std::string("libpng: ") + p.message);
  p.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;                       // 16 bits are not linear light either
  p.format &= PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA;  // eight bits, no palette
  Image image{{}, p.height, p.width, PNG_IMAGE_PIXEL_CHANNELS(p.format)};
  image.pixels.resize(static_cast<std::size_t>(image.height * image.width * image.channels));
  if (!png_image_finish_read(&p, nullptr, image.pixels.data(), 0, nullptr)) fault(std::string("libpng: ") + p.message);
  return image;
}

// ---- JPEG -------------------------------------------------------------------------------------------------------
Image decode_jpeg(Bytes file, i64 max_pixels) {
  const std::unique_ptr<void, int (*)(tjhandle)> reader(tjInitDecompress(), tjDestroy);
  if (!reader) throw Error("[image] TurboJPEG has no memory");
  const auto fail = [&] { fault(std::string("TurboJPEG: ") + tjGetErrorStr2(reader.get())); };
  int width = 0, height = 0, subsampling = 0, space = 0;
  if (tjDecompressHeader3(reader.get(), file.data(), file.size(), &width, &height, &subsampling, &space) != 0) fail();
  if (width == 0) fault("holds no image: it is cut, or has tables only");
  check_extents(width, height, max_pixels);
  if (space == TJCS_CMYK || space == TJCS_YCCK) fault("is a CMYK JPEG; save it as RGB");
  const bool grey = space == TJCS_GRAY;
  Image image{{}, height, width, grey ? 1 : 3};
  image.pixels.resize(static_cast<std::size_t>(image.height * image.width * image.channels));
  // Warnings count as errors: otherwise half of a truncated image would be grey. The number of scans of a progressive
  // file is limited, since a small file can hold thousands.
  if (tjDecompress2(reader.get(), file.data(), file.size(), image.pixels.data(), width, 0, height,
                    grey ? TJPF_GRAY : TJPF_RGB, TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT) != 0)
    fail();
  return image;
}

// ---- both -------------------------------------------------------------------------------------------------------
Image decode_any(Bytes file, i64 max_pixels) {
  if (file.empty()) fault("the file is empty");
  if (file.size() >= 8 && std::equal(std::begin(png_signature), std::end(png_signature), file.begin()))
    return decode_png(file, max_pixels);
  if (file.size() >= 3 && file[0] == 0xFF && file[1] == 0xD8 && file[2] == 0xFF) return decode_jpeg(file, max_pixels);
  if (file[0] == '<') fault("begins like a web page, not like an image: the download went wrong");
  fault("is neither PNG nor JPEG by its first bytes");
}

/// Multiplies colour or grey by alpha and drops the alpha channel.
void lay_over_black(Image& image) {
  const auto colours = static_cast<std::size_t>(image.channels - 1);
  u8* to = image.pixels.data();
  for (const u8* from = to; from != image.pixels.data() + image.pixels.size(); from += colours + 1)
    for (std::size_t c = 0; c < colours; ++c) *to++ = static_cast<u8>((from[c] * from[colours] + 127) / 255);
  image.pixels.resize(image.pixels.size() / (colours + 1) * colours);
  --image.channels;
}

/// Crops the central square in place.
void cut_square(Image& image) {
  const i64 side = std::min(image.height, image.width), c = image.channels;
  const u8* from = image.pixels.data() + ((image.height - side) / 2 * image.width + (image.width - side) / 2) * c;
  for (i64 y = 0; y < side; ++y)
    std::memmove(image.pixels.data() + y * side * c, from + y * image.width * c, static_cast<std::size_t>(side * c));
  image.pixels.resize(static_cast<std::size_t>(side * side * c));
  image.height = image.width = side;
}

Image decode(Bytes file, const ImageOptions& o) {
  Image image = decode_any(file, o.max_pixels);
  if (image.channels % 2 == 0) lay_over_black(image);
  if (o.size > 0) cut_square(image);
  if ((o.size == 0 || o.size == image.height) && o.channels == image.channels) return image;
  Images one(std::move(image.pixels), {1, image.height, image.width, image.channels});
  if (o.channels < one.channels()) one = one.with_channels(1);
  if (o.size > 0) one = one.resize(o.size);
  one = one.with_channels(o.channels);  // after resizing, since it costs less then
  return {{one.pixels().begin(), one.pixels().end()}, one.height(), one.width(), one.channels()};
}

void check(const ImageOptions& o) {
  if (o.size < 0 || o.size > 65536)
    throw ValueError("[image] size " + std::to_string(o.size) + "; 0 to 65536 is possible");
  if (o.channels != 1 && o.channels != 3)
    throw ValueError("[image] " + std::to_string(o.channels) + " channels; 1 or 3 is possible");
  if (o.max_pixels < 1 || o.max_pixels > (i64{1} << 29))  // libpng counts bytes in 32 bits
    throw ValueError("[image] max_pixels " + std::to_string(o.max_pixels) + "; 1 to 2^29 is possible");
}

}  // namespace

Image decode_image(Bytes bytes, const ImageOptions& options) {
  check(options);
  try {
    return decode(bytes, options);
  } catch (const FormatError& e) { throw FormatError(std::string("[image] ") + e.what()); }
}

Image read_image(const std::string& path, const ImageOptions& options) {
  check(options);
  // No genuine file is larger than its samples at 16 bits, plus room for profiles and text.
  const std::vector<u8> bytes = read_file(path, "image", 8 * options.max_pixels + (i64{16} << 20));
  try {
    return decode(bytes, options);
  } catch (const FormatError& e) { throw FormatError("[image] " + path + ": " + e.what()); }
}

}  // namespace gan::data
