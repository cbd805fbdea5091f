// What the training programs share: flags, the run folder, stopping and resuming, and the output during training.
#pragma once

#include "gan/app/options.hpp"
#include "gan/app/signals.hpp"
#include "gan/core/fields.hpp"
#include "gan/data/loader.hpp"
#include "gan/io/samples.hpp"
#include "gan/io/weights.hpp"
#include "gan/optim/ema.hpp"
#include "gan/train/trainer.hpp"

namespace gan::app {

/// The width in pixels of the black border that brings a dataset to this size without blurring strokes: 2 around the
/// 28 x 28 images of MNIST and Fashion-MNIST for a network of 32 x 32, else 0.
i64 border_of(const std::string& data, i64 size);
/// A split of a dataset in the form that the networks of the training programs take, (N, size, size, channels). Throws
/// DataError when the dataset is not available in that form.
data::Dataset load_images(const std::string& data, data::Split split, i64 size, i64 channels);

/// The flags that all training programs have; the values at the time of add_to are the defaults.
struct TrainingFlags {
  std::string data = "fashion-mnist", out = {}, device = "auto", math = "tf32", resume = {};
  u64 seed = 1;
  int threads = 0;
  i64 epochs = 4, rounds = 0, batch_size = 64;
  i64 save_every = 0, sample_every = 0, log_every = 50, keep = 3;
  double ema = 0.999;
  bool flip = false, deterministic = false, no_graph = false, dry_run = false;

  void add_to(Options& options);
  /// Loads the images, (N, size, size, channels) in [low, high]. Throws DataError when they are not available in that
  /// form.
  data::Dataset load(i64 size, i64 channels, float low = -1, float high = 1) const;
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

namespace detail {
/// What train() knows about a model.
struct Trained {
  std::string name, options;                               ///< as recorded in files
  std::function<void()> average;                           ///< called after every round
  std::function<void(Trainer&, const std::string&)> draw;  ///< writes samples to a folder
  std::function<void(const std::string&)> save;            ///< saves the sampled generator
  std::function<double()> measure = {};                    ///< may be empty
  Measurement measurement = {};
};
int train(const Options& options, const TrainingFlags& flags, const SignalGuard& signals, Game& game,
          const data::Dataset& images, const Trained& model);

/// Includes a module in a game for the lifetime of this object; the game must outlive it.
class PartOfGame {
 public:
  template <class M>
  PartOfGame(Game& game, std::string name, M& module) : game_(game), name_(std::move(name)) {
    game_.include(name_, module);
  }
  PartOfGame(const PartOfGame&) = delete;
  PartOfGame& operator=(const PartOfGame&) = delete;
  ~PartOfGame() { game_.exclude(name_); }

 private:
  Game& game_;
  std::string name_;
};
}  // namespace detail

/// Trains `net` by playing its game. Writes to the folder --out: metrics.csv (every --log-every rounds and the last; no
/// times), timing.csv, sample grids of the moving average of the generator from fixed latent vectors, the measurement,
/// checkpoints/, config.toml, environment.json, and at the end the averaged generator as generator.safetensors, which
/// load_generator reads. --resume continues from a checkpoint; the result is the same, bit for bit, as without the
/// interruption. Returns the exit code: 0, or 130 or 143 when SIGINT or SIGTERM ended the run after a whole round, with
/// a checkpoint; before the end of the first round they end the program at once, with the same codes. Throws UsageError
/// naming what differs from the run to resume, NotFiniteError naming the first bad tensor and the last good checkpoint.
/// During the run the average is a part of the game named "ema".
template <class Net>
int train(const Options& options, const TrainingFlags& flags, const SignalGuard& signals, Net& net, Game& game,
          const data::Dataset& images, const Measurement& measurement = {}) {
  Ema average(net.G, flags.ema);
  const detail::PartOfGame part(game, "ema", average);
  const Sampling sampling = net.sampling();
  const io::SampleGridOptions grid{.sampling = sampling, .seed = flags.seed};
  const std::string fields = write_fields(net.options);
  return detail::train(
      options, flags, signals, game, images,
      {.name = Net::name,
       .options = fields,
       .average = [&average] { average.update(); },
       .draw = [&average, grid](Trainer& t,
                                const std::string& folder) { io::sample_grid(average.network(), folder, grid)(t); },
       .save =
           [&average, &fields](const std::string& path) {
             io::save_weights(average.network(), path, {{"model", Net::name}, {"options", fields}});
           },
       .measure =
           [&] {
             return measurement.metric(
                 io::sample(average.network(), measurement.samples, sampling, flags.seed + 1000).to(Device::cpu()));
           },
       .measurement = measurement});
}

}  // namespace gan::app
