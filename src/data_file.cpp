#include "data_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "gan/core/error.hpp"

namespace gan::data {
namespace {

struct File {
  int number;
  explicit File(int n) : number(n) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (number >= 0) ::close(number);
  }
};

}  // namespace

std::vector<u8> read_file(const std::string& path, const char* op, i64 limit) {
  const auto fail = [&](const std::string& what) { throw IoError("[" + std::string(op) + "] " + path + ": " + what); };
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a FIFO must not block
  if (file.number < 0) fail(std::string("cannot be opened: ") + std::strerror(errno));
  struct stat status {};
  if (::fstat(file.number, &status) != 0 || !S_ISREG(status.st_mode)) fail("is not a regular file");
  if (status.st_size > limit)
    throw FormatError("[" + std::string(op) + "] " + path + ": has " + std::to_string(status.st_size) +
                      " bytes; at most " + std::to_string(limit) + " are read");
  std::vector<u8> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t n = ::read(file.number, bytes.data() + have, std::min<std::size_t>(bytes.size() - have, 1u << 30));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(std::string("cannot be read: ") + std::strerror(errno));
    if (n == 0) break;  // somebody has cut it since
    have += static_cast<std::size_t>(n);
  }
  bytes.resize(have);
  return bytes;
}

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool is_readable(const std::string& path) { return ::access(path.c_str(), R_OK) == 0; }

}  // namespace gan::data
