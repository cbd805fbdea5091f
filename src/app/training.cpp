// See app/training.hpp.
#include "gan/app/training.hpp"

#include <cstdio>

#include "gan/core/parallel.hpp"
#include "gan/data/locate.hpp"
#include "src/app/training_parts.hpp"

namespace gan::app {

static constexpr i64 most_rounds = 1000000000000;  // thirty years at a thousand rounds per second

void TrainingFlags::add_to(Options& options) {
  options
      .add("--data NAME|DIR", data, "fashion-mnist, mnist, cifar10, shapes, or a folder of a set's files or of images")
      .add("--data-y NAME|DIR", data_y, "the second domain, or the targets, of systems that translate")
      .add("--captions FILE", captions, "lines \"image<tab>caption\" for a folder of images")
      .add("--train-images N", train_images, "use the first N images only; 0: all", {.min = 0, .max = 1000000000})
      .add("--out DIR", out, "folder of the run")
      .add("--seed N", seed, "of initial weights, data order and noise")
      .add("--device NAME", device, "auto, cpu, cuda or cuda:n")
      .add("--threads N", threads, "0: all cores", {.min = 0, .max = 1024})
      .add("--epochs N", epochs, "passes over the data", {.min = 1, .max = 1000000000})
      .add("--rounds N", rounds, "rounds to play instead of epochs; 0: by epochs", {.min = 0, .max = most_rounds})
      .also_called("steps")
      .add("--batch-size N", batch_size, "images in a batch", {.min = 1, .max = 65536})
      .add("--flip", flip, "mirror images at random")
      .add("--math NAME", math, "least precision of matrix products and convolutions", {"fp32", "tf32", "bf16"})
      .add("--ema R", ema, "share that the averaged generator, which is sampled and saved, keeps in a round",
           {.min = 0, .max = 0.999999})
      .add("--log-every N", log_every, "rounds between the rows of metrics.csv, which has the last round, too",
           {.min = 1, .max = most_rounds})
      .add("--sample-every N", sample_every, "rounds between sample grids; 0: half an epoch, at least 50 rounds",
           {.min = 0, .max = most_rounds})
      .add("--save-every N", save_every, "rounds between checkpoints; 0: an epoch, at least 100 rounds",
           {.min = 0, .max = most_rounds})
      .add("--keep N", keep, "newest checkpoints that stay", {.min = 1, .max = 1000000})
      .add("--no-graph", no_graph, "on a GPU, play every turn anew instead of repeating a recorded graph of it")
      .add("--deterministic", deterministic, "the same bits in every run: always so on the CPU")
      .add("--resume PATH", resume, "go on with a checkpoint or a run; auto, or nothing: the newest whole one in --out")
      .implicit_value("auto")
      .not_in_config()
      .add("--dry-run", dry_run, "check everything, show the configuration, write nothing")
      .not_in_config();
}

void TrainingFlags::apply() const {
  const Device chosen = where();
  if (math == to_string(MathMode::bf16) && !has_math_mode(chosen, MathMode::bf16))
    throw UsageError("--math " + math + ": this processor has no AVX512-BF16");
  for (const MathMode mode : {MathMode::fp32, MathMode::tf32, MathMode::bf16})
    if (math == to_string(mode)) set_math_mode(mode);
  set_deterministic(deterministic);
  if (device == "auto" && chosen.is_cpu() && has_cuda_backend())
    std::fprintf(stderr, "no CUDA device can be used here; training on the cpu\n");
  if (threads > 0) set_threads(threads);
}

Device TrainingFlags::where() const { return parse_device(device); }

data::Source TrainingFlags::open(const data::Needs& needs) const {
  return data::open(needs, {.data = data, .data_y = data_y, .captions = captions, .flip = flip, .count = train_images});
}

void TrainingFlags::take(const models::Recipe& recipe) {
  data = recipe.data;
  epochs = recipe.epochs;
  batch_size = recipe.batch_size;
  ema = recipe.ema;
}

namespace {

/// Includes averages in a game for the lifetime of this object; the game must outlive it.
class PartOfGame {
 public:
  PartOfGame(Game& game, std::string name, Averages& averages) : game_(game), name_(std::move(name)) {
    game_.include(name_, averages);
  }
  PartOfGame(const PartOfGame&) = delete;
  PartOfGame& operator=(const PartOfGame&) = delete;
  ~PartOfGame() { game_.exclude(name_); }

 private:
  Game& game_;
  std::string name_;
};

}  // namespace

int train(const Options& options, const TrainingFlags& flags, const SignalGuard& signals, models::AnySystem& system,
          Game& game, const data::Source& data, const Measurement& measurement) {
  Averages averages([&system](Visitor& v) { system.visit_generators(v); }, flags.ema);
  const PartOfGame part(game, "ema", averages);
  Trainer trainer{game,
                  data::Loader(data, {.batch_size = flags.batch_size, .seed = flags.seed}),
                  {.epochs = flags.epochs,
                   .rounds = flags.rounds,
                   .seed = flags.seed,
                   .graphs = !flags.no_graph,
                   .note = [](const std::string& what) { std::fprintf(stderr, "%s\n", what.c_str()); }}};
  if (flags.dry_run) {
    std::printf("%s# %lld rounds of %lld images; nothing was written\n", options.toml().c_str(),
                static_cast<long long>(trainer.total_rounds()), static_cast<long long>(trainer.images_per_round()));
    return 0;
  }
  return detail::play({options, flags, signals, system, averages, data, measurement}, trainer);
}

int train_program(int argc, char** argv, const models::SystemEntry& entry, TrainingFlags flags) {
  const SignalGuard signals;
  const auto chosen = entry.options();
  MeasureFlags measures{.measure = chosen->recipe().measure};
  Options options(entry.name, "trains a " + entry.purpose);
  flags.add_to(options);
  options.add_fields(chosen->fields());
  measures.add_to(options);
  if (!options.parse(argc, argv)) return 0;
  flags.apply();

  data::Needs needs = chosen->make()->needs();
  const data::Source data = flags.open(needs);
  try {
    chosen->take(data.facts());
  } catch (const ValueError& e) { throw UsageError("--data " + flags.data + ": " + e.what()); }
  const auto system = chosen->make();
  init(*system, flags.seed);
  system->begin(data);
  std::fputs(describe(*system).c_str(), stdout);
  std::fflush(stdout);
  const Measurement measurement = measures.measurement(flags, *system, data);
  to(*system, flags.where());
  Game game = system->game();
  return train(options, flags, signals, *system, game, data, measurement);
}

}  // namespace gan::app
