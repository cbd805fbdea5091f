// A folder of checkpoints: which ones exist, which is the newest intact one, which to delete. The contents of a
// checkpoint are defined in train/checkpoint.hpp.
#pragma once

#include <optional>
#include <utility>

#include "gan/io/safetensors.hpp"

namespace gan::io {

/// Holds round_00000400.safetensors and so on, with links latest.safetensors and best.safetensors to two of them. A
/// checkpoint is written to a temporary file next to its final path, synchronised and renamed; only then are older ones
/// deleted. So at every moment, even after a loss of power or on a full disk, the last checkpoint written is there and
/// intact.
class CheckpointFolder {
 public:
  /// Creates the folder and deletes half-written files that a killed process left in it. Throws IoError.
  explicit CheckpointFolder(std::string path);
  /// Opens a folder for reading only; another process may be writing to it. Nothing in it is changed.
  static CheckpointFolder of_others(std::string path) { return CheckpointFolder(std::move(path), Reading{}); }

  const std::string& path() const { return path_; }
  std::string file_of(i64 round) const;
  /// The rounds that have a file, ascending.
  std::vector<i64> rounds() const;

  /// Writes the checkpoint of a round and points latest.safetensors to it; if `best` is set, best.safetensors as well.
  /// Then deletes all checkpoints but the best and the `keep` newest. Throws as SafeTensorsWriter::write; nothing is
  /// deleted then.
  void write(const SafeTensorsWriter& checkpoint, i64 round, i64 keep, bool best = false);
  /// The steps of write() after the file is written. Completes a write() that was interrupted there when its process
  /// died.
  void link_and_prune(i64 round, i64 keep, bool best = false) const;

  /// An intact file and its round.
  struct Found {
    SafeTensors file;
    i64 round = 0;
    std::vector<std::string> damaged;  ///< why newer ones were skipped: one message per file, which names it
  };
  /// The newest checkpoint that reads without error, or nothing if the folder has none. Throws FormatError, with all
  /// reasons, if there are checkpoints but none is intact.
  std::optional<Found> newest() const;

 private:
  struct Reading {};
  CheckpointFolder(std::string path, Reading) : path_(std::move(path)) {}
  void link(const std::string& name, i64 round) const;
  /// The round that best.safetensors points to, or -1.
  i64 best() const;

  std::string path_;
};

}  // namespace gan::io
