// Files written so that a reader finds the old contents or the new, never a part.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gan/core/shape.hpp"

namespace gan::io {

/// Writes all bytes, in spite of signals and short writes. Throws IoError("[op] path: reason").
void write_all(int file, std::span<const u8> bytes, const char* op, const std::string& path);

/// Throws IoError("[op] path: what: reason of errno").
[[noreturn]] void throw_io(const char* op, const std::string& path, const char* what);

enum class Durability {
  process,  ///< whole after a crash of the process
  power,    ///< whole after a loss of power, too: synchronises the file and its directory
};

/// Puts the parts one after the other into a new file beside `path`, then renames it to `path`; removes it on failure.
/// A path that is no regular file, such as /dev/stdout, is written to directly; a symbolic link is followed. Throws
/// IoError.
void replace_file(const std::string& path, const std::vector<std::span<const u8>>& parts, Durability durability,
                  const char* op);

/// Deletes what killed processes left beside files that they were replacing in a folder. Throws nothing: what cannot be
/// deleted stays.
void remove_unfinished(const std::string& folder);

/// The contents of a regular file of at most `limit` bytes. Throws IoError("[op] path: ...") for anything else: no FIFO
/// or device can make it wait or grow.
std::string read_file(const std::string& path, i64 limit, const char* op);

}  // namespace gan::io
