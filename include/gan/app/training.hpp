// What the training programs share: their flags, their folder, what they show while they train.
#pragma once

#include "gan/app/options.hpp"
#include "gan/app/progress.hpp"
#include "gan/io/csv.hpp"
#include "gan/io/directory.hpp"
#include "gan/io/samples.hpp"
#include "gan/io/weights.hpp"
#include "gan/optim/ema.hpp"
#include "gan/train/trainer.hpp"

namespace gan::app {

/// The flags of every training program; the values set before add_to are the defaults.
struct TrainingFlags {
  std::string data = "fashion-mnist";
  std::string out;
  u64 seed = 1;
  int threads = 0;
  i64 epochs = 4, steps = 0, batch_size = 64;
  double ema = 0.999;

  void add_to(Options& options);
  /// Loads the images, (N, 28, 28, channels) in [-1, 1]. Throws DataError where they have another shape.
  data::Dataset load(i64 channels) const;
  TrainerOptions trainer() const { return {.epochs = epochs, .rounds = steps, .seed = seed}; }
};

/// Trains with a progress line, <out>/metrics.csv (every 50 rounds and at the end), sample grids of the moving average of
/// `generator` from a fixed latent in <out>/samples (every half epoch and at the end), and at last that average's weights
/// as <out>/generator.safetensors.
template <class G>
void train(Trainer& trainer, G& generator, const TrainingFlags& flags, i64 latent) {
  io::make_directory(flags.out);
  auto columns = [](Trainer& t) {
    std::vector<Figure> figures;
    for (auto& [name, value] : t.figures()) figures.push_back({name, value});
    return figures;
  };
  std::unique_ptr<io::CsvWriter> metrics;
  trainer.every(1, [&](Trainer& t) {
    if (t.round() % 50 != 0 && t.round() != t.total_rounds()) return;
    const auto figures = columns(t);
    std::vector<std::string> names{"round"};
    std::vector<double> row{static_cast<double>(t.round())};
    for (const auto& f : figures) {
      names.push_back(f.name);
      row.push_back(f.value);
    }
    if (!metrics) metrics = std::make_unique<io::CsvWriter>(flags.out + "/metrics.csv", names);
    metrics->row(row);
  });
  Ema average(generator, flags.ema);
  trainer.every(1, [&](Trainer&) { average.update(); });
  const auto grid = io::sample_grid(average.network(), flags.out + "/samples", {.latent = latent, .seed = flags.seed});
  const i64 half_epoch = std::max<i64>(1, trainer.rounds_per_epoch() / 2);
  trainer.every(half_epoch, grid);
  Progress progress({.total = trainer.total_rounds(), .images_per_round = trainer.images_per_round()});
  trainer.every(1, [&](Trainer& t) {
    const bool last = t.round() == t.total_rounds();
    progress.update(t.round(), progress.due() || last ? columns(t) : std::vector<Figure>{});
  });
  trainer.run();
  progress.finish();
  grid(trainer);
  io::save_weights(average.network(), flags.out + "/generator.safetensors", {{"latent", std::to_string(latent)}});
}

}  // namespace gan::app
