// A folder of checkpoints: which there are, which is the newest that is whole, which to delete. What a checkpoint holds is
// train/checkpoint.hpp's matter.
#pragma once

#include <optional>
#include <utility>

#include "gan/io/safetensors.hpp"

namespace gan::io {

/// round_00000400.safetensors and so on, with links latest.safetensors and best.safetensors to two of them. A checkpoint
/// is written beside its place, synchronised and renamed, and older ones are deleted after that: at every moment, also
/// after a loss of power or on a full disk, the last one that was written is there and whole.
class CheckpointFolder {
 public:
  /// Makes the folder and deletes what a killed process left half-written in it. Throws IoError.
  explicit CheckpointFolder(std::string path);
  /// A folder that may be another process's, to read from: nothing in it is touched.
  static CheckpointFolder of_others(std::string path) { return CheckpointFolder(std::move(path), Reading{}); }

  const std::string& path() const { return path_; }
  std::string file_of(i64 round) const;
  /// The rounds of which there is a file, ascending.
  std::vector<i64> rounds() const;

  /// Writes the checkpoint of a round and points latest.safetensors to it; `best` points best.safetensors to it, too.
  /// Then deletes all but the `keep` newest and the best. Throws as SafeTensorsWriter::write; nothing is deleted then.
  void write(const SafeTensorsWriter& checkpoint, i64 round, i64 keep, bool best = false);
  /// What write() does after writing: for whoever goes on where a process died in between.
  void link_and_prune(i64 round, i64 keep, bool best = false) const;

  /// A whole file and the round it is of.
  struct Found {
    SafeTensors file;
    i64 round = 0;
    std::vector<std::string> damaged;  ///< why newer ones were passed over: messages that name each
  };
  /// The newest checkpoint that reads without error; nothing when there is none at all. Throws FormatError, with all
  /// reasons, when there are some and none is whole.
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
