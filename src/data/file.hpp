// Input files of the data room.
#pragma once

#include <string>
#include <vector>

#include "gan/core/shape.hpp"

namespace gan::data {

/// A regular file's whole contents. Throws IoError("[op] path: reason"); FormatError when it has more than `limit`
/// bytes, before any memory is taken.
std::vector<u8> read_file(const std::string& path, const char* op, i64 limit = i64{1} << 40);

/// Whether the path leads to a directory, or to anything that may be read.
bool is_directory(const std::string& path);
bool is_readable(const std::string& path);

}  // namespace gan::data
