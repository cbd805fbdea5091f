// Checkpoints: everything that going on needs, in one safetensors file. A run that is stopped after any round and resumed
// gives the same bits as one that never stopped.
#pragma once

#include <limits>

#include "gan/io/checkpoint.hpp"
#include "gan/train/trainer.hpp"

namespace gan {

/// Adds the state of a training to what a writer will write: the parameters and buffers of all that the game includes,
/// under PyTorch's names and in its layouts ("G.0.weight"); its counts; every optimizer's state ("optimizer.G.m.…");
/// the round; cursors of further loaders; and what is known of the run: the seed, the players with their turns and
/// their optimizers' settings, what data are used and how. A loss is code and cannot be known. It holds no clock and no
/// path. Throws ValueError when a player has a parameter that nothing in the game includes; NotFiniteError when a
/// number is NaN or infinite.
template <class T>
void add_state(io::SafeTensorsWriter& writer, BasicTrainer<T>& trainer);

/// Puts back what add_state added. Throws FormatError naming what is missing, unknown or of another shape, and
/// ValueError naming what differs of all that is known of the run, and both values. Schedules are compared by what they
/// say they are, a function of the program's own by its values at a few counts of updates. Losses are not compared, nor
/// data that Trainer::also_uses was not told of. Nothing changes when it throws.
template <class T>
void load_state(const io::SafeTensors& file, BasicTrainer<T>& trainer);

struct CheckpointOptions {
  i64 keep = 3;            ///< how many of the newest stay, besides the best
  /// Goes with every checkpoint: what the file says it holds, such as the model and its options, which a game does not
  /// know. A run that goes on must have the same, but for keys that begin with "libgan.".
  io::Metadata metadata{};
};

/// Writes checkpoints of a trainer into a folder, and reads them back.
template <class T>
class BasicCheckpoints {
 public:
  /// Makes the folder. Throws IoError.
  explicit BasicCheckpoints(std::string folder, CheckpointOptions options = {})
      : folder_(std::move(folder)), options_(std::move(options)) {}

  /// Writes the checkpoint of the trainer's round. Throws as add_state, and IoError; older checkpoints stay then.
  void save(BasicTrainer<T>& trainer) { write(trainer, false); }
  /// The same, if `metric` is below all metrics offered before, as best.safetensors. Returns whether it was.
  bool save_if_best(BasicTrainer<T>& trainer, double metric);
  /// A hook that saves: trainer.every(1000, checkpoints.hook()). This object must outlive the run.
  typename BasicTrainer<T>::Hook hook() {
    return [this](BasicTrainer<T>& t) { save(t); };
  }

  /// Puts back the newest whole checkpoint; false when the folder has none. `damaged` is told why newer ones were passed
  /// over. Throws as load_state and CheckpointFolder::newest.
  bool resume(BasicTrainer<T>& trainer, std::vector<std::string>* damaged = nullptr);
  /// Puts back one file. Throws as load_state, and ValueError naming the metadata that differ: in a value of lines
  /// "name = value", as write_fields writes, the line.
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
