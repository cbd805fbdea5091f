// Files written so that a reader finds either the old contents or the new, never a mixture.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gan/core/shape.hpp"

namespace gan::io {

/// Writes all bytes, despite signals and short writes. Throws IoError("[op] path: reason").
void write_all(int file, std::span<const u8> bytes, const char* op, const std::string& path);

/// Throws IoError("[op] path: what: text of errno").
[[noreturn]] void throw_io(const char* op, const std::string& path, const char* what);

enum class Durability {
  process,  ///< complete after a crash of the process
  power,    ///< complete even after a loss of power: synchronises the file and its directory
};

/// Writes the parts one after the other to a new file next to `path`, then renames it to `path`; removes it on failure.
/// If `path` is not a regular file, as with /dev/stdout, it is written directly; a symbolic link is followed. Throws
/// IoError.
void replace_file(const std::string& path, const std::vector<std::span<const u8>>& parts, Durability durability,
                  const char* op);

/// Deletes the temporary files that killed processes left in a folder while they were replacing files. Throws nothing:
/// files that cannot be deleted stay.
void remove_unfinished(const std::string& folder);

/// The contents of a regular file of at most `limit` bytes. Throws IoError("[op] path: ...") for anything else: a FIFO
/// or a device can neither block it nor make it read without end.
std::string read_file(const std::string& path, i64 limit, const char* op);

}  // namespace gan::io
