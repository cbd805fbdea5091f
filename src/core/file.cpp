#include "src/core/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "gan/core/error.hpp"

namespace gan::detail {
namespace {

[[noreturn]] void fail(const char* op, const std::string& path, const std::string& what) {
  throw IoError("[" + std::string(op) + "] " + path + ": " + what);
}

}  // namespace

InputFile::InputFile(std::string path, const char* op)
    : path_(std::move(path)), op_(op), file_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  if (file_ < 0) fail(op, path_, std::string("cannot be opened: ") + std::strerror(errno));
  struct stat status {};
  if (::fstat(file_, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(file_);
    fail(op, path_, "is not a regular file");
  }
  size_ = status.st_size;
}

InputFile::~InputFile() { ::close(file_); }

void InputFile::read(void* to, std::size_t n, u64 offset) const {
  char* out = static_cast<char*>(to);
  while (n > 0) {
    const ssize_t got = ::pread(file_, out, std::min<std::size_t>(n, 1u << 30), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(op_, path_, std::string("cannot be read: ") + std::strerror(errno));
    if (got == 0) fail(op_, path_, "became shorter while it was read");
    out += got;
    n -= static_cast<std::size_t>(got);
    offset += static_cast<u64>(got);
  }
}

}  // namespace gan::detail
