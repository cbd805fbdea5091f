// What the training programs share: flags, the run folder, stopping and resuming, and the output during training.
#pragma once

#include "gan/app/options.hpp"
#include "gan/app/signals.hpp"
#include "gan/data/images.hpp"
#include "gan/models/system.hpp"
#include "gan/train/trainer.hpp"

namespace gan::app {

/// The flags that all training programs have; the values at the time of add_to are the defaults.
struct TrainingFlags {
  std::string data = "fashion-mnist", data_y = {}, captions = {}, out = {}, device = "auto", math = "tf32", resume = {};
  u64 seed = 1;
  int threads = 0;
  i64 epochs = 4, rounds = 0, batch_size = 64, train_images = 0;
  i64 save_every = 0, sample_every = 0, log_every = 50, keep = 3;
  double ema = 0.999;
  bool flip = false, deterministic = false, no_graph = false, dry_run = false;

  /// Takes the defaults of a system.
  void take(const models::Recipe& recipe);
  void add_to(Options& options);
  /// Opens the data that a system needs, without those after the first `train_images`. Throws as data::open.
  data::Source open(const data::Needs& needs) const;
  /// Sets the number of threads and the math mode. Throws UsageError for settings that this machine does not support,
  /// DeviceError for a missing device.
  void apply() const;
  /// The device to train on; auto means the first CUDA device if there is one, else the CPU. Throws DeviceError.
  Device where() const;
};

/// A metric of the averaged generator, computed every `every` rounds and written to measures.csv; the checkpoint with
/// the lowest value is kept as checkpoints/best.safetensors.
struct Measurement {
  std::string name = {};  ///< name of the column
  i64 every = 0;          ///< rounds; 0: never
  i64 samples = 5000;     ///< number of images passed to the metric, as generated
  std::function<double(const Var& samples)> metric = {};
};

/// The flags of a measurement during training.
struct MeasureFlags {
  std::string measure = "classifier-fid", classifier = {};
  i64 every = 0;

  void add_to(Options& options);
  /// The measurement of the system's samples against its data: the classifier-FID against the first 5,000 images, or
  /// the negative Parzen log-likelihood of the 1,000 images after the first `train_images`; or, of a system that can
  /// classify, the number of errors on all test images. Throws UsageError where flags are missing, and for a system
  /// that cannot do what is measured. The system must outlive the result.
  Measurement measurement(const TrainingFlags& flags, models::AnySystem& system, const data::Source& data) const;
  template <class System>
  Measurement measurement(const TrainingFlags& flags, System& system, const data::Source& data) const {
    const auto any = std::make_shared<models::detail::SystemOf<System>>(system);
    Measurement made = measurement(flags, static_cast<models::AnySystem&>(*any), data);
    if (made.metric)  // it may use the system
      made.metric = [any, metric = std::move(made.metric)](const Var& samples) { return metric(samples); };
    return made;
  }
};

/// Trains a system by playing its game. Writes to the folder --out: metrics.csv (every --log-every rounds and the last;
/// no times), timing.csv, pictures of what the moving average of its generators can do, always from the same inputs,
/// the measurement, checkpoints/, config.toml, environment.json, and at the end the averaged generators as
/// generator.safetensors, which load reads. --resume continues from a checkpoint; the result is the same, bit for bit,
/// as without the interruption. Returns the exit code: 0, or 130 or 143 when SIGINT or SIGTERM ended the run after a
/// whole round, with a checkpoint; before the end of the first round they end the program at once, with the same codes.
/// Throws UsageError naming what differs from the run to resume, NotFiniteError naming the first bad tensor and the
/// last good checkpoint. During the run the average is a part of the game named "ema".
int train(const Options& options, const TrainingFlags& flags, const SignalGuard& signals, models::AnySystem& system,
          Game& game, const data::Source& data, const Measurement& measurement = {});
template <class System>
int train(const Options& options, const TrainingFlags& flags, const SignalGuard& signals, System& system, Game& game,
          const data::Source& data, const Measurement& measurement = {}) {
  models::detail::SystemOf<System> any(system);
  return train(options, flags, signals, static_cast<models::AnySystem&>(any), game, data, measurement);
}

/// The body of a program that trains one kind of system: its flags, networks, summary, game and training.
int train_program(int argc, char** argv, const models::SystemEntry& system, TrainingFlags flags);

}  // namespace gan::app
