// PNG and JPEG files to pixels.
#pragma once

#include <span>
#include <string>

#include "gan/core/image.hpp"

namespace gan::data {

struct ImageOptions {
  i64 size = 0;      ///< height and width; 0: as the file has it
  i64 channels = 3;  ///< 3: grey is repeated; 1: of colour the luma is taken, as Dataset::with_channels
  i64 max_pixels = i64{64} * 1048576;  ///< a file that declares more is refused before its pixels are decoded
};

/// The image in the bytes of a PNG or JPEG file, told by its first bytes. Where a size is given, the central square is
/// cut out and resized as Dataset::resize does. Of 16 bits per channel the nearest 8 are kept; what is transparent is
/// laid over black; colour profiles, gamma and Exif's orientation are ignored. Throws FormatError saying what is wrong
/// with a file that is cut, damaged, too large, or neither PNG nor JPEG in grey or colour (CMYK is refused), ValueError
/// for options out of range.
Image decode_image(std::span<const u8> bytes, const ImageOptions& options = {});
/// The image in a file. Throws as decode_image, naming the file, and IoError where it cannot be read.
Image read_image(const std::string& path, const ImageOptions& options = {});

}  // namespace gan::data
