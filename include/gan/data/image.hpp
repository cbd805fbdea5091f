// Decoding of PNG and JPEG files into pixels.
#pragma once

#include <span>
#include <string>

#include "gan/core/image.hpp"

namespace gan::data {

struct ImageOptions {
  i64 size = 0;      ///< height and width; 0: keep the file's size
  i64 channels = 3;  ///< 3: grey is repeated; 1: colour becomes luma, as in Images::with_channels
  i64 max_pixels = i64{64} * 1048576;  ///< a file that declares more is rejected before its pixels are decoded
};

/// Decodes the bytes of a PNG or JPEG file, whose type is detected from its first bytes. If a size is given, the
/// central square is cropped and resized as by Images::resize. Of 16 bits per channel the nearest 8 are kept;
/// transparent pixels are composited onto black; colour profiles, gamma and Exif orientation are ignored. Throws
/// FormatError, which says what is wrong, for a file that is truncated, damaged, too large, or neither PNG nor JPEG in
/// grey or colour (CMYK is rejected), and ValueError for options out of range.
Image decode_image(std::span<const u8> bytes, const ImageOptions& options = {});
/// Reads and decodes a file. Throws as decode_image, naming the file, and IoError if it cannot be read.
Image read_image(const std::string& path, const ImageOptions& options = {});

}  // namespace gan::data
