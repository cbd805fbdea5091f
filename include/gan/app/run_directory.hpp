// The folder of a run, for one process at a time.
#pragma once

#include <string>
#include <string_view>

namespace gan::app {

struct RunDirectoryOptions {
  bool resume = false;  ///< the folder may hold a run to go on with
};

/// A run's folder, locked while this lives: run.lock, config.toml, environment.json, metrics.csv, timing.csv, samples/,
/// checkpoints/. The lock is the kernel's: one that a killed process left behind is no obstacle.
class RunDirectory {
 public:
  /// Makes the folder where it is missing, and changes nothing in it but the lock. Throws UsageError where another
  /// process holds the lock, or the folder holds checkpoints and this is not to resume; IoError.
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

  /// Whether anything is in checkpoints/.
  bool has_checkpoints() const;
  /// The text of config.toml, empty where there is none. Throws IoError, also above 1 MiB.
  std::string recorded() const;
  /// Writes config.toml, from Options::toml(), and environment.json, each in one step. Throws IoError.
  void record(std::string_view toml) const;

 private:
  std::string path_;
  int lock_ = -1;
};

}  // namespace gan::app
