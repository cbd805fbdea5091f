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

/// Encodes `pixels`, (height, width, channels) row-major, as the bytes of a PNG file. The same pixels give the same
/// bytes. Throws ValueError for sizes out of range, or if the number of pixels is not height * width * channels.
std::vector<u8> encode_png(std::span<const u8> pixels, const PngOptions& options);

/// Writes encode_png(pixels, options) to `path`, which at every moment holds the old file or the complete new one.
/// Throws IoError with the path and the reason.
void write_png(const std::string& path, std::span<const u8> pixels, const PngOptions& options);
/// The same for an Image.
inline void write_png(const std::string& path, const Image& image) {
  write_png(path, image.pixels, {.width = image.width, .height = image.height, .channels = image.channels});
}

}  // namespace gan::io
