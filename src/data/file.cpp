#include "src/data/file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "src/core/file.hpp"
#include "gan/core/error.hpp"

namespace gan::data {

std::vector<u8> read_file(const std::string& path, const char* op, i64 limit) {
  const gan::detail::InputFile file(path, op);
  if (file.size() > limit)
    throw FormatError("[" + std::string(op) + "] " + path + ": has " + std::to_string(file.size()) +
                      " bytes; at most " + std::to_string(limit) + " are read");
  std::vector<u8> bytes(static_cast<std::size_t>(file.size()));
  file.read(bytes.data(), bytes.size(), 0);
  return bytes;
}

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool is_readable(const std::string& path) { return ::access(path.c_str(), R_OK) == 0; }

}  // namespace gan::data
