// Files that are read: regular ones only.
#pragma once

#include <cstddef>
#include <string>

#include "gan/core/shape.hpp"

namespace gan::detail {

/// A regular file open for reading. No FIFO or device can make a reader wait or grow.
class InputFile {
 public:
  /// Throws IoError("[op] path: reason").
  InputFile(std::string path, const char* op);
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  const std::string& path() const { return path_; }
  /// Bytes when it was opened.
  i64 size() const { return size_; }
  /// The n bytes from `offset` on. Throws IoError, also where the file has become shorter.
  void read(void* to, std::size_t n, u64 offset) const;

 private:
  std::string path_;
  const char* op_;
  int file_;
  i64 size_ = 0;
};

}  // namespace gan::detail
