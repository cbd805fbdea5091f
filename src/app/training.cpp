// See app/training.hpp.
#include "gan/app/training.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "gan/app/config.hpp"
#include "gan/app/environment.hpp"
#include "gan/app/progress.hpp"
#include "gan/app/run_directory.hpp"
#include "gan/core/parallel.hpp"
#include "gan/data/locate.hpp"
#include "gan/io/csv.hpp"
#include "gan/io/directory.hpp"
#include "gan/train/checkpoint.hpp"
#include "gan/train/measure.hpp"
#include "src/io/file.hpp"

namespace gan::app {

static constexpr i64 most_rounds = 1000000000000;  // at a thousand rounds a second it is reached in thirty years

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
      .add("--log-every N", log_every, "rounds between the rows of metrics.csv, which has the last round, too", {.min = 1, .max = most_rounds})
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
namespace {

namespace fs = std::filesystem;

/// What may differ when a run goes on. The data may lie elsewhere: a checkpoint knows them by their checksum.
const std::vector<std::string> free_on_resume{"data", "out",  "epochs",  "rounds",
                                              "save-every", "keep", "threads", "no-graph"};

/// The configuration as a checkpoint records it: without paths and without what may differ.
std::string recorded(const Options& options) {
  const std::string toml = options.toml();
  std::string text;
  for (std::size_t begin = 0; begin < toml.size();) {
    const std::size_t end = std::min(toml.find('\n', begin), toml.size());
    const std::string line = toml.substr(begin, end - begin);
    const std::string key = line.substr(0, line.find(" ="));
    if (std::find(free_on_resume.begin(), free_on_resume.end(), key) == free_on_resume.end()) text += line + "\n";
    begin = end + 1;
  }
  return text;
}

std::string kernels(Device device) {
  const Environment e = environment();
  return "instruction set " + e.isa + ", " + e.blas + (device.is_cpu() ? "" : ", " + to_string(device));
}

std::string value_of(const io::Metadata& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? std::string() : found->second;
}

bool is_folder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

/// Whether what --resume names belongs to the run in `out`: auto, the folder itself, its checkpoints or one of them.
bool is_of_run(const std::string& resume, const std::string& out) {
  if (resume.empty() || resume == "auto") return !resume.empty();
  std::error_code error;
  const fs::path path = fs::weakly_canonical(resume, error), folder = fs::weakly_canonical(out, error);
  return path == folder || path.parent_path() == folder || path.parent_path().parent_path() == folder;
}

/// The run's files, hooks and state while it lasts.
class Run {
 public:
  Run(const Options& options, const TrainingFlags& flags, const SignalGuard& signals, Trainer& trainer,
      const Trained& model)
      : flags_(flags),
        signals_(signals),
        trainer_(trainer),
        model_(model),
        config_(recorded(options)),
        goes_on_(is_of_run(flags.resume, flags.out)),
        directory_(flags.out, {.resume = goes_on_}),
        checkpoints_(directory_.checkpoints(), {.keep = flags.keep,
                                                .metadata = {{"model", model.name},
                                                             {"options", model.options},
                                                             {"libgan.config", config_},
                                                             {"libgan.kernels", kernels(flags.where())}}}),
        progress_({.total = trainer.total_rounds(), .images_per_round = trainer.images_per_round()}) {
    for (const std::string& folder : {flags.out, directory_.samples()}) io::remove_unfinished(folder);
    if (!flags.resume.empty()) resume();
    directory_.record(options.toml());
    io::make_directory(directory_.samples());
    saved_ = trainer.round();
    started_ = trainer.round();
  }

  int play() {
    add_hooks();
    try {
      trainer_.run();
    } catch (const NotFiniteError& e) {
      progress_.finish();
      const auto rounds = checkpoints_.folder().rounds();
      std::string last = "there is no checkpoint yet";
      if (!rounds.empty()) last = "the last good checkpoint is " + checkpoints_.folder().file_of(rounds.back());
      throw NotFiniteError(std::string(e.what()) + "; " + last);
    }
    progress_.finish();
    if (saved_ != trainer_.round() || checkpoints_.folder().rounds().empty()) save();
    if (trainer_.round() < trainer_.total_rounds()) {
      std::fprintf(stderr, "stopped after round %lld of %lld; --resume goes on from there\n",
                   static_cast<long long>(trainer_.round()), static_cast<long long>(trainer_.total_rounds()));
      return SignalGuard::exit_code(signals_.received());
    }
    model_.draw(trainer_, directory_.samples());
    model_.save(flags_.out + "/generator.safetensors");
    return 0;
  }

 private:
  /// Refuses what no training program made, and a checkpoint of a run with other options by name.
  void require_same(const io::SafeTensors& file) const {
    const io::Metadata& made = file.metadata();
    const std::string config = value_of(made, "libgan.config"), model = value_of(made, "model");
    if (config.empty()) throw FormatError("--resume " + file.path() + ": is no checkpoint of a training program");
    if (model != model_.name)
      throw UsageError("--resume " + file.path() + ": holds a " + model + ", not a " + model_.name);
    std::vector<ConfigDifference> differences;
    try {
      differences = config_differences(config, config_, free_on_resume);
    } catch (const UsageError& e) { throw FormatError("--resume " + file.path() + ": " + e.what()); }
    if (!differences.empty())
      throw UsageError("--resume " + file.path() + ": " + to_string(differences) +
                       "; a run goes on with its own options");
    if (value_of(made, "libgan.kernels") != kernels(flags_.where()))
      progress_.note("the run was made with " + value_of(made, "libgan.kernels") + "; here it is " +
                     kernels(flags_.where()) + ": its bits will not be those of a run that never stopped");
  }

