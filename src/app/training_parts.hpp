// The parts of app/training: a run while it lasts, and what it goes on with.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "gan/app/training.hpp"
#include "gan/io/safetensors.hpp"

namespace gan::app::detail {

/// Trains until the end or until a signal comes, in the folder of the run; returns the exit code. In training_run.cpp.
int play(const Options& options, const TrainingFlags& flags, const SignalGuard& signals, Trainer& trainer,
         const Trained& model);

// What --resume means: in training_resume.cpp.

/// What a checkpoint says of the run that made it.
struct Recorded {
  std::string model;    ///< its name
  std::string config;   ///< the flags, without paths and without those that may differ when a run goes on
  std::string kernels;  ///< what computes: the instruction set, the BLAS, the device
};
Recorded recorded(const Options& options, const Trained& model, Device device);

using Note = std::function<void(const std::string&)>;

/// Whether what --resume names belongs to the run in `out`: auto, the folder itself, its checkpoints or one of them.
bool is_of_run(const std::string& resume, const std::string& out);
/// The checkpoint to go on with, nothing when the run is to begin; `own` is the folder of the run's checkpoints. Throws
/// UsageError where there is none to read.
std::optional<io::SafeTensors> checkpoint_to_resume(const std::string& resume, const std::string& own,
                                                    const Note& note);
/// Throws for what no training program made, and for a checkpoint of a run with other options, by name.
void require_same(const io::SafeTensors& file, const Recorded& here, const Note& note);

}  // namespace gan::app::detail
