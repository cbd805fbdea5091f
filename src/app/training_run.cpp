// A training run in progress: see app/training.hpp.
#include <chrono>
#include <cstdio>

#include "gan/app/progress.hpp"
#include "gan/app/run_directory.hpp"
#include "gan/io/csv.hpp"
#include "gan/io/directory.hpp"
#include "gan/models/trained.hpp"
#include "gan/train/checkpoint.hpp"
#include "gan/train/measure.hpp"
#include "src/app/training_parts.hpp"
#include "src/io/file.hpp"

namespace gan::app::detail {
namespace {

/// The files, hooks and state of a run in progress.
class Run {
 public:
  Run(const RunParts& parts, Trainer& trainer)
      : parts_(parts),
        flags_(parts.flags),
        trainer_(trainer),
        recorded_(recorded(parts.options, parts.system.name(), flags_.where())),
        goes_on_(is_of_run(flags_.resume, flags_.out)),
        directory_(flags_.out, {.resume = goes_on_}),
        checkpoints_(directory_.checkpoints(), {.keep = flags_.keep, .metadata = metadata()}),
        progress_({.total = trainer.total_rounds(), .images_per_round = trainer.images_per_round()}) {
    for (const std::string& folder : {flags_.out, directory_.samples()}) io::remove_unfinished(folder);
    if (!flags_.resume.empty()) resume();
    directory_.record(parts.options.toml());
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
      return SignalGuard::exit_code(parts_.signals.received());
    }
    draw();
    const auto averaged = parts_.averages.in_place();
    models::save(parts_.system, flags_.out + "/generator.safetensors");
    return 0;
  }

 private:
  io::Metadata metadata() const {
    io::Metadata metadata = models::metadata_of(parts_.system);
    metadata["libgan.config"] = recorded_.config;
    metadata["libgan.kernels"] = recorded_.kernels;
    return metadata;
  }

  void draw() {
    const auto averaged = parts_.averages.in_place();
    draw_pictures(parts_.system, parts_.data, flags_.seed, trainer_.round(), directory_.samples());
  }

  double measure() {
    const auto averaged = parts_.averages.in_place();
    return parts_.measurement.metric(draw_samples(parts_.system, parts_.measurement.samples, flags_.seed + 1000));
  }

  void resume() {
    const Note note = [this](const std::string& what) { progress_.note(what); };
    const auto file = checkpoint_to_resume(flags_.resume, directory_.checkpoints(), note);
    if (!file) return;
    require_same(*file, recorded_, note);
    try {
      checkpoints_.load(*file, trainer_);
    } catch (const ValueError& e) {  // the flags are the same, so it is the data, or the program
      const std::string what = e.what();
      const bool data = what.find("made with examples") != what.npos || what.find("made with data") != what.npos;
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
      parts_.signals.remember();  // a round has been played: there is something to save
      stopping_ = parts_.signals.received() != 0;
      parts_.averages.update();
      log();
    });
    trainer_.every(flags_.sample_every > 0 ? flags_.sample_every : std::max<i64>(50, epoch / 2),
                   [this](Trainer&) { draw(); });
    trainer_.every(flags_.save_every > 0 ? flags_.save_every : std::max<i64>(100, epoch), [this](Trainer&) { save(); });
    if (parts_.measurement.every > 0)
      trainer_.every(parts_.measurement.every, keep_best<float>(
                                                   checkpoints_, [this] { return measure(); },
                                                   [this](i64, double metric) { measured(metric); }));
    trainer_.every(1, [this](Trainer& t) {
      const bool last = t.round() == t.total_rounds();
      progress_.update(t.round(), progress_.due() || last ? metrics() : std::vector<Metric>{});
      if (stopping_) t.stop();
    });
  }

  /// Writes rows every --log-every rounds, and for the last round. A run that is extended beyond its last round drops
  /// that row, unless it is a regular one, so that in the end the rows are those of an uninterrupted run. The files are
  /// therefore opened, and that row dropped, after the first round.
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
          flags_.out + "/measures.csv", std::vector<std::string>{"round", parts_.measurement.name}, rows_before(1));
    }
    measures_->row({static_cast<double>(trainer_.round()), metric});
    progress_.note("round " + std::to_string(trainer_.round()) + ": " + parts_.measurement.name + " " +
                   std::to_string(metric));
  }

  void save() {
    if (metrics_) metrics_->synchronise();  // the rows before a checkpoint are never lost while it survives
    checkpoints_.save(trainer_);
    saved_ = trainer_.round();
  }

  using Clock = std::chrono::steady_clock;
  const RunParts& parts_;
  const TrainingFlags& flags_;
  Trainer& trainer_;
  Recorded recorded_;
  bool goes_on_;           ///< continues the run in the folder
  bool stopping_ = false;  ///< a signal arrived before the end of this round, which is the last
  RunDirectory directory_;
  Checkpoints checkpoints_;
  Progress progress_;
  std::unique_ptr<io::CsvWriter> metrics_, timing_, measures_;
  i64 saved_ = 0, started_ = 0;
  Clock::time_point clock_ = Clock::now();
};

}  // namespace

int play(const RunParts& parts, Trainer& trainer) { return Run(parts, trainer).play(); }

}  // namespace gan::app::detail