  /// The checkpoint to go on with, nothing when the run is to begin. Throws UsageError where there is none to read.
  std::optional<io::SafeTensors> checkpoint() {
    std::string folder = flags_.resume == "auto" ? directory_.checkpoints() : flags_.resume;
    if (!is_folder(folder)) {
      try {
        return io::read_safetensors(folder);
      } catch (const IoError& e) { throw UsageError(std::string("--resume: ") + e.what()); }
    }
    if (is_folder(folder + "/checkpoints")) folder += "/checkpoints";
    auto found = io::CheckpointFolder::of_others(folder).newest();
    if (!found) {
      if (flags_.resume != "auto") throw UsageError("--resume " + flags_.resume + ": holds no checkpoint");
      progress_.note("no checkpoint in " + folder + ": beginning at round 0");
      return std::nullopt;
    }
    for (const std::string& why : found->damaged) progress_.note("passed over: " + why);
    return std::move(found->file);
  }

  void resume() {
    const auto file = checkpoint();
    if (!file) return;
    require_same(*file);
    try {
      checkpoints_.load(*file, trainer_);
    } catch (const ValueError& e) {  // the flags are the same, so it is the data, or the program
      const std::string what = e.what();
      const bool data = what.find("made with image") != what.npos || what.find("made with data") != what.npos;
      throw UsageError(what + (data ? "; --data " + flags_.data + " is not what the run was made with" : ""));
    }
    if (flags_.resume == "auto") checkpoints_.folder().link_and_prune(trainer_.round(), flags_.keep);
    progress_.note("going on after round " + std::to_string(trainer_.round()));
  }

  std::vector<Metric> metrics() const {
    std::vector<Metric> out;
    for (auto& [name, value] : trainer_.metrics()) out.push_back({name, value});
    return out;
  }

  void add_hooks() {
    const i64 epoch = trainer_.rounds_per_epoch();
    trainer_.every(1, [this](Trainer&) {
      signals_.remember();  // a round has been played: there is something to save
      stopping_ = signals_.received() != 0;
      model_.average();
      log();
    });
    trainer_.every(flags_.sample_every > 0 ? flags_.sample_every : std::max<i64>(50, epoch / 2),
                   [this](Trainer& t) { model_.draw(t, directory_.samples()); });
    trainer_.every(flags_.save_every > 0 ? flags_.save_every : std::max<i64>(100, epoch), [this](Trainer&) { save(); });
    if (model_.measurement.every > 0)
      trainer_.every(model_.measurement.every,
                     keep_best<float>(checkpoints_, model_.measure, [this](i64, double metric) { measured(metric); }));
    trainer_.every(1, [this](Trainer& t) {
      const bool last = t.round() == t.total_rounds();
      progress_.update(t.round(), progress_.due() || last ? metrics() : std::vector<Metric>{});
      if (stopping_) t.stop();
    });
  }

  /// Rows of every --log-every rounds, and of the last. A run that goes on beyond its last round drops that row, unless
  /// it is one of the others: in the end the rows are those of a run that never stopped. So the files are opened, and
  /// rid of it, after the first round.
  void log() {
    const bool last = stopping_ || trainer_.round() == trainer_.total_rounds();
    const bool due = last || trainer_.round() % flags_.log_every == 0;
    if (metrics_ && !due) return;
    const auto now = metrics();
    if (!metrics_) open_tables(now);
    if (!due) return;
    const auto round = static_cast<double>(trainer_.round());
    std::vector<double> row{round};
    for (const Metric& f : now) row.push_back(f.value);
    metrics_->row(row);
    const double seconds = std::chrono::duration<double>(Clock::now() - clock_).count();
    const auto images = static_cast<double>((trainer_.round() - started_) * trainer_.images_per_round());
    timing_->row({round, seconds, images / std::max(seconds, 1e-9)});
  }

  void open_tables(const std::vector<Metric>& now) {
    std::vector<std::string> names{"round"};
    for (const Metric& f : now) names.push_back(f.name);
    metrics_ = std::make_unique<io::CsvWriter>(directory_.metrics(), names, rows_before(flags_.log_every));
    timing_ = std::make_unique<io::CsvWriter>(directory_.timing(),
                                              std::vector<std::string>{"round", "seconds", "images_per_second"},
                                              rows_before(flags_.log_every));
  }

  io::CsvOptions rows_before(i64 every) const {
    return {.keep_until = goes_on_ ? std::optional<i64>(started_) : std::nullopt, .keep_every = every};
  }

  void measured(double metric) {
    if (!measures_) {
      measures_ = std::make_unique<io::CsvWriter>(
          flags_.out + "/measures.csv", std::vector<std::string>{"round", model_.measurement.name}, rows_before(1));
    }
    measures_->row({static_cast<double>(trainer_.round()), metric});
    progress_.note("round " + std::to_string(trainer_.round()) + ": " + model_.measurement.name + " " +
                   std::to_string(metric));
  }

  void save() {
    if (metrics_) metrics_->synchronise();  // a checkpoint never survives rows that come before it
    checkpoints_.save(trainer_);
    saved_ = trainer_.round();
  }

  using Clock = std::chrono::steady_clock;
  const TrainingFlags& flags_;
  const SignalGuard& signals_;
  Trainer& trainer_;
  const Trained& model_;
  std::string config_;
  bool goes_on_;           ///< with the run that is in the folder
  bool stopping_ = false;  ///< a signal came before the end of this round, which is the last
  RunDirectory directory_;
  Checkpoints checkpoints_;
  mutable Progress progress_;
  std::unique_ptr<io::CsvWriter> metrics_, timing_, measures_;
  i64 saved_ = 0, started_ = 0;
  Clock::time_point clock_ = Clock::now();
};

}  // namespace

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
  return Run(options, flags, signals, trainer, model).play();
}

}  // namespace detail
}  // namespace gan::app
