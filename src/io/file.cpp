// Files that are replaced in one step.
#include "src/io/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "src/core/file.hpp"
#include "gan/core/error.hpp"

namespace gan::io {
namespace {

/// Closes the file on destruction, unless it was closed before.
struct File {
  int number;
  explicit File(int n) : number(n) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (number >= 0) ::close(number);
  }
  /// False if an error surfaces only now, as on network file systems.
  bool close() { return ::close(std::exchange(number, -1)) == 0 || errno == EINTR; }
};

void synchronise_directory(const std::string& path, const char* op) {
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const File file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems cannot synchronise a directory (EINVAL); there is no remedy for that.
  if (file.number < 0 || (::fsync(file.number) != 0 && errno != EINVAL))
    throw_io(op, directory, "cannot be synchronised");
}

/// Creates a new file next to `target`, with a name that no other process uses.
File create_beside(const std::string& target, std::string& name, const char* op) {
  static std::atomic<unsigned> count{0};
  for (;;) {
    name = target + ".tmp." + std::to_string(::getpid()) + "." + std::to_string(count++);
    const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0) return File(file);
    if (errno != EEXIST) throw_io(op, target, "cannot be written");
  }
}

}  // namespace

void throw_io(const char* op, const std::string& path, const char* what) {
  const int reason = errno;
  throw IoError("[" + std::string(op) + "] " + path + ": " + what + ": " + std::strerror(reason));
}

void write_all(int file, std::span<const u8> bytes, const char* op, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file, bytes.data(), std::min<std::size_t>(bytes.size(), 1u << 30));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_io(op, path, "cannot be written");
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

void replace_file(const std::string& path, const std::vector<std::span<const u8>>& parts, Durability durability,
                  const char* op) {
  std::string target = path;
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) {
      File file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
      if (file.number < 0) throw_io(op, path, "cannot be written");
      for (const auto& part : parts) write_all(file.number, part, op, path);
      if (!file.close()) throw_io(op, path, "cannot be written");
      return;
    }
    if (char* real = ::realpath(path.c_str(), nullptr)) {
      target = real;
      std::free(real);
    }
  }
  std::string name;
  File file = create_beside(target, name, op);
  try {
    for (const auto& part : parts) write_all(file.number, part, op, path);
    if (durability == Durability::power && ::fsync(file.number) != 0) throw_io(op, path, "cannot be synchronised");
    if (!file.close()) throw_io(op, path, "cannot be written");
    if (::rename(name.c_str(), target.c_str()) != 0) throw_io(op, path, "cannot be replaced");
  } catch (...) {
    ::unlink(name.c_str());
    throw;
  }
  if (durability == Durability::power) synchronise_directory(target, op);
}

void remove_unfinished(const std::string& folder) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const std::size_t mark = name.rfind(".tmp."), ending = mark == std::string::npos ? mark : mark + 5;
    if (ending != std::string::npos && ending < name.size() &&
        name.find_first_not_of("0123456789.", ending) == std::string::npos)
      ::unlink((folder + "/" + name).c_str());
  }
}

std::string read_file(const std::string& path, i64 limit, const char* op) {
  const gan::detail::InputFile file(path, op);
  if (file.size() > limit)
    throw IoError("[" + std::string(op) + "] " + path + ": is larger than " + std::to_string(limit) + " bytes");
  std::string text(static_cast<std::size_t>(file.size()), '\0');
  file.read(text.data(), text.size(), 0);
  return text;
}

}  // namespace gan::io
