// SHA-256 (FIPS 180-4), to identify the file that a metric was computed with.
#pragma once

#include <span>
#include <string>

#include "gan/core/shape.hpp"

namespace gan::io {

/// The digest of some bytes, as 64 lower-case hexadecimal digits.
std::string sha256(std::span<const u8> bytes);
/// The digest of a regular file of at most 16 GiB, as printed by `sha256sum`. Throws IoError.
std::string sha256_of_file(const std::string& path);

}  // namespace gan::io
