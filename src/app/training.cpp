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

i64 border_of(const std::string& data, i64 size) {
  return size == 32 && (data == "mnist" || data == "fashion-mnist") ? 2 : 0;
}

data::Dataset load_images(const std::string& data, data::Split split, i64 size, i64 channels) {
  const i64 border = border_of(data, size);
  const data::Dataset images = data::load(data, {.split = split, .size = size - 2 * border, .channels = channels});
  return border == 0 ? images : images.pad(border);
}

data::Dataset TrainingFlags::load(i64 size, i64 channels, float low, float high) const {
  return load_images(data, data::Split::train, size, channels).scale(low, high);
}

namespace detail {

int train(const Options& options, const TrainingFlags& flags, const SignalGuard& signals, Game& game,
          const data::Dataset& images, const Trained& model) {
  data::Loader loader(images, {.batch_size = flags.batch_size, .seed = flags.seed, .flip = flags.flip});
  Trainer trainer{game,
                  std::move(loader),
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
  return play(options, flags, signals, trainer, model);
}

}  // namespace detail
}  // namespace gan::app
