// The parts of app/training: the run itself, its pictures, and resuming.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "gan/app/training.hpp"
#include "gan/io/safetensors.hpp"
#include "gan/optim/averages.hpp"

namespace gan::app::detail {

/// What a run is made of.
struct RunParts {
  const Options& options;
  const TrainingFlags& flags;
  const SignalGuard& signals;
  models::AnySystem& system;
  Averages& averages;
  const data::Source& data;
  const Measurement& measurement;
};

/// Trains until the end or until a signal, in the folder of the run; returns the exit code. In training_run.cpp.
int play(const RunParts& parts, Trainer& trainer);

/// n samples of the system's ability "sample", on the CPU, as io::sample draws them. In training_pictures.cpp. Throws
/// UsageError when it has no such ability.
Var draw_samples(models::AnySystem& system, i64 n, u64 seed);
/// Writes a picture of everything that the system can do, always from the same inputs: drawn from
/// the seed, or the first examples of the data: <folder>/round_<number>.png of the first ability, <folder>/<ability>_round_<number>.png of others,
/// and the newest of each as latest.png.
void draw_pictures(models::AnySystem& system, const data::Source& data, u64 seed, i64 round, const std::string& folder);

// The meaning of --resume: in training_resume.cpp.

/// The description of the run in a checkpoint.
struct Recorded {
  std::string model;    ///< name of the system
  std::string config;   ///< the flags, without paths and without those that may differ when a run is resumed
  std::string defaults; ///< their defaults, for flags that an older file does not know
  std::string kernels;  ///< the instruction set, the BLAS and the device
};
Recorded recorded(const Options& options, const std::string& model, Device device);

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
