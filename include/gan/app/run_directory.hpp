// The folder of a run, used by one process at a time.
#pragma once

#include <string>
#include <string_view>

namespace gan::app {

struct RunDirectoryOptions {
  bool resume = false;  ///< the folder may contain a run to resume
};

/// The folder of a run, locked for the lifetime of this object: run.lock, config.toml, environment.json, metrics.csv,
/// timing.csv, samples/, checkpoints/. The lock is held by the kernel, so that a killed process does not leave it
/// behind.
class RunDirectory {
 public:
  /// Creates the folder if it is missing, and changes nothing in it except the lock. Throws UsageError when another
  /// process holds the lock, or when the folder contains checkpoints and `resume` is not set; IoError.
  explicit RunDirectory(std::string path, RunDirectoryOptions options = {});
  RunDirectory(RunDirectory&& other) noexcept;
  RunDirectory& operator=(RunDirectory&& other) noexcept;
  ~RunDirectory();

  const std::string& path() const { return path_; }
  std::string config() const { return path_ + "/config.toml"; }
  std::string environment() const { return path_ + "/environment.json"; }
  std::string metrics() const { return path_ + "/metrics.csv"; }
  std::string timing() const { return path_ + "/timing.csv"; }
  std::string samples() const { return path_ + "/samples"; }
  std::string checkpoints() const { return path_ + "/checkpoints"; }

  /// Whether checkpoints/ contains anything.
  bool has_checkpoints() const;
  /// The text of config.toml; empty if there is none. Throws IoError, also when it is larger than 1 MiB.
  std::string recorded() const;
  /// Writes config.toml, from Options::toml(), and environment.json, each atomically. Throws IoError.
  void record(std::string_view toml) const;

 private:
  std::string path_;
  int lock_ = -1;
};

}  // namespace gan::app
