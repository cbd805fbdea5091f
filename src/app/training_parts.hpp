// The parts of app/training: the run itself, and resuming.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "gan/app/training.hpp"
#include "gan/io/safetensors.hpp"

namespace gan::app::detail {

/// Trains until the end or until a signal, in the folder of the run; returns the exit code. In training_run.cpp.
int play(const Options& options, const TrainingFlags& flags, const SignalGuard& signals, Trainer& trainer,
         const Trained& model);

// The meaning of --resume: in training_resume.cpp.

/// The description of the run in a checkpoint.
struct Recorded {
  std::string model;    ///< name of the model
  std::string config;   ///< the flags, without paths and without those that may differ when a run is resumed
  std::string kernels;  ///< the instruction set, the BLAS and the device
};
Recorded recorded(const Options& options, const Trained& model, Device device);

using Note = std::function<void(const std::string&)>;

/// Whether the value of --resume belongs to the run in `out`: auto, the folder itself, its checkpoints or one of them.
bool is_of_run(const std::string& resume, const std::string& out);
/// The checkpoint to resume from, or nothing if the run starts afresh; `own` is the folder of the run's checkpoints.
/// Throws UsageError if there is no checkpoint to read.
std::optional<io::SafeTensors> checkpoint_to_resume(const std::string& resume, const std::string& own,
                                                    const Note& note);
/// Throws for a file that no training program wrote, and for a checkpoint of a run with other options, naming them.
void require_same(const io::SafeTensors& file, const Recorded& here, const Note& note);

}  // namespace gan::app::detail
