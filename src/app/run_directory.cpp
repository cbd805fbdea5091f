// RunDirectory.
#include "gan/app/run_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "gan/app/environment.hpp"
#include "gan/core/error.hpp"
#include "gan/io/directory.hpp"
#include "src/io/file.hpp"

namespace gan::app {
namespace {

constexpr const char* op = "run directory";

std::span<const u8> bytes_of(std::string_view text) { return {reinterpret_cast<const u8*>(text.data()), text.size()}; }

/// The text that the holder of a lock wrote into it.
std::string holder(int file) {
  char text[24];
  const ssize_t n = ::pread(file, text, sizeof text, 0);
  const std::string_view seen(text, n > 0 ? static_cast<std::size_t>(n) : 0);
  const std::size_t digits = std::min(seen.find_first_not_of("0123456789"), seen.size());
  return digits == 0 ? "" : " (pid " + std::string(seen.substr(0, digits)) + ")";
}

/// The open lock of a folder, held until it is closed. The file is never removed: otherwise another process could lock
/// a deleted file.
int lock(const std::string& folder) {
  const std::string path = folder + "/run.lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
  if (file < 0) io::throw_io(op, path, "cannot be opened");
  try {
    int result;
    do { result = ::flock(file, LOCK_EX | LOCK_NB); } while (result != 0 && errno == EINTR);
    if (result != 0 && errno == EWOULDBLOCK)
      throw UsageError("another process" + holder(file) + " trains in " + folder +
                       "; wait for it, or pass another --out");
    if (result != 0) io::throw_io(op, path, "cannot be locked");
    if (::ftruncate(file, 0) != 0) io::throw_io(op, path, "cannot be written");
    io::write_all(file, bytes_of(std::to_string(::getpid()) + "\n"), op, path);
  } catch (...) {
    ::close(file);
    throw;
  }
  return file;
}

}  // namespace

RunDirectory::RunDirectory(std::string path, RunDirectoryOptions options) : path_(std::move(path)) {
  while (path_.size() > 1 && path_.back() == '/') path_.pop_back();
  if (path_.empty()) throw UsageError("--out is empty; it names the folder of the run");
  io::make_directory(path_);
  lock_ = lock(path_);
  try {
    if (!options.resume && has_checkpoints())
      throw UsageError(path_ + " already holds a run; pass --resume to go on with it, or another --out");
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

RunDirectory::RunDirectory(RunDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

RunDirectory& RunDirectory::operator=(RunDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

RunDirectory::~RunDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

bool RunDirectory::has_checkpoints() const {
  std::error_code error;
  const bool empty = std::filesystem::is_empty(checkpoints(), error);
  if (error == std::errc::no_such_file_or_directory) return false;
  if (error) throw IoError("[run directory] " + checkpoints() + ": cannot be read: " + error.message());
  return !empty;
}

std::string RunDirectory::recorded() const {
  if (::access(config().c_str(), F_OK) != 0 && errno == ENOENT) return {};
  return io::read_file(config(), 1 << 20, op);
}

void RunDirectory::record(std::string_view toml) const {
  const std::string json = to_json(app::environment());
  io::replace_file(config(), {bytes_of(toml)}, io::Durability::power, op);
  io::replace_file(environment(), {bytes_of(json)}, io::Durability::power, op);
}

}  // namespace gan::app
