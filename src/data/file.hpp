// Input files of the data room.
#pragma once

#include <string>
#include <vector>

#include "gan/core/shape.hpp"

namespace gan::data {

/// The contents of a whole regular file. Throws IoError("[op] path: reason"), and FormatError, before allocating any
/// memory, if the file has more than `limit` bytes.
std::vector<u8> read_file(const std::string& path, const char* op, i64 limit = i64{1} << 40);

/// Whether the path leads to a directory, or to anything that is readable.
bool is_directory(const std::string& path);
bool is_readable(const std::string& path);

}  // namespace gan::data
