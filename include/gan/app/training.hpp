// What the training programs share: their flags, their folder, stopping and going on, what they show while they train.
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

/// Pixels at each side of a set's images of this size that are a black border, instead of blurred strokes: 2 around the
/// 28 x 28 of MNIST and Fashion-MNIST where a net takes 32 x 32, else 0.
i64 border_of(const std::string& data, i64 size);
/// A split of a set as the nets of the training programs take it, (N, size, size, channels). Throws DataError where it
/// cannot be had so.
data::Dataset load_images(const std::string& data, data::Split split, i64 size, i64 channels);

/// The flags of every training program; the values set before add_to are the defaults.
struct TrainingFlags {
  std::string data = "fashion-mnist", out = {}, device = "auto", math = "tf32", resume = {};
  u64 seed = 1;
  int threads = 0;
  i64 epochs = 4, rounds = 0, batch_size = 64;
  i64 save_every = 0, sample_every = 0, log_every = 50, keep = 3;
  double ema = 0.999;
  bool flip = false, deterministic = false, no_graph = false, dry_run = false;

  void add_to(Options& options);
  /// Loads the images, (N, size, size, channels) in [low, high]. Throws DataError where they cannot be had so.
  data::Dataset load(i64 size, i64 channels, float low = -1, float high = 1) const;
  /// Sets the threads and the math mode. Throws UsageError for what this machine cannot do, DeviceError for a device
  /// that is absent.
  void apply() const;
  /// The device to train on; auto is CUDA's first, where there is one, else the CPU. Throws DeviceError.
  Device where() const;
};

/// A metric of the averaged generator, taken every `every` rounds: measures.csv holds it, and the checkpoint with the
/// lowest stays as checkpoints/best.safetensors.
struct Measurement {
  std::string name = {};  ///< the column
  i64 every = 0;          ///< rounds; 0: never
  i64 samples = 5000;     ///< images that it sees, as the generator makes them
  std::function<double(const Var& samples)> metric = {};
};

namespace detail {
/// What train() knows of a model.
struct Trained {
  std::string name, options;                               ///< as files record them
  std::function<void()> average;                           ///< after every round
  std::function<void(Trainer&, const std::string&)> draw;  ///< samples into a folder
  std::function<void(const std::string&)> save;            ///< the sampled generator
  std::function<double()> measure = {};                    ///< or nothing
  Measurement measurement = {};
};
int train(const Options& options, const TrainingFlags& flags, const SignalGuard& signals, Game& game,
          const data::Dataset& images, const Trained& model);

/// Includes a module in a game that outlives it.
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

/// Trains `net` at its game in the folder --out: metrics.csv (every --log-every rounds and the last; no clock),
/// timing.csv, sample grids of the moving average of the generator from a fixed latent, checkpoints/, config.toml,
/// environment.json, and at last the averaged generator as generator.safetensors, which load_generator reads; and what
/// is measured. --resume goes on where a checkpoint was made; the result is the same, bit for bit, as without the stop.
/// Returns the exit code: 0, or 130 or 143 when SIGINT or SIGTERM ended the run after a whole round, with a checkpoint;
/// before the end of the first round they end the program at once, with the same codes. Throws UsageError naming what
/// differs from the run to go on with, NotFiniteError naming the first bad tensor and the last good checkpoint. The
/// average is a part of the game, "ema", while this lasts.
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
