// PNG files (ISO 15948), eight bits per channel.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gan/core/image.hpp"

namespace gan::io {

struct PngOptions {
  i64 width = 0, height = 0;  ///< pixels, 1 to 65535
  i64 channels = 3;           ///< 1: grey, 3: red, green, blue
};

/// The bytes of a PNG file that holds `pixels`, (height, width, channels) row-major. The same pixels give the same
/// bytes. Throws ValueError for sizes out of range or a number of pixels that is not height * width * channels.
std::vector<u8> encode_png(std::span<const u8> pixels, const PngOptions& options);

/// Writes encode_png(pixels, options) to `path`, which at every moment holds the old file or the whole new one. Throws
/// IoError with the path and the reason.
void write_png(const std::string& path, std::span<const u8> pixels, const PngOptions& options);
/// The same of an image.
inline void write_png(const std::string& path, const Image& image) {
  write_png(path, image.pixels, {.width = image.width, .height = image.height, .channels = image.channels});
}

}  // namespace gan::io
