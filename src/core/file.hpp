// Input files: regular files only.
#pragma once

#include <cstddef>
#include <string>

#include "gan/core/shape.hpp"

namespace gan::detail {

/// A regular file open for reading. FIFOs and devices, on which a reader could block or run out of memory, are
/// rejected.
class InputFile {
 public:
  /// Throws IoError("[op] path: reason").
  InputFile(std::string path, const char* op);
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  const std::string& path() const { return path_; }
  /// Size in bytes when the file was opened.
  i64 size() const { return size_; }
  /// Reads the n bytes from `offset` on. Throws IoError, also if the file has become shorter.
  void read(void* to, std::size_t n, u64 offset) const;

 private:
  std::string path_;
  const char* op_;
  int file_;
  i64 size_ = 0;
};

}  // namespace gan::detail
