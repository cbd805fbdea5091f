// Checkpoints: everything that resuming a run needs, in one safetensors file. A run that is stopped after any round and
// resumed gives the same bits as one that never stopped.
#pragma once

#include <limits>

#include "gan/io/checkpoint.hpp"
#include "gan/train/trainer.hpp"

namespace gan {

/// Adds the state of a training run to a writer: the parameters and buffers of everything that the game includes, under
/// PyTorch's names and in its layouts ("G.0.weight"); the game's counts; the state of every optimizer
/// ("optimizer.G.m.…"); the round; the cursors of further loaders; and a description of the run: the seed, the players
/// with their turns and optimizer settings, the data and how they are used. Losses are code and are not described. The
/// state contains no times and no paths. Throws ValueError when a player has a parameter that nothing in the game
/// includes, NotFiniteError when a value is NaN or infinite.
template <class T>
void add_state(io::SafeTensorsWriter& writer, BasicTrainer<T>& trainer);

/// Restores what add_state added. Throws FormatError naming what is missing, unknown or of another shape, and
/// ValueError naming whatever differs in the description of the run, with both values. Schedules are compared by their
/// descriptions, a user's own function by its values at a few update counts. Losses are not compared, nor are data that
/// were not declared to Trainer::also_uses. Nothing changes when it throws.
template <class T>
void load_state(const io::SafeTensors& file, BasicTrainer<T>& trainer);

struct CheckpointOptions {
  i64 keep = 3;            ///< how many of the newest checkpoints to keep, besides the best
  /// Stored in every checkpoint: what a game does not know, such as the model and its options. A resumed run must have
  /// the same metadata, except for keys that begin with "libgan.".
  io::Metadata metadata{};
};

/// Writes a trainer's checkpoints to a folder and reads them back.
template <class T>
class BasicCheckpoints {
 public:
  /// Creates the folder. Throws IoError.
  explicit BasicCheckpoints(std::string folder, CheckpointOptions options = {})
      : folder_(std::move(folder)), options_(std::move(options)) {}

  /// Writes the checkpoint of the trainer's current round. Throws what add_state throws, and IoError; older
  /// checkpoints remain in that case.
  void save(BasicTrainer<T>& trainer) { write(trainer, false); }
  /// Does the same as best.safetensors if `metric` is below all metrics passed before. Returns whether it was.
  bool save_if_best(BasicTrainer<T>& trainer, double metric);
  /// A hook that saves: trainer.every(1000, checkpoints.hook()). This object must outlive the run.
  typename BasicTrainer<T>::Hook hook() & {
    return [this](BasicTrainer<T>& t) { save(t); };
  }
  typename BasicTrainer<T>::Hook hook() && = delete;

  /// Restores the newest intact checkpoint; returns false when the folder has none. Fills `damaged` with the reasons
  /// why newer ones were skipped. Throws what load_state and CheckpointFolder::newest throw.
  bool resume(BasicTrainer<T>& trainer, std::vector<std::string>* damaged = nullptr);
  /// Restores one file. Throws what load_state throws, and ValueError naming the metadata that differ; in a value of
  /// lines "name = value", as written by write_fields, it names the line.
  void load(const io::SafeTensors& file, BasicTrainer<T>& trainer);

  const io::CheckpointFolder& folder() const { return folder_; }

 private:
  void write(BasicTrainer<T>& trainer, bool best);

  io::CheckpointFolder folder_;
  CheckpointOptions options_;
  double best_ = std::numeric_limits<double>::infinity();
};
using Checkpoints = BasicCheckpoints<float>;

#define GAN_EXTERN_CHECKPOINT(T)                                               \
  extern template void add_state(io::SafeTensorsWriter&, BasicTrainer<T>&);    \
  extern template void load_state(const io::SafeTensors&, BasicTrainer<T>&);   \
  extern template class BasicCheckpoints<T>;
GAN_EXTERN_CHECKPOINT(float)
GAN_EXTERN_CHECKPOINT(double)
#undef GAN_EXTERN_CHECKPOINT

}  // namespace gan
